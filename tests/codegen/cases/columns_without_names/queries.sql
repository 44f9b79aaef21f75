-- name: get_numbers()^
SELECT 1, count(*), max(id), 'x' AS "?odd?", true AS "not" FROM cities;

-- name: nothing()!
SELECT FROM cities;

-- name: notify(channel)!
SELECT pg_notify(:channel, 'x') WHERE false;
