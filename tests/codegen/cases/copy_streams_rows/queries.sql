-- name: copy_cities()!
-- @param cities: Iterable[NewCity]
COPY cities (id, name, motto) FROM STDIN;
