-- name: list_with_kings()
SELECT c.*, ARRAY(SELECT k FROM kings AS k WHERE k.city_id = c.id ORDER BY k.id) AS kings
FROM cities AS c ORDER BY c.id;

-- name: list_with_aggregated_kings()
-- No king at all is NULL, not an empty array; and a king who is missing is a NULL in it.
SELECT c.id, array_agg(k ORDER BY k.id) AS kings, array_agg(k.name ORDER BY k.id) AS names
FROM cities AS c LEFT JOIN kings AS k ON k.city_id = c.id
GROUP BY c.id ORDER BY c.id;

-- name: all_kings()$
SELECT COALESCE(array_agg(k ORDER BY k.id), '{}') FROM kings AS k;
