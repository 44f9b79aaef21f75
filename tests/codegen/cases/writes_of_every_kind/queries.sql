-- name: put(item, amount)<!
-- An upsert.
INSERT INTO stock AS s (item, amount) VALUES (:item, :amount)
ON CONFLICT (item) DO UPDATE SET amount = s.amount + EXCLUDED.amount
RETURNING *;

-- name: put_once(item)<!
-- Nothing comes back where it was there already.
INSERT INTO stock (item) VALUES (:item) ON CONFLICT DO NOTHING RETURNING item;

-- name: take(item, amount)<!
-- Takes from the stock and writes down that it did, in one statement.
WITH taken AS (
    UPDATE stock SET amount = amount - :amount WHERE item = :item RETURNING item
)
INSERT INTO moves (item, amount) SELECT item, -:amount FROM taken RETURNING *;

-- name: clear()
DELETE FROM stock RETURNING *;

-- name: merge_stock(item, amount)!
MERGE INTO stock AS s USING (SELECT :item::text AS item, :amount::int AS amount) AS n ON s.item = n.item
WHEN MATCHED THEN UPDATE SET amount = n.amount
WHEN NOT MATCHED THEN INSERT (item, amount) VALUES (n.item, n.amount);
