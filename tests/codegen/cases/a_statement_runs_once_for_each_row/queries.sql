-- name: add_cities(cities)*!
-- Adds cities.
-- @param cities: NewCity  What to add.
INSERT INTO cities (id, name, motto) VALUES (:cities.id, :cities.name, :cities.motto);

-- name: rename_cities(id, name)*!
-- One parameter of a list for each placeholder would be hard to keep in step, so a row has them all.
UPDATE cities SET name = :name WHERE id = :id;

-- name: delete_cities(id)*!
-- Deletes cities and returns what they were.
DELETE FROM cities WHERE id = :id RETURNING *;
