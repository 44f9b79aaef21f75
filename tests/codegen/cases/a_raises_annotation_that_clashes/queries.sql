-- name: add_city(id, name)!
-- @raises PH001 CitiesNameTaken
INSERT INTO cities VALUES (:id, :name);

-- name: add_one(id, name)!
-- @raises PH002 NotToday
-- @raises PH003 NotToday
INSERT INTO cities VALUES (:id, :name);
