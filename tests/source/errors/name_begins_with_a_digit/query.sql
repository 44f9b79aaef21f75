-- name: 2fa_codes(user_id)
SELECT code FROM codes WHERE user_id = :user_id;
