-- name: add_city(city)<!
-- @param city: NewCity  What to add.
INSERT INTO cities (motto, name, kind)
VALUES (:city.motto, :city.name, COALESCE(:city.kind, 'town')) RETURNING *;

-- name: add_city_with_note(city, note)$
-- The same attributes are the same model; an object without a name for it is called after the query.
-- @param city: NewCity
INSERT INTO cities (name, kind, motto)
VALUES (:city.name, COALESCE(:city.kind, 'port'), COALESCE(:city.motto, :note.motto)) RETURNING id;
