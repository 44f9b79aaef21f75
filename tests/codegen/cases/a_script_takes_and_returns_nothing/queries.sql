-- name: start_over#
-- Empties everything.
TRUNCATE cities;
INSERT INTO cities VALUES (1);
