-- Projects: products being thought through, each owned by one user.

-- name: create_project(project)<!
-- Creates a project; a draft unless `status` says otherwise.
-- @param project: NewProject
INSERT INTO projects (name, description, status, collected_data, user_id)
VALUES (
    :project.name,
    :project.description,
    COALESCE(:project.status, 'draft'),
    :project.collected_data,
    :project.user_id
)
RETURNING *;

-- name: start_project(project, title, instructions)<!
-- Creates a project, its first conversation and the system message that opens it: one statement, so all three or none.
-- @param project: NewProject
-- @param title  What the conversation is about.
-- @param instructions  The text of the system message.
-- @returns StartedProject
WITH new_project AS (
    INSERT INTO projects AS p (name, description, status, collected_data, user_id)
    VALUES (
        :project.name,
        :project.description,
        COALESCE(:project.status, 'draft'),
        :project.collected_data,
        :project.user_id
    )
    RETURNING p.id, p AS project
),
new_conversation AS (
    INSERT INTO conversations AS c (project_id, title)
    SELECT np.id, :title FROM new_project AS np
    RETURNING c.id, c AS conversation
),
first_message AS (
    INSERT INTO messages AS m (conversation_id, role, content)
    SELECT nc.id, 'system', :instructions FROM new_conversation AS nc
    RETURNING m AS message
)
SELECT np.project, nc.conversation, fm.message
FROM new_project AS np
CROSS JOIN new_conversation AS nc
CROSS JOIN first_message AS fm;

-- name: add_projects(projects)
-- Creates many projects in one statement and returns them. One that is refused, and none is created.
-- @param projects: list[NewProject]
INSERT INTO projects (name, description, status, collected_data, user_id)
SELECT n.name, n.description, COALESCE(n.status, 'draft'), n.collected_data, n.user_id
FROM unnest(
    :projects.name::text[],
    :projects.description::text[],
    :projects.status::text[],
    :projects.collected_data::jsonb[],
    :projects.user_id::uuid[]
) AS n (name, description, status, collected_data, user_id)
RETURNING *;

-- name: import_projects()!
-- Takes over projects with their keys and times, as a stream.
-- @param projects: Iterable[ProjectImport]
COPY projects (
    id, name, description, status, validation_score, collected_data, user_id, created_at, updated_at
) FROM STDIN;

-- name: get_project(id)^
-- One project, or nothing when the id is unknown.
SELECT * FROM projects WHERE id = :id;

-- name: get_project_with_relations(id)^
-- One project with its owner, its conversations and its artifacts, latest first; nothing when the id is unknown.
-- @returns ProjectWithRelations
SELECT p.*,
       u AS "user",
       ARRAY(
           SELECT c FROM conversations AS c
           WHERE c.project_id = p.id
           ORDER BY c.created_at DESC, c.id DESC
       ) AS conversations,
       ARRAY(
           SELECT a FROM artifacts AS a
           WHERE a.project_id = p.id
           ORDER BY a.created_at DESC, a.id DESC
       ) AS artifacts
FROM projects AS p
JOIN users AS u ON u.id = p.user_id
WHERE p.id = :id;

-- name: get_project_with_latest_conversation(id)^
-- One project with the conversation to go on with, where there is one.
-- @returns ProjectWithLatestConversation
SELECT p.*,
       (SELECT c FROM conversations AS c
        WHERE c.project_id = p.id
        ORDER BY c.created_at DESC, c.id DESC
        LIMIT 1) AS latest_conversation                 -- NULL: there is none yet
FROM projects AS p
WHERE p.id = :id;

-- name: list_projects(user_id, limit, offset)
-- A user's projects, newest change first.
-- @param limit = 20  How many at most.
-- @param offset = 0  How many to pass over.
SELECT * FROM projects
WHERE user_id = :user_id
ORDER BY updated_at DESC, id DESC
LIMIT :limit OFFSET :offset;

-- name: list_active_projects(user_id)
-- A user's active projects, newest change first.
SELECT * FROM projects
WHERE user_id = :user_id AND status = 'active'
ORDER BY updated_at DESC, id DESC;

