-- name: set_motto(id, motto)!
-- Nothing takes the motto away.
UPDATE cities SET motto = :motto WHERE id = :id;

-- name: list_cities(name, least)
-- @param name  Only with this name; nothing: any.
SELECT * FROM cities
WHERE (:name::text IS NULL OR name = :name) AND id >= COALESCE(:least, 0)
ORDER BY id;
