-- name: get_name(id)$
SELECT id, name FROM cities WHERE id = :id;
