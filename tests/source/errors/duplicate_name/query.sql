-- name: get-user(id)^
SELECT id FROM users WHERE id = :id;

-- name: list_users()
SELECT id FROM users;

-- name: get_user(email)^
SELECT id FROM users WHERE email = :email;
