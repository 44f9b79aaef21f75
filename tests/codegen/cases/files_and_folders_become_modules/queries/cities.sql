-- name: count()$
SELECT count(*) FROM cities;
