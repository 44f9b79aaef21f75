-- name: get_user(id)^ One user.
SELECT id FROM users WHERE id = :id;

-- name: list_users() All users.
SELECT id FROM users;
