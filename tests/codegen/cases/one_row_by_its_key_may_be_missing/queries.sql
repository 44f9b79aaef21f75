-- name: get_city(id)^
-- One city, or nothing when the id is unknown.
SELECT * FROM cities WHERE id = :id;
