-- case: a scalar subquery may have no row
-- expect: name not null, title nullable
SELECT p.name, (SELECT t.title FROM tasks t WHERE t.project_id = p.id LIMIT 1) AS title FROM projects p;

-- case: a scalar subquery over an ungrouped aggregate always has one
-- expect: total not null, top nullable, never nullable, never2 nullable, having nullable
SELECT (SELECT count(*) FROM tasks t WHERE t.project_id = p.id) AS total,
       (SELECT max(t.hours) FROM tasks t WHERE t.project_id = p.id) AS top,
       (SELECT count(*) FROM tasks LIMIT 0) AS never,
       (SELECT count(*) FROM tasks OFFSET 1) AS never2,
       (SELECT count(*) FROM tasks HAVING count(*) > 100) AS having
FROM projects p;

-- case: a scalar subquery over a grouped aggregate may have no row
-- expect: total nullable
SELECT (SELECT count(*) FROM tasks t WHERE t.project_id = p.id GROUP BY t.project_id) AS total FROM projects p;

-- case: a scalar subquery without FROM
-- expect: a not null, b nullable, c nullable
SELECT (SELECT p.name) AS a, (SELECT p.name WHERE p.id > 1) AS b, (SELECT p.status) AS c FROM projects p;

-- case: a scalar subquery over VALUES
-- expect: a not null, b not null
SELECT (VALUES (1)) AS a, (SELECT max(x) FROM (VALUES (1), (2)) AS v (x)) AS b;

-- case: a whole row from a scalar subquery
-- expect: task nullable {id not null, title not null, note nullable}
SELECT (SELECT t FROM tasks t WHERE t.project_id = p.id ORDER BY t.id DESC LIMIT 1) AS task FROM projects p;

-- case: an array of rows from a subquery
-- expect: tasks not null [not null {id not null, note nullable}]
SELECT ARRAY(SELECT t FROM tasks t WHERE t.project_id = p.id) AS tasks FROM projects p;

-- case: an anonymous row of a subquery is typed from the tree
-- expect: r not null {a not null, name not null, status nullable}
SELECT r FROM (SELECT 1 AS a, name, status FROM projects) r;

-- case: an anonymous row on the null side
-- expect: r nullable {a not null, title not null}
SELECT r FROM projects p LEFT JOIN (SELECT 1 AS a, title, project_id FROM tasks) r ON r.project_id = p.id;

-- case: a subquery sees what the query around it has proved
-- expect: note not null, low not null
SELECT (SELECT t.note) AS note, s.low FROM tasks t, LATERAL (SELECT lower(t.note) AS low) s WHERE t.note IS NOT NULL;

-- case: a lateral subquery over a padded table
-- expect: low nullable
SELECT s.low FROM projects p LEFT JOIN tasks t ON t.project_id = p.id, LATERAL (SELECT lower(t.title) AS low) s;

-- case: nested correlated subqueries
-- expect: a not null
SELECT (SELECT (SELECT p.name || u.email) FROM (SELECT 1) one) AS a FROM projects p JOIN users u ON u.id = p.owner_id;

-- case: an aggregate of the outer query inside a subquery
-- expect: top nullable, total not null
SELECT (SELECT max(t.hours)) AS top, (SELECT count(t.hours)) AS total FROM tasks t;

-- case: the rows of a subquery are those of its own joins
-- expect: title nullable, name not null
SELECT s.title, s.name FROM (SELECT t.title, p.name FROM projects p LEFT JOIN tasks t ON t.project_id = p.id) s;

-- case: DISTINCT ON keeps what it is given
-- expect: project_id nullable, title not null
SELECT DISTINCT ON (project_id) project_id, title FROM tasks ORDER BY project_id, id;

-- case: ARRAY of a subquery is empty, never NULL
-- expect: a not null [not null], b not null [nullable]
SELECT ARRAY(SELECT id FROM empty_table) AS a, ARRAY(SELECT hours FROM tasks) AS b;

-- case: a condition in an inner query holds for its rows only
-- expect: a nullable
SELECT (SELECT t.note FROM orgs o WHERE t.note IS NOT NULL LIMIT 1) AS a FROM tasks t;

-- case: VALUES takes every row into account
-- expect: column1 not null, column2 nullable
VALUES (1, 'a'), (2, NULL);

-- case: VALUES in FROM
-- expect: a not null, b nullable, c not null
SELECT a, b, c FROM (VALUES (1, 'x', 2), (3, NULL, 4)) AS v (a, b, c);

-- case: a scalar subquery that follows a NOT NULL foreign key always finds its row
-- expect: a not null, b nullable, c nullable, d nullable
SELECT (SELECT u.email FROM users u WHERE u.id = p.owner_id) AS a, (SELECT u.nick FROM users u WHERE u.id = p.owner_id) AS b,
       (SELECT u.email FROM users u WHERE u.id = p.owner_id AND u.nick <> '') AS c,
       (SELECT u.email FROM users u WHERE u.id = p.id) AS d FROM projects p;

-- case: a scalar subquery that follows a nullable foreign key
-- expect: a nullable, b not null
SELECT (SELECT o.name FROM orgs o WHERE o.id = u.org_id) AS a,
       CASE WHEN u.org_id IS NOT NULL THEN (SELECT o.name FROM orgs o WHERE o.id = u.org_id) ELSE '' END AS b FROM users u;

-- case: a scalar subquery along the foreign key of a padded row
-- expect: a nullable
SELECT (SELECT u.email FROM users u WHERE u.id = p.owner_id) AS a FROM tasks t LEFT JOIN projects p ON p.id = t.project_id;

-- case: a scalar subquery along the foreign key of a group
-- expect: owner_id not null, a not null, n not null
SELECT p.owner_id, (SELECT u.email FROM users u WHERE u.id = p.owner_id) AS a, count(*) AS n FROM projects p GROUP BY p.owner_id;

-- case: a foreign key of a row that is being written proves nothing
-- expect: a nullable
WITH u AS (INSERT INTO users (id, email) VALUES (50, 'x') RETURNING id)
UPDATE projects p SET owner_id = u.id FROM u RETURNING (SELECT u.email FROM users u WHERE u.id = p.owner_id) AS a;

-- case: a foreign key to a row that another part of the statement has made
-- expect: a nullable
WITH u AS (INSERT INTO users (id, email) VALUES (50, 'x') RETURNING id),
     p AS (INSERT INTO projects (id, owner_id, name) SELECT 60, id, 'p' FROM u RETURNING *)
SELECT (SELECT u.email FROM users u WHERE u.id = p.owner_id) AS a FROM p;

-- case: a scalar subquery over a CTE that always has a row
-- expect: a not null, b nullable
WITH n AS (SELECT count(*) AS n FROM empty_table), m AS (SELECT a FROM empty_table) SELECT (SELECT n FROM n) AS a, (SELECT a FROM m) AS b;
