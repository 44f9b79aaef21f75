-- case: OLD and NEW of an INSERT
-- version: 18
-- expect: a nullable, b not null, o nullable {id not null}
INSERT INTO tasks (id, title) VALUES (50, 'x') RETURNING old.title AS a, new.title AS b, old AS o;

-- case: OLD and NEW of an UPDATE
-- version: 18
-- expect: a nullable, b not null, c not null, d not null
UPDATE tasks SET note = 'n' WHERE hours IS NOT NULL RETURNING old.note AS a, new.note AS b, old.hours AS c, new.hours AS d;

-- case: OLD and NEW of a DELETE
-- version: 18
-- expect: a not null, b nullable
DELETE FROM tasks RETURNING old.title AS a, new.title AS b;

-- case: OLD after ON CONFLICT
-- version: 18
-- expect: a nullable, b not null
INSERT INTO tasks (id, title) VALUES (1, 'x'), (50, 'y') ON CONFLICT (id) DO UPDATE SET title = 'z' RETURNING old.title AS a, new.title AS b;

-- case: OLD and NEW of a MERGE
-- version: 18
-- expect: a nullable, b nullable
MERGE INTO tasks t USING (VALUES (1), (70)) AS s (k) ON s.k = t.id
WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, title) VALUES (s.k, 'new') RETURNING old.title AS a, new.title AS b;

-- case: OLD through an updatable view
-- version: 18
-- expect: a nullable, b not null
INSERT INTO open_projects (id, owner_id, name) SELECT 50, id, 'n' FROM users LIMIT 1 RETURNING old.name AS a, new.name AS b;

-- case: a condition on the new row says nothing of the old one
-- version: 18
-- expect: a nullable, b nullable, c not null
UPDATE tasks SET note = 'x' RETURNING CASE WHEN note IS NOT NULL THEN old.note ELSE '' END AS a,
       note IS NOT NULL AND old.note > '' AS b, CASE WHEN note IS NOT NULL THEN new.note ELSE '' END AS c;

-- case: WHERE has seen the old row
-- version: 18
-- expect: a not null, b nullable
UPDATE tasks SET note = NULL WHERE note IS NOT NULL RETURNING old.note AS a, new.note AS b;
