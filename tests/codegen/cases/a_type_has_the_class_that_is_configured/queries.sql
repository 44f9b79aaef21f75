-- name: list_items()
SELECT * FROM items ORDER BY id;

-- name: get_embedding(id)$
SELECT embedding FROM items WHERE id = :id;

-- name: get_others(id)$
SELECT others FROM items WHERE id = :id;

-- name: set_item(id, embedding, others, grid, part, reading)!
UPDATE items
SET embedding = :embedding, others = :others, grid = :grid, part = :part, reading = :reading
WHERE id = :id;

-- name: add_items(items)!
-- @param items: list[NewItem]
INSERT INTO items (id, embedding, part)
SELECT * FROM unnest(:items.id::int[], :items.embedding::tensor[], :items.part::percentage[]);

-- name: copy_items()!
-- @param items: Iterable[CopiedItem]
COPY items (id, embedding, others, reading) FROM STDIN;
