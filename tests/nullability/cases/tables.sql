-- case: a CHECK that a column is not null counts, if it is validated
-- expect: a not null, b not null, c nullable, d nullable, e nullable, odd not null
SELECT a, b, c, d, e, "odd name" AS odd FROM checked;

-- case: a column of a domain that is not null can hold NULL
-- expect: short nullable, required nullable, nested nullable
SELECT short, required, nested FROM domained;

-- case: generated columns are nullable unless proved
-- expect: double_a not null, double_b nullable, number not null
SELECT double_a, double_b, number FROM generated;

-- case: a child may have no NOT NULL
-- expect: id not null, v nullable
SELECT id, v FROM parents;

-- case: ONLY the parent
-- expect: id not null
SELECT id FROM ONLY parents;

-- case: a partitioned table
-- expect: id not null, kind not null, v nullable
SELECT id, kind, v FROM parted;

-- case: a view over outer joins
-- expect: id not null, name not null, status nullable, owner not null, org nullable, task_id nullable, task_title nullable
SELECT * FROM project_overview;

-- case: a condition on a view's column narrows the others
-- expect: task_title not null, org nullable
SELECT task_title, org FROM project_overview WHERE task_id IS NOT NULL;

-- case: a view of a table
-- expect: id not null, name not null, score nullable
SELECT id, name, score FROM open_projects;

-- case: a view of the catalog
-- expect: schemaname nullable, tablename not null
-- never seen: schemaname
SELECT schemaname, tablename FROM pg_tables;

-- case: a view that is outer joined
-- expect: note nullable, name nullable
SELECT t.note, v.name FROM tasks t LEFT JOIN open_projects v ON v.id = t.project_id;

-- case: a sequence
-- expect: last_value not null
SELECT last_value FROM generated_number_seq;

-- case: a sample
-- expect: id not null, note nullable
SELECT id, note FROM tasks TABLESAMPLE bernoulli (100);

-- case: columns of the system catalogs
-- expect: relname not null, relacl nullable, reloptions nullable
SELECT relname, relacl, reloptions FROM pg_class;

-- case: a materialized view is as its query
-- expect: owner_id not null, projects not null
SELECT owner_id, projects FROM project_counts;
