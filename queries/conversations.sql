-- Conversations: talks about a project.

-- name: create_conversation(project_id, title)<!
-- Begins a conversation about a project.
-- @param title  What it is about, when that is known already.
INSERT INTO conversations (project_id, title)
VALUES (:project_id, :title)
RETURNING *;

-- name: import_conversations()!
-- Takes over conversations with their keys and times, as a stream.
-- @param conversations: Iterable[ConversationImport]
COPY conversations (id, project_id, title, created_at) FROM STDIN;

-- name: get_conversation(id)^
-- One conversation, or nothing when the id is unknown.
SELECT * FROM conversations WHERE id = :id;

-- name: get_conversation_with_messages(id)^
-- One conversation with its messages in order; nothing when the id is unknown.
-- @returns ConversationWithMessages
SELECT c.*,
       ARRAY(
           SELECT m FROM messages AS m
           WHERE m.conversation_id = c.id
           ORDER BY m.created_at, m.id
       ) AS messages
FROM conversations AS c
WHERE c.id = :id;

-- name: list_conversations(project_id, limit, offset)
-- A project's conversations, latest first.
-- @param limit = 20  How many at most.
-- @param offset = 0  How many to pass over.
SELECT * FROM conversations
WHERE project_id = :project_id
ORDER BY created_at DESC, id DESC
LIMIT :limit OFFSET :offset;

-- name: list_conversation_summaries(project_id)
-- A project's conversations, latest first, each with the number of its messages and the time of the last one.
-- @returns ConversationSummary
SELECT c.id, c.title, c.created_at,
       count(m.id) AS message_count,
       max(m.created_at) AS last_message_at             -- NULL: no message yet
FROM conversations AS c
LEFT JOIN messages AS m ON m.conversation_id = c.id
WHERE c.project_id = :project_id
GROUP BY c.id
ORDER BY c.created_at DESC, c.id DESC;

-- name: rename_conversation(id, title)!
-- Gives a conversation a title, or takes it away. Returns how many conversations that changed: 1, or 0 when the id is
-- unknown.
UPDATE conversations SET title = :title WHERE id = :id;

-- name: delete_conversation(id)!
-- Deletes a conversation with its messages. Returns how many conversations that were: 1, or 0 when the id is unknown.
DELETE FROM conversations WHERE id = :id;
