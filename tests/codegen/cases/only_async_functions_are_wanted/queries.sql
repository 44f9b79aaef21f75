-- name: get_city(id)^
-- A line that is too long for lines of eighty characters, so that it has to be broken into two of them.
SELECT * FROM cities WHERE id = :id;

-- name: list_cities_with_names_or_mottos(first_name, second_name, limit)
-- @returns CityOrMotto
-- @param limit = 10
SELECT id, name, motto, name || motto AS both FROM cities WHERE name IN (:first_name, :second_name) LIMIT :limit;
