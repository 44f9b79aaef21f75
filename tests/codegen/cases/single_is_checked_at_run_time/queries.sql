-- name: get_setting(name)^
-- @single
SELECT * FROM settings WHERE name = :name;

-- name: get_value(name)$
-- @single
SELECT value FROM settings WHERE name = :name;
