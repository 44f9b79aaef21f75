-- name: list_users()
SELECT id FROM users;

-- name get_user(id)^
SELECT id FROM users WHERE id = :id;
