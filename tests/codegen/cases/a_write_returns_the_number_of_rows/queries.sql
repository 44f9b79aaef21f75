-- name: rename_all(name)!
UPDATE cities SET name = :name;

-- name: delete_city(id)!
DELETE FROM cities WHERE id = :id;
