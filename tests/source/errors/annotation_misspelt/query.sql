-- name: get_user(id)^
-- @retruns User
-- @xyzzy
-- @
SELECT id FROM users WHERE id = :id;
