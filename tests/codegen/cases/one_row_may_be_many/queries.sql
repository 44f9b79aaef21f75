-- name: get_city_by_name(name)^
SELECT * FROM cities WHERE name = :name;

-- name: find_name()$
SELECT name FROM cities;

-- name: rename_cities(name)<!
UPDATE cities SET name = :name RETURNING *;
