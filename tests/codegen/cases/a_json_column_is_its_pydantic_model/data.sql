INSERT INTO surveys VALUES (1, '{"name": "Enkidu"}', ARRAY['{"text": "a"}'::jsonb, NULL], '[1.5, {"a": null}]'), (2, '{"name": "x"}', '{}', NULL);
