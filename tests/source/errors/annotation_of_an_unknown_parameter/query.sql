-- name: get_user(user_id)^
-- @param usr_id  The user's id.
SELECT id FROM users WHERE id = :user_id;
