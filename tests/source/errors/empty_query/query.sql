-- name: get_user(id)^
-- The user with this id.

-- name: list_users()
;;

-- name: count_users()$
