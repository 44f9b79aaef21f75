-- name: count_cities()$
SELECT count(*) FROM cities;

-- name: find_name(id)$
SELECT name FROM cities WHERE id = :id;

-- name: find_motto(id)$
SELECT motto FROM cities WHERE id = :id;

-- name: latest_motto()$
SELECT max(motto) FROM cities;
