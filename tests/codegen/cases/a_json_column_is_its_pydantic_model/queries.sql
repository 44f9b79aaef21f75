-- name: list_surveys()
SELECT * FROM surveys ORDER BY id;

-- name: set_answers(id, answers, extra)<!
UPDATE surveys SET answers = :answers, extra = :extra WHERE id = :id RETURNING answers;

-- name: get_extra(id)$
SELECT extra FROM surveys WHERE id = :id;

-- name: get_name(id)$
-- A value within the document is no document of that type.
SELECT answers -> 'name' FROM surveys WHERE id = :id;

-- name: update_survey(id, changes)^
-- @param changes: SurveyUpdate
UPDATE surveys AS s
SET (answers, extra) = (SELECT r.answers, r.extra FROM jsonb_populate_record(s, :changes) AS r)
WHERE s.id = :id RETURNING s.*;

-- name: get_nested(id)$
SELECT s FROM surveys AS s WHERE id = :id;
