-- name: list_cities(kind, prefix, ratio, wanted, limit)
-- @param kind = 'town'  What kind of city.
-- @param prefix = 'it''s "quoted" \'  Only a text.
-- @param ratio = 0.5
-- @param wanted = true
-- @param limit = 10  How many at most.
SELECT * FROM cities
WHERE kind = :kind AND :wanted::bool AND :ratio < 1.0::float8 AND :prefix::text <> ''
ORDER BY id LIMIT :limit;
