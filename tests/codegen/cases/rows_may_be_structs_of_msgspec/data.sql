INSERT INTO people VALUES
    (1, 'Ada', 'new', 1, 'good', '{bad,NULL}', '{known}', '{"text": "a"}', ARRAY['{"text": "b"}', NULL]::jsonb[],
     '{"a": [1, null]}', '{{1,2},{3,NULL}}', 40, '[1,3)', ROW('High Street', '{good}', '{"text": "c"}', '{{x},{y}}')),
    (2, 'Bob', 'known', NULL, 'bad', NULL, '{}', '{"text": "d"}', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO pets VALUES (1, 1, 'Rex', 'good'), (2, 1, 'Tom', NULL);
