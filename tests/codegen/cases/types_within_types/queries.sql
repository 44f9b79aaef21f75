-- name: list_parts(paint)
SELECT * FROM parts WHERE paint::color = :paint;

-- name: list_shown()
SELECT * FROM shown_parts;

-- name: list_wrapped()
SELECT p AS part, ARRAY[p.info, NULL] AS infos, ROW(p.info, p.spec) AS pair, (p.spec).color AS color FROM parts AS p;

-- name: get_spec(id)$
SELECT spec FROM parts WHERE id = :id;

-- name: get_paints(id)$
SELECT paints FROM parts WHERE id = :id;

-- name: get_paint(id)$
SELECT paint FROM parts WHERE id = :id;

-- name: set_paints(id, paints)!
UPDATE parts SET paints = :paints WHERE id = :id;

-- name: set_spec(id, spec, specs)!
UPDATE parts SET spec = :spec, specs = :specs WHERE id = :id;

-- name: copy_parts()!
-- @param parts: Iterable[CopiedPart]
COPY parts (id, info, paint, paints, document, spec) FROM STDIN;
