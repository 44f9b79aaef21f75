-- case: constants
-- expect: one not null, text not null, nothing nullable, truth not null
SELECT 1 AS one, 'x' AS text, NULL AS nothing, true AS truth;

-- case: COALESCE with a default
-- expect: status not null, both nullable, nothing nullable
SELECT coalesce(status, '') AS status, coalesce(note, status) AS both, coalesce(NULL, NULL) AS nothing
FROM projects, tasks;

-- case: NULLIF
-- expect: a nullable, b nullable
SELECT nullif(name, 'beta') AS a, nullif(id, 1) AS b FROM projects;

-- case: GREATEST and LEAST pass over NULL
-- expect: a not null, b nullable, c not null
-- with: UPDATE tasks SET project_id = NULL WHERE hours IS NULL;
SELECT greatest(hours, 0) AS a, least(hours, project_id) AS b, least(NULL, id) AS c FROM tasks;

-- case: CASE with and without ELSE
-- expect: a not null, b nullable, c nullable, d nullable
SELECT CASE WHEN id > 2 THEN 'x' ELSE 'y' END AS a, CASE WHEN id > 2 THEN 'x' END AS b,
       CASE WHEN id > 2 THEN note ELSE '' END AS c, CASE WHEN id > 2 THEN 'x' ELSE NULL END AS d FROM tasks;

-- case: a branch of CASE knows its condition and the earlier ones
-- expect: a not null, b not null, c nullable
SELECT CASE WHEN note IS NULL THEN '' ELSE note END AS a,
       CASE WHEN hours > 0 THEN hours WHEN hours IS NULL THEN 0 ELSE hours END AS b,
       CASE WHEN hours > 0 THEN hours ELSE hours END AS c FROM tasks;

-- case: a branch of CASE knows that a row is real
-- expect: a not null
SELECT CASE WHEN t.id IS NOT NULL THEN t.title ELSE p.name END AS a FROM projects p LEFT JOIN tasks t ON t.project_id = p.id;

-- case: the simple form of CASE
-- expect: a not null, b nullable
SELECT CASE status WHEN 'draft' THEN 1 WHEN 'active' THEN 2 ELSE 0 END AS a, CASE status WHEN 'draft' THEN 1 END AS b FROM projects;

-- case: a branch that is never taken does not count
-- expect: a not null, b not null
SELECT CASE WHEN false THEN NULL ELSE 1 END AS a, CASE WHEN true THEN 1 ELSE NULL END AS b;

-- case: a branch behind IS NULL of what is not NULL is never taken
-- expect: a not null, b not null, c not null, d nullable, e nullable, f not null
SELECT CASE WHEN id IS NULL THEN NULL ELSE 'x' END AS a, CASE WHEN id IS NOT NULL AND title IS NOT NULL THEN 1 END AS b,
       CASE WHEN NOT (id IS NOT NULL OR note IS NULL) THEN NULL ELSE 1 END AS c,
       CASE WHEN note IS NULL THEN NULL ELSE 1 END AS d, CASE WHEN id IS NOT NULL AND note <> '' THEN 1 END AS e,
       CASE WHEN (id, note) IS NULL THEN NULL ELSE 1 END AS f FROM tasks;

-- case: a row that is there is not NULL, one that a join has padded is
-- expect: a not null, b not null, c nullable, d nullable, e nullable
SELECT CASE WHEN p IS NOT DISTINCT FROM NULL THEN NULL ELSE p.name END AS a,
       CASE WHEN p IS NULL THEN NULL ELSE 1 END AS b, CASE WHEN p IS NOT NULL THEN 1 END AS c,
       CASE WHEN t IS NOT DISTINCT FROM NULL THEN NULL ELSE 1 END AS d,
       CASE WHEN t IS NULL THEN NULL ELSE 1 END AS e
FROM projects p LEFT JOIN tasks t ON t.project_id = p.id AND t.id > 2;

-- case: three-valued logic
-- expect: a nullable, b nullable, c nullable, d not null, e not null
-- with: UPDATE tasks SET hours = NULL, done = NULL WHERE id = 1;
SELECT done AND urgent AS a, done OR hours > 1 AS b, NOT done AS c, urgent AND id > 0 AS d, done OR true AS e FROM tasks;

