-- case: a column of a table is as its constraint says
-- expect: id not null, name not null, status nullable, ctid not null, tableoid not null
SELECT id, name, status, ctid, tableoid FROM projects;

-- case: an inner join keeps both sides
-- expect: name not null, title not null
SELECT p.name, t.title FROM projects p JOIN tasks t ON t.project_id = p.id;

-- case: a cross join keeps both sides
-- expect: name not null, title not null, status nullable
SELECT p.name, t.title, p.status FROM projects p, tasks t;

-- case: a left join makes the right side nullable
-- expect: name not null, title nullable, project_id nullable
SELECT p.name, t.title, t.project_id FROM projects p LEFT JOIN tasks t ON t.project_id = p.id;

-- case: a right join makes the left side nullable
-- expect: name nullable, title not null
SELECT p.name, t.title FROM projects p RIGHT JOIN tasks t ON t.project_id = p.id;

-- case: a full join makes both sides nullable
-- expect: name nullable, title nullable
SELECT p.name, t.title FROM projects p FULL JOIN tasks t ON t.project_id = p.id;

-- case: the merged column of a full join is not null when both are
-- expect: id not null, title nullable, left nullable
SELECT id, t.title, p.id AS left FROM projects p FULL JOIN tasks t USING (id);

-- case: a written COALESCE of both sides of a full join is not null
-- expect: id not null, other nullable
SELECT coalesce(p.id, t.id) AS id, coalesce(p.id, t.hours) AS other FROM projects p FULL JOIN tasks t ON t.project_id = p.id;

-- case: the merged column of a full join below a left join is nullable
-- expect: id nullable
SELECT j.id FROM orgs o LEFT JOIN (projects p FULL JOIN tasks t USING (id)) AS j ON j.hours = o.id;

-- case: the merged column of a left join is the left one
-- expect: id not null, title nullable
SELECT id, t.title FROM projects p LEFT JOIN tasks t USING (id);

-- case: the merged column of a right join is the right one
-- expect: id not null, name nullable
SELECT id, p.name FROM projects p RIGHT JOIN tasks t USING (id);

-- case: a natural join merges like USING
-- expect: id not null, email nullable
SELECT id, u.email FROM tasks t NATURAL LEFT JOIN (SELECT id, email FROM users) u;

-- case: a left join of a left join
-- expect: email not null, name nullable, title nullable
SELECT u.email, p.name, t.title
FROM users u LEFT JOIN projects p ON p.owner_id = u.id LEFT JOIN tasks t ON t.project_id = p.id;

-- case: an inner join inside the null side of a left join stays nullable
-- expect: email not null, name nullable, title nullable
SELECT u.email, p.name, t.title
FROM users u LEFT JOIN (projects p JOIN tasks t ON t.project_id = p.id) ON p.owner_id = u.id;

-- case: an inner join above a left join proves that the left join matched
-- expect: email not null, name not null, title not null
SELECT u.email, p.name, t.title
FROM users u LEFT JOIN projects p ON p.owner_id = u.id JOIN tasks t ON t.project_id = p.id;

-- case: a left join above a left join releases what the lower ON clause says
-- expect: org_id not null, name not null
SELECT u.org_id, o.name FROM users u LEFT JOIN orgs o ON o.id = u.org_id WHERE o.id IS NOT NULL;

-- case: the ON clause of a left join says nothing of the left side by itself
-- expect: org_id nullable, name nullable
SELECT u.org_id, o.name FROM users u LEFT JOIN orgs o ON o.id = u.org_id;

-- case: an anti join returns null from a column that is not null
-- expect: name not null, title nullable, id nullable
SELECT p.name, t.title, t.id FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE t.id IS NULL;

-- case: a left join with a limit
-- expect: name not null, title nullable
SELECT p.name, t.title FROM projects p LEFT JOIN tasks t ON t.project_id = p.id AND t.id > 100 LIMIT 2;

-- case: a right join with an order
-- expect: name nullable, title not null
SELECT p.name, t.title FROM projects p RIGHT JOIN tasks t ON t.project_id = p.id ORDER BY t.title, p.name;

-- case: a left join in a subquery with a limit
-- expect: name not null, title nullable
SELECT * FROM (SELECT p.name, t.title FROM projects p LEFT JOIN tasks t ON t.project_id = p.id ORDER BY 1 LIMIT 5) s;

-- case: a left join in a materialized CTE whose columns are renamed
-- expect: a not null, b nullable
WITH c (a, b) AS MATERIALIZED (SELECT p.name, t.title FROM projects p LEFT JOIN tasks t ON t.project_id = p.id)
SELECT a, b FROM c;

-- case: a left join on true with a row that always exists keeps it
-- expect: name not null, total not null, top nullable
SELECT p.name, s.total, s.top
FROM projects p LEFT JOIN LATERAL (SELECT count(*) AS total, max(t.hours) AS top FROM tasks t WHERE t.project_id = p.id) s ON true;

-- case: a left join on true with a subquery that may be empty
-- expect: name not null, title nullable
SELECT p.name, s.title
FROM projects p LEFT JOIN LATERAL (SELECT t.title FROM tasks t WHERE t.project_id = p.id) s ON true;

