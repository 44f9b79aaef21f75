-- name: inside()
SELECT ROW(id, price) AS pair FROM t;

-- name: beside()
SELECT r, price FROM (SELECT id, id + 1 AS next, price FROM t) AS s, LATERAL (SELECT s.id, s.next) AS r;

-- name: cast_to_text()
SELECT ROW(id, price::text) AS pair FROM t;
