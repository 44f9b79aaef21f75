-- name: greet()$
SELECT 'hello;

-- name: list_users()
-- Nobody's query.
SELECT id FROM users WHERE nick = 'x';

-- name: broken(%)
SELECT 1;
