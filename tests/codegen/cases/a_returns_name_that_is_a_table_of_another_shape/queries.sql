-- name: list_names()
-- @returns City
SELECT name FROM cities;

-- name: list_cities()
SELECT * FROM cities;

-- name: list_rows()
-- @returns Row
SELECT name AS row FROM cities;
