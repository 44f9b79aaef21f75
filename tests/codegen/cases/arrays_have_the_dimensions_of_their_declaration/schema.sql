CREATE TYPE cell AS (label text, sizes int[][]);
CREATE DOMAIN plan AS cell[][];
CREATE TABLE boards (
    id int PRIMARY KEY,
    squares int[][] NOT NULL,
    notes jsonb[][],
    names text ARRAY,
    plan plan,
    cell cell
);
CREATE VIEW shown_boards AS SELECT id, squares FROM boards;
