-- name: list_realms()
SELECT * FROM realms;

-- name: get_realm(id)^
-- @single
SELECT * FROM realms WHERE id = :id;

-- name: list_sizes()
SELECT * FROM sizes;
