-- name: list()
SELECT * FROM cities;
