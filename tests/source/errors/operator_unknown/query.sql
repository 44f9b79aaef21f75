-- name: get_user(id)%
SELECT id FROM users WHERE id = :id;

-- name: add_user(name)!<
INSERT INTO users (name) VALUES (:name) RETURNING id;
