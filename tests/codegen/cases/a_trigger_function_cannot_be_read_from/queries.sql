-- name: touched()
SELECT * FROM touch();

-- name: touched_for_each(name)
SELECT t.* FROM (SELECT :name::text) AS n (name), LATERAL touch() AS t WHERE n.name IS NOT NULL;

-- name: watched()
SELECT * FROM public.watch() AS w;
