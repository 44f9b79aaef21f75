-- Artifacts: documents made from what a project has collected.

-- name: create_artifact(artifact)<!
-- Keeps a new version of a document.
-- @param artifact: NewArtifact
INSERT INTO artifacts (project_id, type, content)
VALUES (:artifact.project_id, :artifact.type, :artifact.content)
RETURNING *;

-- name: add_artifacts(artifacts)*!
-- Keeps many documents, one statement each, in one round trip and one transaction, and returns them.
-- @param artifacts: NewArtifact
INSERT INTO artifacts (project_id, type, content)
VALUES (:artifacts.project_id, :artifacts.type, :artifacts.content)
RETURNING *;

-- name: import_artifacts()!
-- Takes over artifacts with their keys and times, as a stream.
-- @param artifacts: Iterable[ArtifactImport]
COPY artifacts (id, project_id, type, content, created_at) FROM STDIN;

-- name: list_artifacts(project_id)
-- A project's artifacts, all versions, latest first.
SELECT * FROM artifacts
WHERE project_id = :project_id
ORDER BY created_at DESC, id DESC;

-- name: list_latest_artifacts(project_id, types)
-- The latest version of each kind of document that a project has.
-- @param types  Only these kinds; none: all kinds.
SELECT DISTINCT ON (a.type) a.*
FROM artifacts AS a
WHERE a.project_id = :project_id
  AND (:types::text[] IS NULL OR a.type = ANY (:types))
ORDER BY a.type, a.created_at DESC, a.id DESC;

-- name: get_latest_artifact(project_id, type)^
-- The latest version of one kind of document; nothing when the project has none.
SELECT * FROM artifacts
WHERE project_id = :project_id AND type = :type
ORDER BY created_at DESC, id DESC
LIMIT 1;

-- name: delete_artifacts(project_id)!
-- Deletes all of a project's artifacts. Returns how many there were.
DELETE FROM artifacts WHERE project_id = :project_id;
