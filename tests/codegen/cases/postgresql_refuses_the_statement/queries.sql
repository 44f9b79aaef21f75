/* a block comment, with :word in it */
-- name: misspelt()
-- Überschrift: the column is underlined as a whole, wherever it stands.
SELECT 'äöü :x', id::text, nmae FROM cities;

-- name: no_table()
SELECT * FROM citys;

-- name: no_function(id)$
SELECT lenght(name) FROM cities WHERE id = :id;

-- name: syntax()
SELECT id name, FROM cities;

-- name: unfinished()
SELECT id FROM cities WHERE (id = 1;

-- name: unknown_type(id)$
SELECT :id;

-- name: two_types(id)$
SELECT count(*) FROM cities WHERE id = :id OR name = :id;

-- name: grouped()
SELECT name, count(*) FROM cities;

-- name: script#
INSERT INTO cities VALUES (1, 'a');
INSERT INTO cities VALUES (1, 'a');
