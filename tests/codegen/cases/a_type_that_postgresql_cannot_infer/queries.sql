-- name: is_missing(id, value)$
SELECT count(*) FROM cities WHERE id = :id AND :value IS NULL;

-- name: is_attribute_missing(city)$
SELECT count(*) FROM cities WHERE id = :city.id AND :city.name IS NULL;

-- name: two_types(id)$
SELECT count(*) FROM cities WHERE id = :id AND name_of(:id) = 'x';
