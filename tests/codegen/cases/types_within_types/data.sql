INSERT INTO parts VALUES (
    1, '{"text": "a"}', 'red', '{red,NULL}', '[1]', ROW('blue', '{red}', '{"text": "b"}', 1.500, '[{"text": "l"}]'),
    ARRAY[ROW(NULL, NULL, NULL, NULL, NULL)::spec, NULL], ROW('red', NULL, NULL, 2, '[]'), '{"[1,3)"}'
);
