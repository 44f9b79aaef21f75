CREATE TABLE a_table_whose_name_is_nearly_as_long_as_postgresql_allows (
    a_column_whose_name_is_nearly_as_long_as_postgresql_allows_it int PRIMARY KEY,
    another_column_whose_name_is_nearly_as_long_as_allowed text NOT NULL
        CHECK (another_column_whose_name_is_nearly_as_long_as_allowed IN (
            'a literal of some length', 'another literal of some length', 'and a third one, longer than both', 'four'
        )),
    details jsonb[]
);
