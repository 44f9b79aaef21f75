-- case: count is never NULL, the others are over no rows
-- expect: a not null, b not null, c nullable, d nullable, e nullable, f nullable, g nullable
SELECT count(*) AS a, count(hours) AS b, sum(id) AS c, min(title) AS d, array_agg(id) AS e, bool_and(urgent) AS f,
       jsonb_agg(id) AS g FROM tasks;

-- case: under GROUP BY they are as their argument
-- expect: project_id nullable, a not null, b nullable, c not null [not null], d not null [nullable], e not null, f not null
SELECT project_id, sum(id) AS a, max(note) AS b, array_agg(title) AS c, array_agg(hours) AS d, json_agg(note) AS e,
       avg(id) AS f FROM tasks GROUP BY project_id;

-- case: FILTER may leave no rows
-- expect: a not null, b nullable, c nullable
SELECT count(*) FILTER (WHERE hours > 100) AS a, sum(id) FILTER (WHERE hours > 100) AS b,
       array_agg(id) FILTER (WHERE hours > 100) AS c FROM tasks GROUP BY project_id;

-- case: sample statistics of one row are NULL
-- expect: a nullable, b nullable, c not null, d not null
SELECT stddev(id) AS a, var_samp(id) AS b, stddev_pop(id) AS c, var_pop(id) AS d FROM tasks GROUP BY id;

-- case: GROUP BY of an empty table gives no row at all
-- expect: a not null
SELECT sum(a) AS a FROM empty_table GROUP BY b;

-- case: an aggregate of a user
-- expect: a nullable
-- never seen: a
SELECT my_sum(id) AS a FROM tasks GROUP BY id;

-- case: ordered-set aggregates
-- expect: a not null, b nullable, c not null, d nullable
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS a, percentile_disc(0.5) WITHIN GROUP (ORDER BY hours) AS b,
       mode() WITHIN GROUP (ORDER BY id) AS c, percentile_cont(NULL) WITHIN GROUP (ORDER BY id) AS d FROM tasks GROUP BY title;

-- case: ranks of hypothetical rows
-- expect: a not null, b not null
SELECT rank(3) WITHIN GROUP (ORDER BY id) AS a, percent_rank(3) WITHIN GROUP (ORDER BY id) AS b FROM empty_table;

-- case: ROLLUP leaves columns out
-- expect: status nullable, owner_id nullable, total not null, score nullable, ids not null
SELECT coalesce(status, 'none') AS status, owner_id, count(*) AS total, sum(score) AS score, array_agg(id) AS ids
FROM projects GROUP BY GROUPING SETS ((coalesce(status, 'none')), (owner_id), (id));

-- case: ROLLUP has an empty set
-- expect: owner_id nullable, top nullable, total not null
SELECT owner_id, max(id) AS top, count(*) AS total FROM projects GROUP BY ROLLUP (owner_id);

-- case: CUBE leaves every column out once
-- expect: owner_id nullable, name nullable, g not null, h not null
SELECT owner_id, name, grouping(owner_id) AS g, grouping(owner_id, name) AS h FROM projects GROUP BY CUBE (owner_id, name);

-- case: a column that every grouping set holds
-- expect: owner_id not null, name nullable, top not null
SELECT owner_id, name, max(id) AS top FROM projects GROUP BY owner_id, ROLLUP (name);

-- case: a column that is grouped twice is left out once
-- expect: a nullable, b nullable
-- never seen: a
SELECT owner_id AS a, owner_id AS b FROM projects GROUP BY a, ROLLUP (b);

-- case: a condition on a column that is grouped twice says nothing of the other
-- expect: a nullable, b nullable
-- never seen: a
SELECT owner_id AS a, owner_id AS b FROM projects GROUP BY a, ROLLUP (b) HAVING owner_id IS NOT NULL;

-- case: HAVING rules the empty grouping set out
-- expect: owner_id not null, top not null
SELECT owner_id, max(id) AS top FROM projects GROUP BY ROLLUP (owner_id) HAVING owner_id IS NOT NULL;

-- case: an expression over a column that is left out
-- expect: a nullable, b nullable
SELECT upper(name) AS a, owner_id + 1 AS b FROM projects GROUP BY GROUPING SETS ((name), (owner_id));

