-- name: list_series(number)
SELECT * FROM series(:number) AS number;

-- name: list_halves(id)
SELECT * FROM split_city(:id);

-- name: add_cities(ids)
-- A write that returns rows is read at once.
INSERT INTO cities SELECT unnest(:ids::int[]) RETURNING id;

-- name: lock_cities()
SELECT id FROM cities FOR UPDATE;
