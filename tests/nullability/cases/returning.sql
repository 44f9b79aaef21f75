-- case: INSERT returns what is stored
-- expect: id not null, title not null, note nullable, urgent not null, hours nullable
INSERT INTO tasks (id, title) VALUES (50, 'x') RETURNING id, title, note, urgent, hours;

-- case: an assigned value that is not NULL
-- expect: note not null, hours nullable
INSERT INTO tasks (id, title, note, hours) VALUES (50, 'x', 'n', NULL) RETURNING note, hours;

-- case: an assigned parameter
-- expect: note not null, hours nullable
-- args: 'n', None
INSERT INTO tasks (id, title, note, hours) VALUES (50, 'x', $1, $2) RETURNING note, hours;

-- case: a COALESCE that is assigned
-- expect: status not null
-- args: None
INSERT INTO projects (id, owner_id, name, status) SELECT 50, id, 'n', coalesce($1, 'draft') FROM users LIMIT 1 RETURNING status;

-- case: several rows of VALUES
-- expect: note nullable, hours not null
INSERT INTO tasks (id, title, note, hours) VALUES (50, 'x', 'n', 1), (51, 'y', NULL, 2) RETURNING note, hours;

-- case: INSERT from a query
-- expect: note not null, hours nullable
INSERT INTO tasks (id, title, note, hours) SELECT id + 60, title, title, hours FROM tasks RETURNING note, hours;

-- case: a BEFORE trigger may change everything
-- expect: note nullable, fixed not null
INSERT INTO triggered (id, note, fixed) VALUES (50, 'n', 'f') RETURNING note, fixed;

-- case: a BEFORE trigger on UPDATE
-- expect: note nullable, fixed not null
UPDATE triggered SET note = 'n' WHERE fixed = 'f' RETURNING note, fixed;

-- case: DELETE returns the old row, trigger or not
-- expect: note not null
DELETE FROM triggered WHERE note IS NOT NULL RETURNING note;

-- case: ON CONFLICT DO NOTHING returns inserted rows only
-- expect: note not null
INSERT INTO tasks (id, title, note) VALUES (50, 'x', 'n'), (1, 'x', 'n') ON CONFLICT DO NOTHING RETURNING note;

-- case: ON CONFLICT DO UPDATE may return the older row
-- expect: note nullable, title not null
INSERT INTO tasks (id, title, note) VALUES (2, 'x', 'n') ON CONFLICT (id) DO UPDATE SET title = excluded.title RETURNING note, title;

-- case: ON CONFLICT DO UPDATE that assigns a value as well
-- expect: note not null, hours not null, done nullable
INSERT INTO tasks AS t (id, title, note, hours, done) VALUES (2, 'x', 'n', 1, true)
ON CONFLICT (id) DO UPDATE SET note = excluded.note, hours = coalesce(t.hours, 0) + excluded.hours RETURNING note, hours, done;

-- case: UPDATE returns what was assigned
-- expect: note not null, hours nullable, title not null
UPDATE tasks SET note = 'n', hours = NULL RETURNING note, hours, title;

-- case: UPDATE keeps what WHERE has seen in unassigned columns
-- expect: note not null, hours nullable
UPDATE tasks SET hours = NULL WHERE note IS NOT NULL AND hours IS NOT NULL RETURNING note, hours;

-- case: UPDATE from a join
-- with: UPDATE projects SET status = NULL;
-- expect: title not null, name not null, status nullable, note nullable
UPDATE tasks t SET note = p.status FROM projects p WHERE p.owner_id = t.id RETURNING t.title, p.name, p.status, t.note;

-- case: UPDATE from a left join
-- expect: title not null, email nullable
UPDATE tasks t SET hours = 1 FROM projects p LEFT JOIN users u ON u.id = p.id + 1 WHERE p.id > t.id RETURNING t.title, u.email;

-- case: UPDATE of a row of columns
-- expect: note nullable, hours nullable
UPDATE tasks SET (note, hours) = (SELECT o.note, o.id FROM orgs o WHERE o.id = tasks.id) RETURNING note, hours;

-- case: DELETE returns the old row
-- expect: note nullable, hours not null
DELETE FROM tasks WHERE hours > -5 RETURNING note, hours;

-- case: the whole row that was written
-- expect: tasks not null {id not null, title not null, note not null, hours nullable}
INSERT INTO tasks (id, title, note) VALUES (50, 'x', 'n') RETURNING tasks;

-- case: generated and identity columns
-- expect: double_a not null, double_b nullable, number not null
INSERT INTO generated (id, a) VALUES (50, 1) RETURNING double_a, double_b, number;

-- case: a partitioned table
-- expect: id not null, kind not null, v not null
INSERT INTO parted (id, kind, v) VALUES (50, 'a', 'x'), (51, 'z', 'y') RETURNING id, kind, v;

-- case: an updatable view is its table
-- expect: id not null, name not null, status not null, score nullable
INSERT INTO open_projects (id, owner_id, name, status) SELECT 50, id, 'n', 's' FROM users LIMIT 1 RETURNING id, name, status, score;

-- case: a view written by a trigger promises nothing
-- expect: id nullable, name nullable
-- never seen: id
INSERT INTO triggered_view (id, name) VALUES (50, 'n') RETURNING id, name;

-- case: a subquery in RETURNING
-- expect: email nullable, note nullable
UPDATE tasks SET hours = 1 RETURNING (SELECT u.email FROM users u WHERE u.id = tasks.id + 3) AS email, (SELECT note) AS note;

-- case: an expression in WHERE has seen the old row
-- expect: a nullable, b nullable
UPDATE tasks SET note = NULL WHERE upper(note) IS NOT NULL RETURNING upper(note) AS a, note AS b;
