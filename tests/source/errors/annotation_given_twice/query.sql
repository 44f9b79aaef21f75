-- name: get_user(id)^
-- @returns User
-- @param id  The user's id.
-- @param id  The id of a user.
-- @returns Person
SELECT id FROM users WHERE id = :id;
