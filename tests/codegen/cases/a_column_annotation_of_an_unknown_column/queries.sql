-- name: list_cities()
-- @column peple: not null
SELECT id, people FROM cities;

-- name: delete_cities()!
-- @column id: nullable
DELETE FROM cities;
