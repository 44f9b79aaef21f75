-- name: get_city(id)^
SELECT * FROM cities WHERE id = :id;

-- name: list_cities()
SELECT name AS name, c.id FROM cities AS c;

-- name: list_all()
SELECT c.* FROM cities AS c JOIN rivers AS r ON r.city_id = c.id;

-- name: rename(id, name)<!
UPDATE cities SET name = :name WHERE id = :id RETURNING *;
