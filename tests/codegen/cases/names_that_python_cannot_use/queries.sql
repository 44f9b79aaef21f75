-- name: list_lines(class, from, import)
SELECT * FROM "Order Lines" WHERE "class" = :class AND "from" = :from AND :import::bool;

-- name: add_line(line)<!
-- @param line: NewLine
INSERT INTO "Order Lines" ("class", "from", "model_x", "date", "_hidden")
VALUES (:line.class, :line.from, :line.model_x, :line.date, :line._hidden) RETURNING *;

-- name: copy_lines()!
-- @param lines: Iterable[CopiedLine]
COPY "Order Lines" ("class", "from", "Ünï Cödé", "1st") FROM STDIN;

-- name: update_line(class, changes)^
-- @param changes: LineUpdate
UPDATE "Order Lines" AS o
SET ("from", "copy", "Ünï Cödé") = (SELECT r."from", r."copy", r."Ünï Cödé" FROM jsonb_populate_record(o, :changes) AS r)
WHERE o."class" = :class RETURNING o.*;

-- name: add_lines(class, from)*!
INSERT INTO "Order Lines" ("class", "from") VALUES (:class, :from);
