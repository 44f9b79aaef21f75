-- As queries.sql, of what PostgreSQL 16 does not have.

-- name: rows_are_merged()
-- rows: NOT
MERGE INTO projects AS p USING users AS u ON p.user_id = u.id
WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING p.id;
