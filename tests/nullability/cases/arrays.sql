-- case: an array constructor
-- expect: a not null [not null], b not null [nullable], c not null [not null], d not null [nullable]
SELECT ARRAY[id, 1] AS a, ARRAY[id, hours] AS b, ARRAY[[id, 1], [2, 3]] AS c, ARRAY[[id], [hours]] AS d FROM tasks;

-- case: array literals
-- expect: a not null [not null], b not null [nullable], c not null
SELECT '{a,b}'::text[] AS a, '{a,NULL}'::text[] AS b, '{}'::int[] AS c;

-- case: subscripts beyond the end
-- expect: a nullable, b nullable, c nullable
SELECT labels[5] AS a, (ARRAY[1, 2])[3] AS b, tags[1] AS c FROM projects;

-- case: a slice is an array at worst an empty one
-- expect: a not null, b nullable, c nullable
SELECT labels[1:2] AS a, tags[1:2] AS b, labels[1:nullif(id, 1)] AS c FROM projects;

-- case: a subscript of jsonb
-- expect: a nullable
SELECT settings['a'] AS a FROM projects;

-- case: elements of a column are not known
-- expect: labels not null [nullable], tags nullable [nullable]
SELECT labels, tags FROM projects;

-- case: = ANY over a column needs its elements
-- expect: a nullable, b not null, c nullable
SELECT 'x' = ANY (labels) AS a, id = ANY (ARRAY[1, 2]) AS b, 5 = ANY (ARRAY[1, hours]) AS c FROM projects, (SELECT hours FROM tasks) t;

-- case: append, prepend and concatenate
-- expect: a not null [not null], b not null [nullable], c not null [not null], d not null, e not null [nullable]
SELECT ARRAY[id] || 5 AS a, ARRAY[id] || hours AS b, ARRAY[1] || ARRAY[id] AS c, tags || '{}' AS d, hours || ARRAY[id] AS e
FROM tasks, (SELECT tags FROM projects) p;

-- case: string_to_array
-- expect: a not null [not null], b not null [nullable], c nullable
SELECT string_to_array(title, ',') AS a, string_to_array('x,', ',', '') AS b, string_to_array(note, ',') AS c FROM tasks;

-- case: unnest of a known array
-- expect: a not null, b nullable
SELECT a, b FROM unnest(ARRAY[1, 2]) AS a, unnest(ARRAY[1, NULL]) AS b;

-- case: unnest of two arrays pads the shorter one
-- expect: a nullable, b nullable, n not null
SELECT a, b, n FROM unnest(ARRAY[1, 2], ARRAY['x']) WITH ORDINALITY AS u (a, b, n)
UNION ALL SELECT a, b, n FROM unnest(ARRAY[1], ARRAY['x', 'y']) WITH ORDINALITY AS u (a, b, n);

-- case: unnest of a column
-- expect: label nullable
SELECT label FROM projects, unnest(labels) AS label;

-- case: set-returning functions in the target list
-- expect: a not null
SELECT generate_series(1, 3) AS a;

-- case: two of them are padded to equal length
-- expect: a nullable, b nullable
SELECT generate_series(1, 3) AS a, generate_series(1, 2) AS b UNION ALL SELECT generate_series(1, 2), generate_series(1, 3);

-- case: generate_series in FROM
-- expect: a not null, day not null
SELECT a, day FROM generate_series(1, 3) AS a, generate_series('2024-01-01'::timestamptz, '2024-01-02', '1 day') AS day;

-- case: ROWS FROM pads
-- expect: a nullable, b not null, n not null
SELECT a, coalesce(b, 0) AS b, n FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) WITH ORDINALITY AS r (a, b, n);

-- case: json sets
-- expect: e not null, t nullable, key not null, value not null, v nullable, k not null
SELECT e, t, j.key, j.value, x.value AS v, k
FROM jsonb_array_elements('[1, null]') e, jsonb_array_elements_text('[1, null]') t, jsonb_each('{"a": null}') j,
     jsonb_each_text('{"a": null, "b": 1}') x, jsonb_object_keys('{"a": 1}') k;

-- case: a column definition list promises nothing
-- expect: a nullable, b nullable
SELECT a, b FROM jsonb_to_recordset('[{"a": 1}, {"b": "x"}]') AS r (a int, b text);

-- case: a row from jsonb
-- expect: id nullable, name nullable, r not null
SELECT r.id, r.name, r FROM jsonb_populate_record(NULL::orgs, '{}') AS r;

-- case: functions of users in FROM
-- expect: m nullable, a nullable, b nullable, x nullable, y nullable, row not null
SELECT m, t.a, t.b, o.a AS x, o.b AS y, n AS row
FROM maybe(1) m, table_of(nullif(1, 1)) t, two_outs(NULL) o, no_row(1) n;

-- case: regular expressions in FROM
-- expect: part not null, m not null [nullable]
SELECT part, m FROM regexp_split_to_table('a,b', ',') part, regexp_matches('ab', '(a)|(b)', 'g') m;

-- case: regexp_split_to_array
-- expect: a not null [not null]
SELECT regexp_split_to_array('a,b', ',') AS a;
