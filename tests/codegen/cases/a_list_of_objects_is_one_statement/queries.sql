-- name: add_cities(cities)
-- @param cities: list[NewCity]
INSERT INTO cities (name, motto)
SELECT * FROM unnest(:cities.name::text[], :cities.motto::text[]) RETURNING *;

-- name: add_cities_count(cities)!
-- @param cities: list[NewCity]
INSERT INTO cities (name, motto)
SELECT * FROM unnest(:cities.name::text[], :cities.motto::text[]);
