-- name: list_houses()
SELECT * FROM houses ORDER BY id;

-- name: get_place(id)$
SELECT place FROM houses WHERE id = :id;
