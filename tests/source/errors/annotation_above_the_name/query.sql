-- @returns User
-- name: list_users()
SELECT id FROM users;
