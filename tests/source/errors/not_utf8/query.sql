-- name: a()
-- café
SELECT 1;
