-- name: add_city(city)!
-- @param city = 5
INSERT INTO cities VALUES (:city.id, :city.name);

-- name: get_city(id)^
-- @param id: City
SELECT * FROM cities WHERE id = :id;

-- name: add_cities(cities)!
-- @param cities: list[NewCity]
INSERT INTO cities VALUES (:cities.id, :cities.name);

-- name: mixed(city)!
INSERT INTO cities VALUES (:city, :city.name);

-- name: update_cities(id, changes)^
-- @param changes: list[CityUpdate]
UPDATE cities AS c SET (name) = (SELECT r.name FROM jsonb_populate_record(c, :changes) AS r)
WHERE c.id = :id RETURNING c.*;
