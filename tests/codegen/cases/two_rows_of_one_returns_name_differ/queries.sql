-- name: list_cities()
-- @returns CitySummary
SELECT id, name FROM cities;

-- name: list_mottos()
-- @returns CitySummary
SELECT id, motto FROM cities;
