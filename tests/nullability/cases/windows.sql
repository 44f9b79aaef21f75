-- case: ranks always have a value
-- expect: a not null, b not null, c not null, d not null, e not null, f not null
SELECT row_number() OVER () AS a, rank() OVER (ORDER BY id) AS b, dense_rank() OVER (ORDER BY id) AS c,
       percent_rank() OVER (ORDER BY id) AS d, cume_dist() OVER (ORDER BY id) AS e, ntile(3) OVER (ORDER BY id) AS f FROM tasks;

-- case: lag and lead at the edge
-- expect: a nullable, b nullable, c not null, d nullable
SELECT lag(id) OVER w AS a, lead(title) OVER w AS b, lag(id, 1, 0) OVER w AS c, lag(hours, 1, 0) OVER w AS d
FROM tasks WINDOW w AS (ORDER BY id);

-- case: first_value and last_value of the default frame
-- expect: a not null, b nullable, c nullable
-- with: UPDATE tasks SET hours = NULL WHERE id = 1;
SELECT first_value(id) OVER w AS a, last_value(hours) OVER w AS b, nth_value(id, 2) OVER w AS c FROM tasks WINDOW w AS (ORDER BY id);

-- case: a sum over a window whose values are all NULL
-- expect: a not null, b nullable, c not null
SELECT sum(id) OVER w AS a, sum(hours) OVER w AS b, count(hours) OVER w AS c FROM tasks WINDOW w AS (PARTITION BY id);

-- case: a frame that may be empty
-- expect: a nullable, b nullable, c not null, d nullable
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS a,
       first_value(id) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING) AS b,
       sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS c,
       array_agg(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS d FROM tasks;

-- case: EXCLUDE takes the current row out
-- expect: a nullable, b nullable, c not null
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW) AS a,
       sum(id) OVER (ORDER BY id GROUPS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE GROUP) AS b,
       sum(id) OVER (ORDER BY id RANGE BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE TIES) AS c FROM tasks;

-- case: a range frame over a nullable order
-- expect: a not null, b not null
SELECT sum(id) OVER (ORDER BY hours RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS a,
       array_agg(id) OVER (ORDER BY hours GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS b FROM tasks;

-- case: FILTER in a window
-- expect: a nullable, b not null
SELECT sum(id) FILTER (WHERE urgent) OVER (PARTITION BY id) AS a, count(*) FILTER (WHERE urgent) OVER () AS b FROM tasks;

-- case: a window over groups
-- expect: project_id nullable, a not null, b not null
SELECT project_id, sum(count(*)) OVER (ORDER BY project_id) AS a, rank() OVER (ORDER BY sum(id)) AS b FROM tasks GROUP BY project_id;

-- case: a sample statistic in a window
-- expect: a nullable
SELECT stddev(id) OVER (ORDER BY id) AS a FROM tasks;

-- case: a whole row from a window
-- expect: a not null {id not null, note nullable}, b nullable {id not null}
SELECT last_value(t) OVER w AS a, lag(t) OVER w AS b FROM tasks t WINDOW w AS (ORDER BY id);

-- case: a condition around a window says nothing of the other rows of its frame
-- expect: note not null, a nullable, b not null [nullable]
-- with: UPDATE tasks SET note = NULL WHERE id = 1;
SELECT * FROM (SELECT note, first_value(note) OVER (ORDER BY id) AS a, array_agg(note) OVER () AS b FROM tasks) s WHERE note IS NOT NULL;

-- case: a branch around a window says nothing of the other rows either
-- expect: a nullable
-- with: UPDATE tasks SET note = NULL WHERE id = 1;
SELECT CASE WHEN note IS NOT NULL THEN first_value(note) OVER (ORDER BY id) ELSE '' END AS a FROM tasks;
