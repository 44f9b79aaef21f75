-- name: list_kings()
SELECT * FROM kings AS k JOIN cities AS c ON c.id = k.city_id;
