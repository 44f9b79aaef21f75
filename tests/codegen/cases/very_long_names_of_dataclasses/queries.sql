-- name: list_everything_in_the_table_whose_name_is_nearly_as_long_as_postgresql_allows(a_parameter)
-- @param a_parameter  A description that is so long that it cannot stand on one line of the docstring with its name.
SELECT * FROM a_table_whose_name_is_nearly_as_long_as_postgresql_allows
WHERE another_column_whose_name_is_nearly_as_long_as_allowed = :a_parameter;

-- name: update_the_other_column_of_the_table_whose_name_is_nearly_as_long(first, second)!
UPDATE a_table_whose_name_is_nearly_as_long_as_postgresql_allows
SET another_column_whose_name_is_nearly_as_long_as_allowed = :second
WHERE a_column_whose_name_is_nearly_as_long_as_postgresql_allows_it = :first;
