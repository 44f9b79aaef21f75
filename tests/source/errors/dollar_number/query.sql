-- name: get_user(id)^
SELECT id, $$ $1 $$ FROM users WHERE id = $1;