-- case: a left join on true with an aggregate that HAVING may drop
-- expect: name not null, total nullable
SELECT p.name, s.total
FROM projects p
LEFT JOIN LATERAL (SELECT count(*) AS total FROM tasks t WHERE t.project_id = p.id HAVING count(*) > 1) s ON true;

-- case: a left join on true with a subquery cut by OFFSET
-- expect: total nullable
SELECT s.total FROM projects p LEFT JOIN LATERAL (SELECT count(*) AS total FROM tasks OFFSET 1) s ON true;

-- case: a left join on a condition with a row that always exists
-- expect: total nullable
SELECT s.total FROM projects p LEFT JOIN (SELECT count(*) AS total FROM tasks) s ON s.total = p.id;

-- case: a left join that follows a NOT NULL foreign key always matches
-- expect: name not null, email not null, nick nullable
SELECT p.name, u.email, u.nick FROM projects p LEFT JOIN users u ON u.id = p.owner_id;

-- case: a left join that follows a nullable foreign key may not match
-- expect: email not null, name nullable
SELECT u.email, o.name FROM users u LEFT JOIN orgs o ON o.id = u.org_id;

-- case: a left join on a foreign key and one more condition may not match
-- expect: email nullable
SELECT u.email FROM projects p LEFT JOIN users u ON u.id = p.owner_id AND u.nick = 'ada';

-- case: a foreign key of a padded row matches exactly when the row is there
-- expect: title not null, name nullable, email nullable
SELECT t.title, p.name, u.email
FROM tasks t LEFT JOIN projects p ON p.id = t.project_id LEFT JOIN users u ON u.id = p.owner_id;

-- case: a foreign key below a join that matched
-- expect: title not null, name not null, email not null
SELECT t.title, p.name, u.email
FROM tasks t LEFT JOIN projects p ON p.id = t.project_id LEFT JOIN users u ON u.id = p.owner_id WHERE p.id > 0;

-- case: a foreign key to a row that a data-modifying CTE has just made is not seen by the join
-- expect: owner_id not null, email nullable
WITH new_user AS (INSERT INTO users (id, email) VALUES (50, 'new@example.org') RETURNING id),
     new_project AS (INSERT INTO projects (id, owner_id, name) SELECT 50, id, 'new' FROM new_user RETURNING owner_id)
SELECT n.owner_id, u.email FROM new_project n LEFT JOIN users u ON u.id = n.owner_id;

-- case: a left join to ONLY a table or a sample of it may miss the row
-- expect: email nullable
SELECT u.email FROM projects p LEFT JOIN users u TABLESAMPLE bernoulli (0) ON u.id = p.owner_id;

-- case: the whole row of the null side is null, its fields are not
-- expect: p not null {id not null, status nullable}, t nullable {id not null, title not null, project_id not null, note nullable}
SELECT p, t FROM projects p LEFT JOIN tasks t ON t.project_id = p.id;

-- case: the row of a join is always there
-- expect: j not null {id not null, title nullable}
SELECT j FROM (projects p LEFT JOIN tasks t USING (id)) AS j;

-- case: a whole row in a boolean test proves that the row is real
-- expect: title not null, note nullable
SELECT t.title, t.note FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE NOT (t IS NULL);

-- case: a whole row that IS NOT NULL has no null field
-- expect: title not null, note not null
SELECT t.title, t.note FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE t IS NOT NULL;

-- case: a table function joined by comma is lateral
-- expect: id not null, tag nullable, n not null
SELECT p.id, tag, n FROM projects p, unnest(p.tags) WITH ORDINALITY AS u (tag, n);

-- case: a left join lateral to a set-returning function
-- expect: id not null, tag nullable, n nullable
SELECT p.id, tag, n FROM projects p LEFT JOIN LATERAL unnest(p.tags) WITH ORDINALITY AS u (tag, n) ON true;

-- case: a left join on true to a function that returns one row
-- expect: value not null
SELECT value FROM projects p LEFT JOIN LATERAL abs(p.id) AS value ON true;

-- case: a self join of a table by a nullable key
-- expect: email not null, boss nullable
SELECT u.email, b.email AS boss FROM users u LEFT JOIN users b ON b.id = u.boss_id;

-- case: a full join on true with one row on one side
-- expect: total not null, title nullable
SELECT c.total, t.title FROM (SELECT count(*) AS total FROM orgs) c FULL JOIN empty_table e ON true LEFT JOIN tasks t ON t.id = e.id;

-- case: the columns of an alias of USING are padded with their join, also as a row
-- expect: u not null {id nullable, email nullable}, id nullable
SELECT u, u.id FROM orgs o LEFT JOIN (users a FULL JOIN users b USING (id, email) AS u) ON u.id = -o.id;

-- case: the columns of an alias of USING are there where nothing pads their join
-- expect: u not null {id not null, email not null}, id not null
SELECT u, u.id FROM orgs o JOIN (users a FULL JOIN users b USING (id, email) AS u) ON true;

-- case: a left join that follows a nullable foreign key matches where the key is not NULL
-- expect: a not null, b nullable
SELECT o.name AS a, b.email AS b FROM users u LEFT JOIN orgs o ON o.id = u.org_id LEFT JOIN users b ON b.id = u.boss_id
WHERE u.org_id IS NOT NULL;
