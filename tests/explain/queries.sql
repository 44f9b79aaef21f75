-- Each query says the word that decided about its rows, which is drawn below it in queries.txt; or that none is drawn.

-- name: a_unique_key(id)
-- rows: =
SELECT * FROM users WHERE email <> 'x' AND users.id = :id;

-- name: a_key_in_a_join(id)
-- rows: =
SELECT p.name FROM projects AS p JOIN users AS u ON u.id = p.user_id WHERE p.id = :id;

-- name: a_limit()
-- rows: 1
SELECT 1 + 1 AS two FROM users ORDER BY id LIMIT 1;

-- name: a_limit_of_nothing()
-- rows: 0
SELECT id FROM users LIMIT 0;

-- name: a_fetch()
-- rows: FETCH
SELECT id FROM users ORDER BY id FETCH FIRST ROW ONLY;

-- name: an_aggregate()
-- rows: count
SELECT 'all' AS which, count(*) FROM users;

-- name: an_aggregate_within()
-- rows: max
SELECT 1 + COALESCE(max(id), 0) AS next FROM users;

-- name: a_having()
-- rows: HAVING
SELECT 1 AS one FROM users HAVING true;

-- name: groups()
-- rows: GROUP
SELECT user_id, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM projects GROUP BY user_id;

-- name: grouping_sets()
-- rows: ROLLUP
SELECT user_id, count(*) FROM projects GROUP BY ROLLUP (user_id);

-- name: several_values()
-- rows: VALUES
SELECT * FROM (VALUES (1), (2)) AS v (values);

-- name: one_value()
-- rows: VALUES
VALUES (1, 'a');

-- name: no_from()
-- rows: SELECT
SELECT 1 AS one;

-- name: a_function_that_returns_a_set(n)
-- rows: generate_series
SELECT n FROM generate_series(1, :n) AS n;

-- name: a_function_that_returns_a_row()
-- rows: latest
SELECT name FROM latest() AS l;

-- name: a_set_in_the_select_list()
-- rows: unnest
SELECT id, 1 + unnest(ARRAY[1, 2]) AS n FROM users;

-- name: a_union()
-- rows: UNION
SELECT id FROM users
UNION
SELECT id FROM projects;

-- name: the_union_among_set_operators()
-- rows: UNION
(SELECT id FROM users EXCEPT SELECT 3)
UNION ALL
SELECT id FROM projects;

-- name: no_union_among_those_of_others()
-- rows: nothing
SELECT id FROM users UNION SELECT id FROM (SELECT 1 UNION SELECT 2) AS s (id);

-- name: a_table_that_is_not_bound(user)
-- rows: projects
SELECT users.email, projects.name FROM users JOIN projects ON projects.user_id = users.id WHERE users.id = :user;

-- name: one_of_two_of_a_name(id)
-- rows: users
SELECT u.email, b.email AS other FROM users AS u LEFT JOIN users b ON b.boss_id = u.id WHERE u.id = :id;

-- name: a_table_in_quotes()
-- rows: public."Odd Name"
SELECT "select" FROM public."Odd Name" WHERE 'Odd Name' <> "select";

-- name: a_name_that_may_be_two_things()
-- rows: nothing
SELECT projects.id, projects FROM projects;

-- name: a_full_join()
-- rows: a
SELECT a.n FROM (SELECT 1 AS n) AS a FULL JOIN (SELECT 2 AS n) AS b ON a.n = b.n;

-- name: a_view()
-- rows: everybody
SELECT email FROM everybody;

-- name: a_key_in_a_view(id)
-- rows: owned
SELECT email FROM owned AS o WHERE o.id = :id;

-- name: a_common_table()
-- rows: projects
WITH mine AS (SELECT * FROM projects WHERE position > 1) SELECT name FROM mine;

-- name: a_recursive_table()
-- rows: UNION
WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 3) SELECT s.n FROM steps AS s;

-- name: a_condition_that_is_never_true()
-- rows: false
SELECT id FROM users WHERE id > 1 AND false;

