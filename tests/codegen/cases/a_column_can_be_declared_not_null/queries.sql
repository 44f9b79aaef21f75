-- name: list_people(least)
-- @column people: not null
-- @column id: nullable
SELECT id, people FROM cities WHERE id >= :least;

-- name: sum_people(least)$
-- @column total: not null
SELECT sum(people) AS total FROM cities WHERE people >= :least;
