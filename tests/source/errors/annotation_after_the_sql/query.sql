-- name: list_users(limit)
SELECT id FROM users
-- @param limit = 10  How many.
LIMIT :limit;