-- case: tests that never answer NULL
-- expect: a not null, b not null, c not null, d not null, e not null, f not null
SELECT note IS NULL AS a, done IS TRUE AS b, done IS UNKNOWN AS c, note IS DISTINCT FROM title AS d,
       note IS NOT DISTINCT FROM NULL AS e, (note, title) IS NULL AS f FROM tasks;

-- case: comparisons
-- expect: a nullable, b not null, c nullable, d not null
SELECT note = 'n' AS a, title = 'n' AS b, hours BETWEEN 1 AND 2 AS c, id BETWEEN 1 AND 2 AS d FROM tasks;

-- case: IN over a list with and without NULL
-- expect: a not null, b nullable, c nullable, d not null
SELECT id IN (1, 2) AS a, id IN (1, NULL) AS b, hours IN (1, 2) AS c, id NOT IN (1, 2) AS d FROM tasks;

-- case: IN over a subquery
-- expect: a not null, b nullable, c nullable, d not null
SELECT id IN (SELECT id FROM projects) AS a, id IN (SELECT project_id FROM tasks) AS b,
       hours IN (SELECT id FROM projects) AS c, (id, title) NOT IN (SELECT id, name FROM projects) AS d FROM tasks;

-- case: EXISTS
-- expect: a not null, b not null
SELECT EXISTS (SELECT FROM tasks) AS a, NOT EXISTS (SELECT 1 FROM empty_table) AS b;

-- case: the same test twice with other subqueries
-- expect: a not null, b nullable
SELECT hours IN (SELECT id FROM projects) AS a, hours IN (SELECT NULL::int) AS b FROM tasks WHERE hours IN (SELECT id + 1 FROM projects);

-- case: a row comparison
-- expect: a nullable, b not null
SELECT (id, hours) < (id, 3) AS a, (id, title) < (2, 'x') AS b FROM tasks;

-- case: CASE without ELSE over all labels of an enum
-- expect: a not null, b not null, c nullable, d nullable
SELECT CASE feeling WHEN 'sad' THEN 1 WHEN 'happy' THEN 2 END AS a,
       CASE WHEN feeling = 'sad' THEN 1 WHEN feeling IN ('happy') THEN 2 END AS b,
       CASE feeling WHEN 'sad' THEN 1 WHEN 'sad' THEN 2 END AS c,
       (SELECT CASE s.feeling WHEN 'sad' THEN 1 WHEN 'happy' THEN 2 END FROM shapes s WHERE s.id = x.id) AS d
FROM audited x;

-- case: CASE without ELSE over a label too few and over a value that may be NULL
-- expect: a nullable, b nullable
SELECT CASE feeling WHEN 'happy' THEN 2 END AS a, CASE done WHEN true THEN 1 WHEN false THEN 0 END AS b FROM shapes, tasks;

-- case: CASE without ELSE over both truth values
-- expect: a not null, b not null, c nullable
SELECT CASE urgent WHEN true THEN 1 WHEN false THEN 0 END AS a, CASE WHEN urgent THEN 1 WHEN NOT urgent THEN 0 END AS b,
       CASE WHEN done THEN 1 WHEN NOT done THEN 0 END AS c FROM tasks;

-- case: CASE without ELSE over a test and its opposite
-- expect: a not null, b not null, c nullable, d not null, e nullable
SELECT CASE WHEN note IS NULL THEN 0 WHEN note IS NOT NULL THEN 1 END AS a,
       CASE WHEN id > 2 THEN 1 WHEN id <= 2 THEN 0 END AS b, CASE WHEN hours > 2 THEN 1 WHEN hours <= 2 THEN 0 END AS c,
       CASE WHEN id < 2 THEN 1 WHEN id = 2 THEN 2 WHEN id > 2 THEN 3 END AS d,
       CASE WHEN id > 3 THEN 1 WHEN id < 3 THEN 0 END AS e FROM tasks;

-- case: a volatile test is another one every time
-- expect: a nullable
SELECT CASE WHEN random() > 0.5 THEN 1 WHEN random() <= 0.5 THEN 0 END AS a FROM tasks, generate_series(1, 200);

-- case: one operand of AND or OR guards another
-- expect: a not null, b not null, c nullable, d nullable, e nullable
SELECT hours IS NOT NULL AND hours > 2 AS a, hours IS NULL OR hours > 2 AS b, hours IS NULL AND hours > 2 AS c,
       hours IS NOT NULL OR hours > 2 AS d, hours > 2 AND hours < 9 AS e FROM tasks;
