-- case: a composite column and its fields
-- expect: p nullable, x nullable, label nullable, ps nullable [nullable]
SELECT p, (p).x, (p).label, ps FROM shapes;

-- case: fields of a row that is built here
-- expect: a not null, b nullable
SELECT (r).a, (r).b FROM (SELECT s AS r FROM (SELECT id AS a, note AS b FROM tasks) s) q;

-- case: a whole row of a table
-- expect: t not null {id not null, title not null, note nullable, done nullable}
SELECT t FROM tasks t;

-- case: a whole row of a table with a dropped column
-- expect: o not null {id not null, name not null}, n not null
SELECT o, (o).name AS n FROM orgs o;

-- case: a whole row through a CTE and a union
-- expect: r not null {id not null, v nullable}
WITH c AS (SELECT id, note AS v FROM tasks UNION ALL SELECT id, name FROM orgs) SELECT c AS r FROM c;

-- case: COALESCE of rows keeps the shape
-- expect: r not null {id not null}
SELECT coalesce(t, p) AS r
FROM (SELECT id FROM projects) p LEFT JOIN LATERAL (SELECT id FROM tasks WHERE tasks.id = p.id) t ON true;

-- case: CASE that hides a row
-- expect: r nullable {id not null, note nullable}
SELECT CASE WHEN t.id > 1 THEN t END AS r FROM tasks t;

-- case: a nested row
-- with: UPDATE tasks SET note = NULL;
-- expect: r not null {id not null, t nullable {id not null}}
SELECT r FROM (SELECT p.id, t FROM projects p LEFT JOIN tasks t ON t.project_id = p.id) r;

-- case: rows of VALUES
-- expect: v not null {a not null, b nullable}
SELECT v FROM (VALUES (1, 'x'), (2, NULL)) AS v (a, b);

-- case: the row of a function in FROM
-- expect: u not null {a nullable, n not null}
SELECT u FROM unnest(ARRAY[1, NULL]) WITH ORDINALITY AS u (a, n);

-- case: a row cast to a table's type
-- expect: o not null
SELECT (1, 'x', NULL)::orgs AS o;

-- case: an array of rows aggregated from a subquery
-- expect: id not null, tasks not null [not null {id not null, title not null, note nullable}]
SELECT p.id, ARRAY(SELECT x FROM (SELECT t.id, t.title, t.note FROM tasks t WHERE t.project_id = p.id) x) AS tasks FROM projects p;
