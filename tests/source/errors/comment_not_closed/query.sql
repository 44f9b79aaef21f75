-- name: greet()$
SELECT 1 /* outer /* inner */ ;

-- name: list_users(id)
SELECT id FROM users;
