-- Messages: what was said in a conversation.

-- name: add_message(message)<!
-- Adds one message to a conversation.
-- @param message: NewMessage
INSERT INTO messages (conversation_id, role, content)
VALUES (:message.conversation_id, :message.role, :message.content)
RETURNING *;

-- name: add_messages(messages)
-- Adds many messages in one statement and returns them. One that is refused, and none is added.
-- @param messages: list[NewMessage]
INSERT INTO messages (conversation_id, role, content)
SELECT * FROM unnest(:messages.conversation_id::uuid[], :messages.role::text[], :messages.content::text[])
RETURNING *;

-- name: copy_messages()!
-- Adds any number of messages as a stream, the fastest way there is. One that is refused, and none is added.
-- @param messages: Iterable[NewMessage]
COPY messages (conversation_id, role, content) FROM STDIN;

-- name: import_messages()!
-- Takes over messages with their keys and times, as a stream.
-- @param messages: Iterable[MessageImport]
COPY messages (id, conversation_id, role, content, created_at) FROM STDIN;

-- name: get_last_message(conversation_id)^
-- What was said last in a conversation; nothing when it is empty or unknown.
SELECT * FROM messages
WHERE conversation_id = :conversation_id
ORDER BY created_at DESC, id DESC
LIMIT 1;

-- name: list_messages(conversation_id, after, limit)
-- A conversation's messages in order. To go on, pass the time of the last message seen.
-- @param after  Only messages later than this; none: from the beginning.
-- @param limit = 100  How many at most.
SELECT * FROM messages
WHERE conversation_id = :conversation_id
  AND created_at > COALESCE(:after::timestamptz, '-infinity')
ORDER BY created_at, id
LIMIT :limit;

-- name: export_messages(project_id)
-- Everything that was said about a project, conversation by conversation: read it through export_messages_cursor, which
-- holds only a few rows at a time.
-- @returns ExportedMessage
SELECT c.id AS conversation_id, c.title, m.id AS message_id, m.role, m.content, m.created_at
FROM conversations AS c
JOIN messages AS m ON m.conversation_id = c.id
WHERE c.project_id = :project_id
ORDER BY c.created_at, c.id, m.created_at, m.id;

-- name: count_messages_by_role(conversation_id)
-- Who said how much in a conversation.
SELECT role, count(*) AS message_count, sum(length(content)) AS characters
FROM messages
WHERE conversation_id = :conversation_id
GROUP BY role
ORDER BY role;
