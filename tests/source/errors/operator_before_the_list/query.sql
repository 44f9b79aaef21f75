-- name: get_user^(id)
SELECT id FROM users WHERE id = :id;
