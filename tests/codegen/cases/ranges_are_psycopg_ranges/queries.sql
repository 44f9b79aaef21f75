-- name: list_during(nights)
SELECT * FROM stays WHERE nights && :nights;

-- name: set_price(id, price)<!
UPDATE stays SET price = :price WHERE id = :id RETURNING price;
