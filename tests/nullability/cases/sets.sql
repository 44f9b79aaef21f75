-- case: UNION takes both arms
-- expect: name not null, note nullable
SELECT name, note FROM orgs UNION SELECT title, note FROM tasks;

-- case: UNION ALL of arms that differ
-- expect: id not null, note nullable
SELECT id, name AS note FROM orgs UNION ALL SELECT id, note FROM tasks;

-- case: a NULL literal in one arm
-- expect: a nullable, b not null
SELECT 1 AS a, 2 AS b UNION ALL SELECT NULL, 3;

-- case: INTERSECT is as good as its better arm
-- expect: note not null
-- with: INSERT INTO tasks VALUES (21, 1, 'Acme', 'Acme', NULL, NULL, false);
SELECT name AS note FROM orgs INTERSECT SELECT note FROM tasks;

-- case: INTERSECT of two nullable arms
-- expect: note nullable
SELECT note FROM orgs INTERSECT SELECT note FROM tasks;

-- case: EXCEPT is its left arm
-- expect: name not null
SELECT name FROM orgs EXCEPT SELECT note FROM tasks;

-- case: EXCEPT of a nullable left arm
-- expect: note nullable
SELECT note FROM tasks EXCEPT SELECT name FROM orgs;

-- case: three arms
-- expect: a nullable
SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT hours FROM tasks;

-- case: nested arms
-- expect: a not null
SELECT 1 AS a UNION ALL (SELECT hours FROM tasks INTERSECT SELECT id FROM tasks);

-- case: UNION of arms with different types
-- expect: a not null
SELECT 1 AS a UNION SELECT 2.5 UNION ALL SELECT id FROM tasks;

-- case: a UNION of rows
-- expect: t not null {id not null, note nullable}
SELECT t FROM tasks t UNION ALL SELECT t FROM tasks t;

-- case: a recursive CTE
-- expect: n not null, m nullable
WITH RECURSIVE t (n, m) AS (SELECT 1, NULL::int UNION ALL SELECT n + 1, n FROM t WHERE n < 5) SELECT n, m FROM t;

-- case: a recursive CTE whose second arm weakens the first
-- expect: n not null, a nullable, b nullable
WITH RECURSIVE t (n, a, b) AS (SELECT 1, 1, 1 UNION ALL SELECT n + 1, b, NULL FROM t WHERE n < 5) SELECT n, a, b FROM t;

-- case: a recursive CTE over a tree
-- expect: id not null, email not null, boss_id nullable, depth not null, path not null [not null]
WITH RECURSIVE tree AS (
    SELECT id, email, boss_id, 0 AS depth, ARRAY[id] AS path FROM users WHERE boss_id IS NULL
    UNION ALL
    SELECT u.id, u.email, u.boss_id, t.depth + 1, t.path || u.id FROM users u JOIN tree t ON u.boss_id = t.id
)
SELECT id, email, boss_id, depth, path FROM tree;

-- case: a recursive CTE that is outer joined
-- expect: n nullable
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT t.n FROM tasks LEFT JOIN t ON t.n = tasks.hours;

-- case: a recursive CTE whose second arm joins outer
-- expect: n not null, note nullable
WITH RECURSIVE t (n, note) AS (
    SELECT 1, 'start' UNION SELECT t.n + 1, k.note FROM t LEFT JOIN tasks k ON k.id = t.n WHERE t.n < 9
) SELECT n, note FROM t;

-- case: SEARCH and CYCLE add columns
-- expect: id not null, boss_id nullable, is_cycle not null, path not null, ord not null
-- never seen: boss_id
WITH RECURSIVE tree AS (
    SELECT id, boss_id FROM users WHERE boss_id = 1
    UNION ALL
    SELECT u.id, u.boss_id FROM users u JOIN tree t ON u.boss_id = t.id
) SEARCH BREADTH FIRST BY id SET ord CYCLE id SET is_cycle USING path
SELECT id, nullif(boss_id, -5) AS boss_id, is_cycle, path, ord FROM tree;

-- case: a CTE used twice
-- expect: a not null, b nullable
WITH c AS (SELECT id, note FROM tasks) SELECT x.id AS a, y.note AS b FROM c x JOIN c y USING (id);

-- case: a CTE inside a CTE
-- expect: id not null, note nullable
WITH a AS (WITH b AS (SELECT * FROM tasks) SELECT id, note FROM b) SELECT * FROM a;

-- case: a CTE used in a subquery two levels below
-- expect: total not null
WITH c AS (SELECT count(*) AS n FROM tasks) SELECT (SELECT (SELECT n FROM c) FROM orgs LIMIT 1 OFFSET 0) IS NULL AS total;

-- case: a data-modifying CTE returns what was stored
-- expect: id not null, note nullable, title not null
WITH ins AS (INSERT INTO tasks (id, title) VALUES (40, 'new') RETURNING *) SELECT id, note, title FROM ins;

-- case: a data-modifying CTE that is outer joined
-- expect: id not null, moved nullable
WITH upd AS (UPDATE tasks SET hours = 1 WHERE id = 1 RETURNING id) SELECT t.id, u.id AS moved FROM tasks t LEFT JOIN upd u ON u.id = t.id;
