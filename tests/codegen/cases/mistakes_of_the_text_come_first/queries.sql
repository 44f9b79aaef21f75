-- name: first()^
SELECT * FROM cities;

-- name: second()
-- @retruns City
SELECT * FROM cities;

-- name: third()
SELECT nothing FROM cities;

-- name: fourth()??
SELECT 1;
