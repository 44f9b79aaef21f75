-- name: get_user(name, email)^
SELECT id FROM users WHERE nmae = :nmae AND email = :email AND age > :age;
