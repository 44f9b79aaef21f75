-- name: get_record(id)^
SELECT c.id,
       (SELECT r FROM (SELECT d.name, d.motto, 1.5 AS weight FROM cities AS d WHERE d.id = c.id) AS r) AS details,
       ARRAY(SELECT r FROM (SELECT d.id, count(*) AS number FROM cities AS d GROUP BY d.id) AS r) AS counts
FROM cities AS c WHERE c.id = :id;

-- name: list_pairs()
SELECT ROW(c.id, c.name) AS pair FROM cities AS c;
