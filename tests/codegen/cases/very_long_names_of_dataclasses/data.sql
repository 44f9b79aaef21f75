INSERT INTO a_table_whose_name_is_nearly_as_long_as_postgresql_allows VALUES (1, 'four', NULL);
