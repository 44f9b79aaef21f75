-- name: get user(id)^
SELECT id FROM users WHERE id = :id;
