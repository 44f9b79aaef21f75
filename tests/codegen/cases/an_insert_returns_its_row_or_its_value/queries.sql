-- name: add_city(name)<!
INSERT INTO cities (name) VALUES (:name) RETURNING *;

-- name: add_city_id(name)<!
INSERT INTO cities (name) VALUES (:name) RETURNING id;

-- name: rename_city(id, name)<!
UPDATE cities SET name = :name WHERE id = :id RETURNING name;
