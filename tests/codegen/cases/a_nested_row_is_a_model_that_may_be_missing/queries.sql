-- name: list_cities_with_king()
-- @returns CityWithKing
SELECT c.*, (SELECT k FROM kings AS k WHERE k.city_id = c.id ORDER BY k.since DESC LIMIT 1) AS king
FROM cities AS c ORDER BY c.id;

-- name: list_kings_with_city()
SELECT k AS king, c AS city FROM kings AS k JOIN cities AS c ON c.id = k.city_id;

-- name: latest_king()$
SELECT k FROM kings AS k ORDER BY since DESC LIMIT 1;
