-- name: list_cities()!
SELECT * FROM cities;

-- name: delete_cities()!
DELETE FROM cities RETURNING id;
