-- Unique indexes on expressions and with conditions, and rows that are equal wherever no index forbids it.
CREATE TABLE people (
    id int PRIMARY KEY,
    team int,
    email text,
    nick text,
    word text,
    data jsonb
);
CREATE UNIQUE INDEX people_email ON people (lower(email));
CREATE UNIQUE INDEX people_nick ON people (team, upper(nick));
CREATE UNIQUE INDEX people_key ON people ((data ->> 'key'));
CREATE UNIQUE INDEX people_sum ON people ((id * 10 + team));
CREATE UNIQUE INDEX people_word ON people (coalesce(word, ''));
INSERT INTO people VALUES
    (1, 1, 'a', 'n', NULL, '{"key": "x", "other": "x"}'),
    (2, 1, 'b', 'm', 'w', '{"key": "y", "other": "x"}'),
    (3, 2, NULL, 'n', 'v', '{}'),
    (4, NULL, NULL, 'N', 'u', NULL),
    (5, -3, 'a ', 'n', 't', NULL);

CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE jobs (
    id int PRIMARY KEY,
    a int, b int, c int, d int, e int, f int, g int, h int, i int,
    state state,
    kind text,
    name text,
    active boolean,
    gone date,
    level int
);
CREATE UNIQUE INDEX jobs_a ON jobs (a) WHERE state = 'open';
CREATE UNIQUE INDEX jobs_b ON jobs (b) WHERE kind IN ('x', 'y');
CREATE UNIQUE INDEX jobs_c ON jobs (c) WHERE active AND gone IS NULL;
CREATE UNIQUE INDEX jobs_d ON jobs (d) WHERE gone IS NOT NULL;
CREATE UNIQUE INDEX jobs_e ON jobs (e) WHERE kind <> 'z';
CREATE UNIQUE INDEX jobs_f ON jobs (f) WHERE level > 5;
CREATE UNIQUE INDEX jobs_g ON jobs (g) WHERE level IN (4, 6);
CREATE UNIQUE INDEX jobs_h ON jobs (h) WHERE active OR kind = 'x';
CREATE UNIQUE INDEX jobs_i ON jobs (i) WHERE active IS NOT TRUE;
CREATE UNIQUE INDEX jobs_name ON jobs (lower(name)) WHERE lower(kind) = 'x';
INSERT INTO jobs (id, a, state) VALUES (1, 1, 'open'), (2, 1, 'done'), (3, 1, 'done'), (4, 1, NULL);
INSERT INTO jobs (id, a, b, state) VALUES (5, 1, 1, 'done');
INSERT INTO jobs (id, b, kind) VALUES (6, 1, 'x'), (8, 1, 'z'), (9, 1, 'z');
INSERT INTO jobs (id, c, active, gone) VALUES
    (10, 1, true, NULL), (11, 1, true, '2025-01-01'), (12, 1, false, NULL), (13, 1, NULL, NULL), (14, 1, false, NULL);
INSERT INTO jobs (id, d, gone) VALUES (20, 1, '2025-01-01'), (21, 1, NULL), (22, 1, NULL);
INSERT INTO jobs (id, e, kind) VALUES (30, 1, 'x'), (31, 1, 'z'), (32, 1, 'z'), (33, 1, NULL);
INSERT INTO jobs (id, f, level) VALUES (40, 1, 7), (41, 1, 5), (42, 1, 5);
INSERT INTO jobs (id, g, level) VALUES (50, 1, 4), (51, 1, 5), (52, 1, 5);
INSERT INTO jobs (id, h, active, kind) VALUES (60, 1, true, 'y'), (61, 1, NULL, 'z'), (62, 1, false, 'z');
INSERT INTO jobs (id, i, active) VALUES (70, 1, NULL), (71, 1, true), (72, 1, true);
INSERT INTO jobs (id, name, kind) VALUES (80, 'n', 'X'), (81, 'N', 'z'), (82, 'n', NULL);

-- The embedded server has no ICU, so that this collation is not deterministic by name only.
CREATE COLLATION loose FROM "C";
UPDATE pg_collation SET collisdeterministic = false WHERE collname = 'loose';
CREATE TABLE words (
    id int,
    strict text UNIQUE,
    indexed text,
    loose text COLLATE loose UNIQUE,
    mixed text COLLATE loose,
    free text
);
CREATE UNIQUE INDEX words_indexed ON words (indexed);
CREATE UNIQUE INDEX words_mixed ON words (mixed COLLATE "C");
CREATE UNIQUE INDEX words_lower ON words (lower(strict));
CREATE UNIQUE INDEX words_id ON words (id) WHERE free = 'a';
INSERT INTO words VALUES (1, 'a', 'a', 'a', 'a', 'a'), (2, 'b', 'b', 'b', 'b', 'a');
