-- case: IS NOT NULL in WHERE
-- expect: status not null, score nullable
SELECT status, score FROM projects WHERE status IS NOT NULL;

-- case: an equality in WHERE
-- expect: status not null
SELECT status FROM projects WHERE status = 'draft';

-- case: a comparison with a parameter
-- expect: status not null, param nullable
-- args: None
SELECT status, $1::text AS param FROM projects WHERE status = $1 OR status = 'draft';

-- case: a parameter that WHERE compares is not null in the rows that remain
-- expect: status not null, param not null
-- args: None
SELECT status, $1::text AS param FROM projects WHERE status = $1;

-- case: a parameter that is refused as NULL
-- expect: param not null
-- args: 1
SELECT $1::int AS param;

-- case: AND proves both
-- expect: status not null, score not null
SELECT status, score FROM projects WHERE status <> '' AND score > 0;

-- case: OR proves what both sides prove
-- expect: status not null, score nullable
SELECT status, score FROM projects WHERE status = 'draft' OR (status = 'active' AND score > 0);

-- case: OR over two columns of the padded side proves its row
-- expect: id not null, title not null, note nullable, hours nullable
-- with: INSERT INTO tasks VALUES (20, 1, 'noteless', NULL, 9, NULL, false), (21, 1, 'hourless', 'n', NULL, NULL, false);
SELECT t.id, t.title, t.note, t.hours
FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE t.note = 'n' OR t.hours > 1;

-- case: NOT of OR
-- expect: status not null, score not null
SELECT status, score FROM projects WHERE NOT (status IS NULL OR score IS NULL);

-- case: NOT of an equality
-- expect: status not null
SELECT status FROM projects WHERE NOT status = 'active';

-- case: NOT of AND proves nothing
-- expect: status nullable
SELECT status FROM projects WHERE NOT (status = 'active' AND id = 1);

-- case: IS NOT TRUE lets NULL pass
-- expect: done nullable
SELECT done FROM tasks WHERE done IS NOT TRUE;

-- case: IS NOT UNKNOWN does not
-- expect: done not null
SELECT done FROM tasks WHERE done IS NOT UNKNOWN;

-- case: a bare boolean column in WHERE
-- expect: done not null
SELECT done FROM tasks WHERE done;

-- case: IS FALSE
-- expect: done not null
SELECT done FROM tasks WHERE done IS FALSE;

-- case: (x > 1) IS TRUE passes on
-- expect: hours not null
SELECT hours FROM tasks WHERE (hours > 1) IS TRUE;

-- case: (x > 1) IS NOT FALSE does not
-- expect: hours nullable
SELECT hours FROM tasks WHERE (hours > 1) IS NOT FALSE;

-- case: IS DISTINCT FROM lets NULL pass
-- expect: status nullable
SELECT status FROM projects WHERE status IS DISTINCT FROM 'active';

-- case: IS NOT DISTINCT FROM a constant
-- expect: status not null
SELECT status FROM projects WHERE status IS NOT DISTINCT FROM 'draft';

-- case: IS NOT DISTINCT FROM another column
-- expect: hours nullable
SELECT hours FROM tasks WHERE hours IS NOT DISTINCT FROM project_id OR id = 2;

-- case: IN over a list
-- expect: status not null
SELECT status FROM projects WHERE status IN ('draft', 'active');

-- case: NOT IN over a list
-- expect: status not null
SELECT status FROM projects WHERE status NOT IN ('active', 'closed');

-- case: = ANY of an array that is given
-- expect: status not null
-- args: ['draft', 'active']
SELECT status FROM projects WHERE status = ANY ($1::text[]);

-- case: <> ALL of an array that may be empty
-- expect: status nullable
-- args: []
SELECT status FROM projects WHERE status <> ALL (array_remove($1::text[], 'x'));

-- case: NOT = ANY of an array that may be empty
-- expect: status nullable
SELECT status FROM projects WHERE NOT status = ANY ('{}'::text[]);

-- case: IN over a subquery
-- expect: project_id not null
SELECT project_id FROM tasks WHERE project_id IN (SELECT id FROM projects);

-- case: NOT IN over an empty subquery is true for NULL
-- expect: project_id nullable
SELECT project_id FROM tasks WHERE project_id NOT IN (SELECT id FROM empty_table);

-- case: > ALL over an empty subquery is true for NULL
-- expect: hours nullable
SELECT hours FROM tasks WHERE hours > ALL (SELECT id FROM empty_table);

-- case: EXISTS proves what its conditions say of the outer row
-- expect: project_id not null
SELECT project_id FROM tasks t WHERE EXISTS (SELECT FROM projects p WHERE p.id = t.project_id);

-- case: NOT EXISTS proves nothing
-- expect: project_id nullable
SELECT project_id FROM tasks t WHERE NOT EXISTS (SELECT FROM projects p WHERE p.id = t.project_id);

-- case: EXISTS over an ungrouped aggregate is always true
-- expect: project_id nullable
SELECT project_id FROM tasks t WHERE EXISTS (SELECT count(*) FROM projects p WHERE p.id = t.project_id);

-- case: a condition on a scalar subquery proves that it had a row
-- expect: project_id not null
SELECT project_id FROM tasks t WHERE (SELECT p.name FROM projects p WHERE p.id = t.project_id) LIKE 'a%';

-- case: BETWEEN, LIKE and row equality
-- expect: hours not null, note not null, status not null, score not null
SELECT t.hours, t.note, p.status, p.score FROM tasks t, projects p
WHERE t.hours BETWEEN -100 AND 100 AND t.note LIKE '%' AND (p.status, p.score) = ('draft', 7);

