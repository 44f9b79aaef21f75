-- name: list_boxes(tags)
SELECT * FROM boxes WHERE tags @> :tags ORDER BY id;

-- name: list_by_ids(ids)
SELECT id FROM boxes WHERE id = ANY (:ids) ORDER BY id;

-- name: set_tags(id, tags)!
UPDATE boxes SET tags = :tags WHERE id = :id;

-- name: all_ids()$
-- Proved to hold no NULL.
SELECT ARRAY(SELECT id FROM boxes ORDER BY id);

-- name: split(text)$
SELECT string_to_array(:text, ',');

-- name: matrix()$
-- @column array: [][]
SELECT ARRAY[[1, 2], [3, 4]];
