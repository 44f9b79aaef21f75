-- name: compared(id)$
SELECT count(*) FROM cities WHERE id = :id OR name = :id;

-- name: stored(name)!
INSERT INTO cities (name, id)
VALUES (:name, :name);

-- name: cast_and_stored(day)!
UPDATE cities SET founded = :day WHERE name = :day::text AND id = 1;

-- name: three_uses(id)$
SELECT count(*) FROM cities
WHERE id = :id
   OR id > /* : */ :id
   OR :id = founded;

-- name: one_use(id)$
SELECT count(*) FROM cities WHERE id = lower(:id);
