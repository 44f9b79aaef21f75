-- name: list_large()
-- @returns CitySummary
SELECT id, name FROM cities WHERE people > 10000;

-- name: get_summary(id)^
-- @returns CitySummary
SELECT id, name FROM cities WHERE id = :id;
