-- name: find-city^
-- Without a list, parameters come in the order of the SQL; hyphens become underscores.
SELECT * FROM cities WHERE name = :name AND id = :id AND :name <> '';
