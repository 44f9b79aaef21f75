-- Queries about users.
SET search_path = app;

-- name: list_users()
SELECT id FROM users;
