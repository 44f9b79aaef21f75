-- name: get_user(id)^
/* 日本語 é 👩‍👩‍👧‍👦 */	SELECT 'é' || '👍🏽', $1 /* 日本語 */ FROM users;
