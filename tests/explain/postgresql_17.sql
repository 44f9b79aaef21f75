-- As queries.sql, of what PostgreSQL 16 does not have.

-- name: rows_are_merged()
-- rows: NOT
MERGE INTO projects AS p USING users AS u ON p.user_id = u.id
WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING p.id;

-- name: a_json_table()
-- rows: json_table
SELECT j.a FROM json_table('[1, 2]', '$[*]' COLUMNS (a int PATH '$')) AS j;
