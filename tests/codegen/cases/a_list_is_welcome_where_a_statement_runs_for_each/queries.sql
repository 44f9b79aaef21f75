-- name: add_cities(cities)*!
-- @param cities: list[NewCity]
INSERT INTO cities (id) VALUES (:cities.id);

-- name: tag_cities(id, tags)*!
-- @param tags  All of them.
UPDATE cities SET tags = :tags WHERE id = :id;
