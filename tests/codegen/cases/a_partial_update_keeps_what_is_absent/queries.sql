-- name: update_city(id, changes)^
-- @param changes: CityUpdate
UPDATE cities AS c
SET (name, motto, kind, class) =
    (SELECT r.name, r.motto, r.kind, r.class FROM jsonb_populate_record(c, :changes) AS r)
WHERE c.id = :id RETURNING c.*;
