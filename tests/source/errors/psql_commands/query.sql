\i common.sql
-- name: get_user(id)^
SELECT id FROM users WHERE id = :id \gset
-- name: load_users()
COPY users FROM STDIN;
1	Ada
\.