-- name: distinct_by_a_fixed_column(boss)
-- rows: DISTINCT
SELECT DISTINCT boss_id FROM users WHERE boss_id = :boss AND email IS DISTINCT FROM 'x';

-- name: one_row_is_inserted(id, email)
-- rows: VALUES
INSERT INTO users (id, email) VALUES (:id, :email) RETURNING id;

-- name: a_row_may_be_skipped(id, email)
-- rows: CONFLICT
INSERT INTO users (id, email) VALUES (:id, :email) ON CONFLICT DO NOTHING RETURNING id;

-- name: a_row_may_not_be_updated(id, email)
-- rows: IS
INSERT INTO users (id, email) VALUES (:id, :email)
ON CONFLICT (id) DO UPDATE SET email = excluded.email WHERE users.boss_id IS NULL RETURNING id;

-- name: rows_are_inserted()
-- rows: VALUES
INSERT INTO users (id, email) VALUES (1, 'a'), (2, 'b') RETURNING id;

-- name: one_row_is_updated(id)
-- rows: =
UPDATE users SET email = 'x' WHERE id = :id RETURNING email;

-- name: rows_are_deleted()
-- rows: projects
DELETE FROM projects USING users WHERE users.id = projects.user_id RETURNING projects.id;

-- name: a_table_under_a_view()
-- rows: nothing
UPDATE named SET name = '' WHERE id IN (SELECT id FROM projects WHERE position = 1) RETURNING id;

-- name: a_rule_instead(name)
-- rows: nothing
UPDATE ruled SET name = :name WHERE id > (SELECT min(id) FROM projects) RETURNING id;

-- name: a_call(whole)
-- rows: CALL
-- columns: :whole 0 NULL
CALL halve(:whole, 0, NULL);

-- name: a_setting()
-- rows: SHOW
SHOW timezone;

-- name: after_wide_characters()
-- rows: 1
SELECT 'äöü 日本語' AS "äöü" /* FROM projects */ FROM users -- FROM users
LIMIT 1;

-- name: the_second_common_table()
-- rows: users
WITH one AS (SELECT 1 AS n), mine AS (SELECT id, user_id FROM projects)
SELECT m.id FROM users AS u LEFT JOIN mine AS m ON m.user_id = u.id WHERE u.boss_id IN (SELECT n FROM one);

-- name: a_table_without_an_alias_beside_one_with(id)
-- rows: nothing
SELECT projects.id FROM projects JOIN projects AS p ON p.position = projects.position WHERE p.id = :id;

-- name: a_key_in_a_list(id)
-- rows: IN
SELECT email FROM users WHERE users.boss_id IN (1, 2) AND users.id IN (:id);

-- name: rows_of_a_join_are_updated()
-- rows: projects
UPDATE ONLY projects AS p SET position = 1 FROM users AS u WHERE u.id = p.user_id AND p.position IS NULL RETURNING p.id;

-- name: a_limit_of_an_arm()
-- rows: UNION
(SELECT id FROM users LIMIT 1) UNION ALL (SELECT id FROM projects LIMIT 1);

-- name: a_table_command()
-- rows: users
TABLE users;

-- name: json_returning(id)
-- rows: VALUES
INSERT INTO users (id, email) VALUES (:id, JSON_OBJECT('k': 1 RETURNING text)) RETURNING id;

-- name: the_outermost_of_two(id)
-- rows: SELECT
WITH gone AS (DELETE FROM users WHERE id = :id RETURNING id) SELECT EXISTS (SELECT FROM gone) AS was_there;

-- name: the_outermost_group()
-- rows: GROUP
SELECT n, count(*) FROM (SELECT count(*) AS n FROM projects GROUP BY user_id) AS s GROUP BY n;

-- name: the_inner_of_two_groups()
-- rows: nothing
SELECT s.n FROM (SELECT count(*) AS n FROM projects GROUP BY user_id) AS s
WHERE s.n IN (SELECT id FROM users GROUP BY id);

-- name: a_statement_in_parentheses()
-- rows: nothing
(SELECT user_id FROM projects GROUP BY user_id) ORDER BY 1;
