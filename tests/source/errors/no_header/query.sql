-- Queries about users.
SELECT id,
       name
FROM users;
