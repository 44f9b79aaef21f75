-- name: get_user(name)^
SELECT id FROM users WHERE name = :'name';
