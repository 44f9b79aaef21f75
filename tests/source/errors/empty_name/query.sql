-- name:
SELECT 1;

-- name: ^
SELECT 2;
