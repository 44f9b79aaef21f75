-- name: list_cities()
SELECT * FROM cities;
