-- case: strict built-ins are as their arguments
-- expect: a not null, b nullable, c not null, d not null
SELECT upper(title) AS a, length(note) AS b, id + 1 AS c, title || '!' AS d FROM tasks;

-- case: strict is no proof of not null
-- expect: a nullable, b nullable, c nullable, d nullable, e nullable, f nullable
SELECT settings -> 'nope' AS a, settings ->> 'nope' AS b, array_length(labels, 1) AS c, substring(name, 'z+') AS d,
       to_char(created_at, '') AS e, regexp_match(name, 'z') AS f FROM projects;

-- case: functions that never return NULL
-- expect: a not null, b not null, c not null, d not null, e not null, f not null
SELECT now() AS a, gen_random_uuid() AS b, concat(note, NULL) AS c, jsonb_build_object('a', note) AS d,
       num_nulls(note) AS e, random() AS f FROM tasks;

-- case: concat of an array that may be NULL
-- expect: a nullable, b not null
SELECT concat(VARIADIC tags) AS a, concat(VARIADIC labels) AS b FROM projects;

-- case: functions whose first argument decides
-- expect: a not null, b not null, c nullable
SELECT concat_ws(',', note, note) AS a, format('%s', note) AS b, concat_ws(note, 'a', 'b') AS c FROM tasks;

-- case: infinite dates
-- expect: a nullable, b not null, c nullable, d not null, e not null, f not null
SELECT extract(month FROM created_at) AS a, extract(year FROM created_at) AS b, to_char(created_at, 'YYYY') AS c,
       date_trunc('day', created_at) AS d, extract(hour FROM now()) AS e, to_char(current_date, 'YYYY') AS f FROM projects;

-- case: casts
-- expect: a not null, b nullable, c not null, d not null, e nullable
SELECT id::text AS a, score::int AS b, title::varchar(3) AS c, ('{' || id || '}')::int[] AS d, note::short_text AS e
FROM (SELECT t.*, NULL::int AS score FROM tasks t) s;

-- case: a cast to a domain that is not null raises for NULL
-- expect: a not null, b not null
SELECT title::required_text AS a, coalesce(nullif(note, ''), 'x')::nested_required AS b FROM tasks;

-- case: a jsonb null turned into a number is NULL
-- version: 18
-- expect: a nullable, b not null
SELECT settings::int AS a, uuidv7() AS b FROM (VALUES ('null'::jsonb)) AS s (settings);

-- case: functions of users may return NULL, strict or not
-- expect: a nullable, b nullable
SELECT strict_null(id) AS a, sql_null(id) AS b FROM tasks;

-- case: enums, arrays and rows compare like everything else
-- expect: a nullable, b not null, c not null
SELECT feeling = 'sad' AS a, feelings = feelings AS b, (id, 1) = (1, 1) AS c FROM shapes;

-- case: current_schema and settings
-- expect: a nullable, b not null, c nullable, d not null
-- with: SET LOCAL search_path = nowhere, public_too;
SELECT current_schema AS a, current_user AS b, current_setting('no.such', true) AS c, current_database() AS d;

-- case: sequences and identity
-- expect: a not null
SELECT nextval('generated_number_seq') AS a;

-- case: JSON operators
-- expect: a nullable, b nullable, c not null, d not null, e nullable
SELECT data -> 'k' AS a, data #>> '{list,0}' AS b, settings || '{}' AS c, settings ? 'k' AS d, data @> '{}' AS e FROM projects;

-- case: JSON functions
-- expect: a not null, b nullable, c not null, d nullable, e not null
SELECT jsonb_typeof(settings) AS a, jsonb_extract_path(settings, 'nope') AS b, to_jsonb(name) AS c,
       jsonb_path_query_first(settings, '$.nope') AS d, jsonb_pretty(settings) AS e FROM projects;

-- case: ranges
-- expect: a nullable, b not null, c not null
SELECT upper(int4range(id, NULL)) AS a, int4range(id, NULL) AS b, isempty(int4range(id, id)) AS c FROM tasks;

-- case: an operator over a padded column
-- expect: a nullable
SELECT t.title || 'x' AS a FROM projects p LEFT JOIN tasks t ON t.project_id = p.id;

-- case: ROW and its comparison with NULL
-- expect: a not null {f1 not null, f2 nullable}, b not null
SELECT ROW (id, note) AS a, ROW (id, note) IS NOT NULL AS b FROM tasks;

-- case: functions in SQL are as their bodies
-- expect: a not null, b not null, c nullable, d nullable
SELECT full_title(title, note) AS a, tasks_of(project_id) AS b, first_title(project_id) AS c, full_title(note, title) AS d FROM tasks;

-- case: a STRICT function in SQL whose default is NULL
-- expect: a nullable, b not null, c nullable
SELECT strict_sum(id) AS a, strict_sum(id, 1) AS b, strict_sum(b => hours, a => id) AS c FROM tasks;

-- case: functions in SQL that return rows
-- expect: id not null, title not null, note nullable, i not null, j not null
SELECT t.id, t.title, t.note, i, ids() AS j FROM titles(1) t, ids() i;

-- case: arguments by name
-- expect: a not null, b nullable
SELECT make_interval(days => id) AS a, make_interval(days => hours) AS b FROM tasks;

-- case: an argument that is left to its default is as the default
-- expect: a not null, b not null, c nullable, d not null
SELECT with_default(id) AS a, with_default(b => 2, a => id) AS b, with_default(hours) AS c, strict_sum(id, 2) AS d FROM tasks;

-- case: a function in SQL that takes a row knows its columns
-- expect: a not null, b nullable
SELECT display_name(u) AS a, display_name(b) AS b FROM users u LEFT JOIN users b ON b.id = u.boss_id;

-- case: a function in SQL that inserts a row returns it
-- expect: a not null
SELECT add_org('n') AS a;

-- case: an INSERT that ON CONFLICT or a trigger may keep from storing the row
-- expect: a nullable, b nullable
SELECT try_org('n') AS a, add_refused(1) AS b;

-- case: the inserted row, in FROM
-- expect: id not null, name not null, note nullable
SELECT * FROM add_org_row('n');