-- name: list_projects_with_latest_conversation(user_id, limit, offset)
-- A user's projects, newest change first, each with the conversation to go on with, where there is one.
-- @returns ProjectWithLatestConversation
-- @param limit = 20  How many at most.
-- @param offset = 0  How many to pass over.
SELECT p.*, latest.conversation AS latest_conversation  -- NULL: there is none yet
FROM projects AS p
LEFT JOIN LATERAL (
    SELECT c AS conversation FROM conversations AS c
    WHERE c.project_id = p.id
    ORDER BY c.created_at DESC, c.id DESC
    LIMIT 1
) AS latest ON true
WHERE p.user_id = :user_id
ORDER BY p.updated_at DESC, p.id DESC
LIMIT :limit OFFSET :offset;

-- name: list_project_summaries(user_id, limit, offset)
-- What a list of projects shows, and no more: the large columns stay in the database.
-- @returns ProjectSummary
-- @param limit = 20  How many at most.
-- @param offset = 0  How many to pass over.
SELECT id, name, status, validation_score, updated_at
FROM projects
WHERE user_id = :user_id
ORDER BY updated_at DESC, id DESC
LIMIT :limit OFFSET :offset;

-- name: list_projects_created_since(since, limit)
-- Everybody's projects created at or after a time, oldest first: to go on, pass the last one's time.
-- @param limit = 100  How many at most.
SELECT * FROM projects
WHERE created_at >= :since
ORDER BY created_at, id
LIMIT :limit;

-- name: list_projects_with_actor(user_id, actor)
-- A user's projects in which an actor of exactly this name has come up, newest change first.
SELECT * FROM projects
WHERE user_id = :user_id
  AND EXISTS (SELECT FROM jsonb_array_elements(collected_data -> 'actors') AS a WHERE a ->> 'name' = :actor)
ORDER BY updated_at DESC, id DESC;

-- name: search_projects(text, minimum_score, limit)
-- Everybody's projects whose name contains a text, whatever its case, newest change first. `%` and `_` in the text
-- stand for themselves. With a minimum score, projects without a score are left out.
--
-- Reads every name: a leading wildcard has no use for a B-tree. Should that become slow, a pg_trgm index on name
-- serves the condition as it stands.
-- @param minimum_score  The least score to show; none: any score, or no score.
-- @param limit = 20  How many at most.
SELECT * FROM projects
WHERE name ILIKE '%' || regexp_replace(:text, '([\\%_])', '\\\1', 'g') || '%'
  AND (:minimum_score::numeric IS NULL OR validation_score >= :minimum_score)
ORDER BY updated_at DESC, id DESC
LIMIT :limit;

-- name: count_projects(user_id)$
-- How many projects a user owns.
SELECT count(*) FROM projects WHERE user_id = :user_id;

-- name: get_project_stats()
-- Everybody's projects per status: how many, and their average score. A status that nobody uses has no row.
-- @returns ProjectStats
SELECT status, count(*) AS project_count, avg(validation_score) AS avg_score   -- NULL: none has a score
FROM projects
GROUP BY status
ORDER BY status;

-- name: get_user_project_stats(user_id)
-- One user's projects per status: how many, and their average score. A status that is not used has no row.
-- @returns ProjectStats
SELECT status, count(*) AS project_count, avg(validation_score) AS avg_score   -- NULL: none has a score
FROM projects
WHERE user_id = :user_id
GROUP BY status
ORDER BY status;

-- name: update_project(id, changes)^
-- Changes what `changes` sets, leaves everything else as it is, and returns the project; nothing when the id is
-- unknown. `updated_at` moves on every time, also within one transaction. The owner changes by transfer_project only.
-- @param changes: ProjectUpdate
UPDATE projects AS p
SET (name, description, status, validation_score, collected_data, updated_at) =
    (SELECT r.name, r.description, r.status, r.validation_score, r.collected_data, clock_timestamp()
     FROM jsonb_populate_record(p, :changes) AS r)
WHERE p.id = :id
RETURNING p.*;

-- name: set_validation_scores(scores)*!
-- Writes down the scores of many projects, one statement each, in one round trip and one transaction. Returns how many
-- were found.
-- @param scores: ProjectScore
UPDATE projects
SET validation_score = :scores.validation_score, updated_at = clock_timestamp()
WHERE id = :scores.id;

-- name: delete_project(id)$
-- Deletes a project with all that belongs to it. True when there was one.
WITH deleted AS (
    DELETE FROM projects WHERE id = :id RETURNING id
)
SELECT EXISTS (SELECT FROM deleted);
