-- name: a()
-- Doc.
SELECT 1,
  $1;
