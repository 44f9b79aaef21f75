-- The activity log: what happened to projects. Transfers are logged by the procedure transfer_project.

-- name: log_activity(entry)<!
-- Writes down that something happened to a project.
-- @param entry: NewActivity
INSERT INTO activity_log (type, project_id, from_user_id, to_user_id)
VALUES (:entry.type, :entry.project_id, :entry.from_user_id, :entry.to_user_id)
RETURNING *;

-- name: import_activity()!
-- Takes over log entries with their keys and times, as a stream.
-- @param entries: Iterable[ActivityImport]
COPY activity_log (id, type, project_id, from_user_id, to_user_id, at) FROM STDIN;

-- name: list_project_activity(project_id, limit)
-- What happened to a project, latest first, with the names of those concerned.
-- @returns ProjectActivity
-- @param limit = 20  How many at most.
SELECT l.id, l.type, l.at,
       giver.name AS from_user_name,                    -- NULL: nobody, or an account that is gone
       taker.name AS to_user_name                       -- NULL: nobody, or an account that is gone
FROM activity_log AS l
LEFT JOIN users AS giver ON giver.id = l.from_user_id
LEFT JOIN users AS taker ON taker.id = l.to_user_id
WHERE l.project_id = :project_id
ORDER BY l.at DESC, l.id DESC
LIMIT :limit;

-- name: list_user_activity(user_id, limit)
-- What a user gave and was given, latest first.
-- @param limit = 20  How many at most.
SELECT * FROM activity_log
WHERE from_user_id = :user_id OR to_user_id = :user_id
ORDER BY at DESC, id DESC
LIMIT :limit;
