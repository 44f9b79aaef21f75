-- nmae: get_user(id)^
SELECT id FROM users WHERE id = :id;

-- name: list_users()
SELECT id FROM users;

-- Name: count_users()$
SELECT count(*) FROM users;
