-- Rows built to hurt: no partner on each side of every join, NULL in every nullable column, infinity, empty values.
INSERT INTO orgs VALUES (1, 'Acme', 'first'), (2, 'Lonely', NULL);
INSERT INTO users VALUES
    (1, 'ada@example.org', 'ada', 1, NULL),
    (2, 'bob@example.org', NULL, NULL, 1),
    (3, 'cyd@example.org', 'cyd', 1, 2),
    (4, 'dan@example.org', NULL, 2, 3);
INSERT INTO projects (id, owner_id, name, status, score, data, settings, tags, labels, created_at, closed_at) VALUES
    (1, 1, 'alpha', 'active', 1.5, '{"k": "v", "n": null, "list": [1, 2]}', '{"a": 1}', '{a,b}', '{x}', '2024-01-01', NULL),
    (2, 1, 'beta', NULL, NULL, NULL, '{}', NULL, '{}', 'infinity', 'infinity'),
    (3, 2, 'gamma', 'draft', 'NaN', '{}', 'null', '{a,NULL}', '{NULL}', '-infinity', '2024-02-02'),
    (4, 2, 'delta', 'draft', 7, '"text"', '[]', '{}', '{}', '2024-03-03', NULL),
    (11, 3, 'lambda', 'draft', NULL, NULL, '{}', '{}', '{}', '2024-05-05', NULL),
    (10, 3, 'kappa', NULL, 0, '[]', '{}', '{}', '{}', '2024-04-04', NULL);
INSERT INTO tasks VALUES
    (1, 1, 'one', 'n', 5, true, true),
    (2, 1, 'two', NULL, NULL, NULL, false),
    (3, NULL, 'three', NULL, 0, false, false),
    (4, 99, 'four', 'orphan', NULL, NULL, true),
    (5, 3, '', '', -1, true, false);
INSERT INTO checked (id, a, b, c, d, e, "odd name") VALUES (1, 1, 1, 1, 1, 'e', 'x'), (2, 2, 2, NULL, 2, NULL, 'y');
ALTER TABLE checked DROP CONSTRAINT later;
INSERT INTO checked (id, a, b, c, d, e, "odd name") VALUES (3, 3, 3, 3, NULL, NULL, 'z');
ALTER TABLE checked ADD CONSTRAINT later CHECK (d IS NOT NULL) NOT VALID;
-- An empty scalar subquery gets past a NOT NULL domain.
INSERT INTO domained SELECT 1, 's', (SELECT v::required_text FROM parents WHERE false), (SELECT v::nested_required FROM parents WHERE false);
INSERT INTO domained VALUES (2, NULL, 'r', 'n');
INSERT INTO generated (id, a, b) VALUES (1, 1, 1), (2, 2, NULL);
INSERT INTO parents VALUES (1, 'p'), (2, NULL);
INSERT INTO children VALUES (3, 'c', NULL);
INSERT INTO parted VALUES (1, 'a', 'x'), (2, 'b', NULL);
INSERT INTO triggered VALUES (1, 'gone', 'f');
INSERT INTO shapes VALUES
    (1, ROW (1, NULL, 'l'), ARRAY[ROW (1, 2, NULL)::point3, NULL], 'sad', '{happy}'),
    (2, NULL, NULL, NULL, '{NULL}');
REFRESH MATERIALIZED VIEW project_counts;
INSERT INTO audited (id, kind, amount, url, locked_by, locked_at, user_id, org_id, feeling, done) VALUES
    (1, 'payment', 1, NULL, NULL, NULL, 1, NULL, 'sad', false),
    (2, 'link', NULL, 'u', NULL, NULL, NULL, 1, 'happy', true),
    (3, 'locked', NULL, NULL, 'me', now(), 1, NULL, 'sad', true),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, 2, 'happy', false),
    (5, 'other', NULL, NULL, NULL, NULL, 2, NULL, 'sad', false);
