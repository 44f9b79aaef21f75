-- name: list_realms()
-- @returns Realm
SELECT * FROM realms;

-- name: get_realm(id)^
-- @single
-- @returns Realm
SELECT * FROM realms WHERE id = :id;

-- name: list_sizes()
SELECT * FROM sizes;
