-- name: list_by_id(id)
-- @param id = 'one'  Which.
SELECT * FROM cities WHERE id = :id;

-- name: list_by_kind(kind)
-- @param kind = 'prot'
SELECT * FROM cities WHERE kind = :kind;

-- name: list_by_mood(mood)
-- @param mood = 'hapy'
SELECT * FROM cities WHERE mood = :mood;

-- name: list_by_founded(founded)
-- @param founded = '2020-01-01'
SELECT * FROM cities WHERE founded = :founded;

-- name: list_none(id)
-- @param id = NULL
SELECT * FROM cities WHERE id = :id;
