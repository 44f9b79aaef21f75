-- name: rename(id, name)!
UPDATE users
SET name = :name
WHERE id = :id;
-- and tell of it
INSERT INTO log (what)
VALUES ('renamed');
