-- name: list_users()
SELECT * FROM users;

-- name: list_audit_users(kind)
SELECT * FROM audit.users WHERE kind = :kind;

-- name: list_odd_users()
SELECT * FROM "Odd Schema".users;

-- name: list_user()
SELECT * FROM "user";

-- name: list_decimals()
SELECT * FROM decimals;

-- name: add_user(id, name)!
INSERT INTO users VALUES (:id, :name);

-- name: add_audit_user(id, name)!
INSERT INTO audit.users VALUES (:id, :name);

-- name: add_odd_user(id)!
INSERT INTO "Odd Schema".users VALUES (:id);

-- name: get_audit_user(id)$
SELECT u FROM audit.users AS u WHERE id = :id;
