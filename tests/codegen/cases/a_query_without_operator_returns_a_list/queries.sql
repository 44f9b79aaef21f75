-- name: list_cities()
-- All cities by name.
SELECT * FROM cities ORDER BY name;