-- case: a row comparison proves its first pair only
-- expect: status not null, score nullable
SELECT status, score FROM projects WHERE (status, score) > ('active', 1) OR (status, score) > ('aaa', 1);

-- case: a strict function is true only for values
-- expect: note not null
SELECT note FROM tasks WHERE length(note) > 0;

-- case: a cast is seen through
-- expect: hours not null
SELECT hours FROM tasks WHERE hours::text = '5';

-- case: a function that is not strict proves nothing
-- expect: note nullable
SELECT note FROM tasks WHERE concat(note, 'x') <> '';

-- case: COALESCE in a condition with a false default
-- expect: done not null
SELECT done FROM tasks WHERE coalesce(done, false);

-- case: COALESCE in a condition with a true default
-- expect: done nullable
SELECT done FROM tasks WHERE coalesce(done, true);

-- case: a condition on a whole expression
-- expect: k not null, data not null, n nullable
-- with: INSERT INTO projects (id, owner_id, name, data) VALUES (30, 1, 'k', '{"k": "v"}');
SELECT data ->> 'k' AS k, data, data ->> 'n' AS n FROM projects WHERE data ->> 'k' IS NOT NULL;

-- case: a volatile expression may be NULL the second time
-- expect: v nullable
SELECT nullif(id, (random() * 10)::int) AS v FROM tasks, generate_series(1, 500)
WHERE nullif(id, (random() * 10)::int) IS NOT NULL;

-- case: NULLIF in a condition
-- expect: note not null
SELECT note FROM tasks WHERE nullif(note, '') IS NOT NULL;

-- case: CASE in a condition
-- expect: note not null
SELECT note FROM tasks WHERE CASE WHEN note = 'n' THEN true ELSE false END;

-- case: HAVING proves what it compares
-- expect: status not null, top not null
SELECT status, max(score) AS top FROM projects GROUP BY status HAVING status <> '' AND max(score) IS NOT NULL;

-- case: HAVING of an ungrouped aggregate
-- expect: top not null
SELECT max(hours) AS top FROM tasks HAVING max(hours) > 0;

-- case: a condition around a subquery narrows the subquery
-- expect: title not null, note nullable
SELECT s.title, s.note
FROM (SELECT t.id, t.title, t.note FROM projects p LEFT JOIN tasks t ON t.project_id = p.id) s WHERE s.id > 0;

-- case: a condition around a UNION reaches both arms
-- expect: title not null
SELECT s.title
FROM (SELECT t.id, t.title FROM projects p LEFT JOIN tasks t ON t.project_id = p.id
      UNION ALL SELECT t.id, t.title FROM projects p LEFT JOIN tasks t ON t.id = p.id) s WHERE s.id > 0;

-- case: a condition around a CTE does not touch its other uses
-- expect: title not null, other nullable
WITH c AS (SELECT t.id, t.title FROM projects p LEFT JOIN tasks t ON t.project_id = p.id)
SELECT a.title, b.title AS other FROM c a, c b WHERE a.id > 0;

-- case: an inner join condition narrows both sides
-- expect: hours not null, org_id not null
SELECT t.hours, u.org_id FROM tasks t JOIN users u ON u.org_id = t.hours - 4;

-- case: a condition inside the ON of an inner join
-- expect: note not null
SELECT t.note FROM tasks t JOIN projects p ON p.id = t.project_id AND t.note <> 'x';

-- case: FILTER lets the argument be narrowed, the aggregate may still see no rows
-- expect: notes nullable [not null]
SELECT array_agg(note) FILTER (WHERE note IS NOT NULL) AS notes FROM tasks GROUP BY project_id;

-- case: WHERE in the middle of a set operation
-- expect: note not null
SELECT note FROM tasks WHERE note IS NOT NULL UNION SELECT 'x';

-- case: NOT of IS NOT DISTINCT FROM NULL
-- expect: note not null
SELECT note FROM tasks WHERE NOT (note IS NOT DISTINCT FROM NULL);

-- case: a condition that mixes tables with OR
-- expect: title nullable, name not null
SELECT t.title, p.name FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE t.hours > 1 OR p.score > 1;

-- case: a CHECK that depends on a condition
-- expect: amount not null, url nullable
SELECT amount, url FROM audited WHERE kind = 'payment';

-- case: a CHECK that depends on a condition that is not there
-- expect: amount nullable, url nullable
SELECT amount, url FROM audited WHERE kind <> 'payment' OR id > 0;

-- case: a CHECK that compares two tests
-- expect: url not null
SELECT url FROM audited WHERE kind = 'link' AND id > 0;

-- case: a CHECK that compares two tests says nothing of other values
-- expect: url nullable, amount nullable
SELECT url, amount FROM audited WHERE kind = 'other';

-- case: a CHECK over a list
-- expect: locked_by not null, locked_at not null
SELECT locked_by, locked_at FROM audited WHERE kind IN ('locked', 'taken');

-- case: a CHECK over a list that WHERE exceeds
-- expect: locked_by nullable
SELECT locked_by FROM audited WHERE kind IN ('locked', 'other');

-- case: a CHECK that counts
-- expect: user_id nullable, org_id not null
SELECT user_id, org_id FROM audited WHERE user_id IS NULL;

-- case: a CHECK does not speak of a row that a join has padded
-- expect: amount nullable
SELECT a.amount FROM tasks t LEFT JOIN audited a ON a.id = t.id AND a.kind = 'payment';

-- case: a CHECK and a condition of an inner join
-- expect: amount not null
SELECT a.amount FROM tasks t JOIN audited a ON a.id = t.id AND a.kind = 'payment';
