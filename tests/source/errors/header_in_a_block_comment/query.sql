/* name: list_users() */
SELECT id FROM users;
