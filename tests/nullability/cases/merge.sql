-- case: MERGE
-- version: 17
-- expect: id not null, note nullable, a nullable
MERGE INTO tasks t USING (SELECT 1 AS k, NULL::text AS a UNION ALL SELECT 70, 'x') s ON s.k = t.id
WHEN MATCHED THEN UPDATE SET note = s.a WHEN NOT MATCHED THEN INSERT (id, title, note) VALUES (s.k, 'new', s.a)
RETURNING t.id, t.note, s.a;

-- case: MERGE whose source has no NULL
-- version: 17
-- expect: action not null, k not null, title not null
MERGE INTO tasks t USING (VALUES (1), (70)) AS s (k) ON s.k = t.id
WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, title) VALUES (s.k, 'new')
RETURNING merge_action() AS action, s.k, t.title;

-- case: MERGE with rows that the source does not have
-- version: 17
-- expect: k nullable, title not null
MERGE INTO tasks t USING (VALUES (1), (70)) AS s (k) ON s.k = t.id
WHEN MATCHED THEN UPDATE SET hours = 1 WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING s.k, t.title;
