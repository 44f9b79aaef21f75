-- name: rename_city(id, name)!
-- Gives a city another name.
-- @raises PH404 CityNotFound  There is no such city.
CALL rename_city(:id, :name);

-- name: count_cities(prefix)!
CALL count_cities(:prefix, NULL, NULL);
