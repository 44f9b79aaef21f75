-- name: add_city(id, name, odd)!
INSERT INTO cities VALUES (:id, :name, :odd);

-- name: add_stay(city_id, room, nights, guest)!
-- Books a room.
INSERT INTO stays (city_id, room, nights, guest) VALUES (:city_id, :room, :nights, NULLIF(:guest, ''));

-- name: delete_city(id)!
-- Stays go with it, so nothing can fail.
DELETE FROM cities WHERE id = :id;
