-- name: add_city(city)!
-- @param city: NewCity
INSERT INTO cities (id, name) VALUES (:city.id, :city.name);

-- name: add_motto(city)!
-- @param city: NewCity
INSERT INTO cities (id, name, motto) VALUES (:city.id, :city.name, :city.motto);