-- case: WHERE does not help a column that is left out
-- expect: status nullable
SELECT status FROM projects WHERE status IS NOT NULL GROUP BY ROLLUP (status);

-- case: a left-out column in a subquery
-- expect: a nullable
SELECT (SELECT name) AS a FROM projects GROUP BY ROLLUP (name);

-- case: a condition around a ROLLUP narrows it
-- expect: owner_id not null, name nullable
SELECT owner_id, name FROM (SELECT owner_id, name FROM projects GROUP BY ROLLUP (owner_id, name)) r WHERE owner_id > 0;

-- case: a column that depends on the grouped key
-- expect: id not null, name not null, status nullable, total not null
SELECT p.id, p.name, p.status, count(t.id) AS total FROM projects p LEFT JOIN tasks t ON t.project_id = p.id GROUP BY p.id;

-- case: an aggregate over a padded column
-- expect: titles not null [nullable], top nullable, total not null
SELECT array_agg(t.title) AS titles, max(t.title) AS top, count(t.title) AS total
FROM projects p LEFT JOIN tasks t ON t.project_id = p.id GROUP BY p.id;

-- case: an array of whole rows
-- expect: rows not null [nullable {id not null, note nullable}]
SELECT array_agg(t) AS rows FROM projects p LEFT JOIN tasks t ON t.project_id = p.id GROUP BY p.id;

-- case: an array of anonymous rows
-- expect: rows not null [not null {id not null, note nullable}]
SELECT array_agg(r) AS rows FROM (SELECT id, note, project_id FROM tasks) r GROUP BY r.project_id;

-- case: COALESCE of a filtered array with an empty one
-- expect: notes not null [not null]
SELECT coalesce(array_agg(note) FILTER (WHERE note IS NOT NULL), '{}') AS notes FROM tasks;

-- case: array_remove takes the NULLs out
-- expect: notes nullable [not null], grouped not null [not null]
SELECT (SELECT array_remove(array_agg(note), NULL) FROM empty_table, tasks) AS notes, array_remove(array_agg(note), NULL) AS grouped
FROM tasks GROUP BY project_id;

-- case: JSON aggregates
-- expect: a nullable, b nullable, c not null
SELECT (SELECT jsonb_object_agg(id, title) FROM tasks WHERE id > 1000) AS a,
       (SELECT json_agg(t) FROM tasks t WHERE id > 1000) AS b, coalesce(jsonb_agg(id), '[]') AS c FROM tasks;

-- case: an aggregate over rows that are always there
-- expect: a not null
SELECT max(x) AS a FROM (VALUES (1), (2)) AS v (x);

-- case: an aggregate with DISTINCT and ORDER BY
-- expect: a not null, b nullable
SELECT string_agg(DISTINCT title, ',' ORDER BY title) AS a, string_agg(note, NULL ORDER BY id) AS b FROM tasks GROUP BY project_id;

-- case: GROUP BY of nothing
-- expect: a nullable, b not null
SELECT sum(id) AS a, count(*) AS b FROM tasks GROUP BY ();

-- case: WHERE proves nothing of a parameter beside an aggregate over no rows
-- expect: a nullable, b not null, c nullable
-- args: None
SELECT $1::int AS a, count(*) AS b, sum(hours + $1) AS c FROM tasks WHERE id = $1;

-- case: WHERE proves nothing of an outer column beside an aggregate over no rows
-- expect: a nullable, b nullable
SELECT (SELECT coalesce(max(p.name), '') || t.note FROM projects p WHERE p.name = t.note) AS a,
       (SELECT t.hours FROM projects p WHERE p.id = t.hours GROUP BY ()) AS b FROM tasks t;

-- case: HAVING proves something of an outer column all the same
-- expect: a not null
SELECT s.a FROM tasks t, LATERAL (SELECT t.note AS a FROM projects p HAVING t.note IS NOT NULL) s;

-- case: a condition on an expression of a parameter beside an aggregate over no rows
-- expect: a nullable, b not null, c nullable
-- args: None
WITH c AS (SELECT $1::int AS p) SELECT $1::int + 1 AS a, count(*) AS b, (SELECT p FROM c) AS c FROM tasks WHERE $1::int + 1 > 0;
