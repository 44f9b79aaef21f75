INSERT INTO boards VALUES (
    1, '{{1,2},{3,NULL}}', ARRAY[['[1]', NULL]]::jsonb[], '{a}', ARRAY[[ROW('x', '{{1}}')::cell]], ROW('y', '{{1,2}}')
), (
    2, '{}', NULL, NULL, NULL, NULL
);
