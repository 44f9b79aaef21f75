-- name: list()
SELECT * FROM cities;

-- name: list_cursor()
SELECT * FROM cities;
