-- case: JSON constructors
-- version: 17
-- expect: a not null, b not null, c nullable, d not null
SELECT JSON_OBJECT('a': note) AS a, JSON_ARRAY(note) AS b, JSON_SCALAR(note) AS c, JSON_OBJECT('a': id RETURNING jsonb) AS d FROM tasks;

-- case: JSON aggregates
-- expect: a nullable, b not null, c nullable
SELECT (SELECT JSON_ARRAYAGG(id) FROM empty_table) AS a, (SELECT JSON_OBJECTAGG(title: note) FROM tasks t WHERE t.id = o.id GROUP BY id) IS NULL AS b,
       (SELECT JSON_ARRAY(SELECT id FROM empty_table)) AS c FROM orgs o;

-- case: grouped JSON aggregates
-- expect: a not null, b not null
SELECT JSON_ARRAYAGG(note) AS a, JSON_OBJECTAGG(id: note) AS b FROM tasks GROUP BY project_id;

-- case: JSON_EXISTS, JSON_VALUE, JSON_QUERY
-- version: 17
-- expect: a not null, b nullable, c nullable, d nullable, e not null
SELECT JSON_EXISTS(settings, '$.a') AS a, JSON_VALUE(settings, '$.a') AS b, JSON_QUERY(settings, '$.a') AS c,
       JSON_EXISTS(data, '$.a') AS d, JSON_QUERY(settings, '$.a' EMPTY ARRAY ON EMPTY EMPTY ARRAY ON ERROR) AS e FROM projects;

-- case: IS JSON
-- expect: a not null, b nullable
SELECT title IS JSON AS a, note IS JSON AS b FROM tasks;

-- case: JSON_TABLE
-- version: 17
-- expect: a nullable, id not null
SELECT t.a, p.id FROM projects p, JSON_TABLE(p.settings, '$' COLUMNS (a int PATH '$.a')) t;

-- case: JSON_TABLE numbers rows, and EXISTS answers
-- version: 17
-- expect: n not null, there not null, known nullable, m nullable
SELECT t.* FROM projects p, JSON_TABLE(p.settings, 'strict $' COLUMNS (
    n FOR ORDINALITY, there boolean EXISTS PATH '$.a', NESTED PATH '$.x[*]' COLUMNS (m FOR ORDINALITY),
    known boolean EXISTS PATH 'strict $.a' UNKNOWN ON ERROR)) t;
