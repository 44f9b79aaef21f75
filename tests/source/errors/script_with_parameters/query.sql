-- name: clean_up#
DELETE FROM a WHERE id = :id;
DELETE FROM b;

-- name: other(id)#
DELETE FROM a;
