-- name: add_city(id, name)<!
INSERT INTO cities VALUES (:id, :name);

-- name: delete_city(id)^
DELETE FROM cities WHERE id = :id;

-- name: rename_city(id, name)
UPDATE cities SET name = :name WHERE id = :id;

-- name: tidy()
CALL tidy();

-- name: set_path()$
SET search_path = public;
