-- What the queries and the foreign keys look things up by.
-- depends: 0003_add_artifacts
--
-- No table holds rows before the first release, so a plain CREATE INDEX is over at once and all of them are one
-- transaction. On a table in production: CREATE INDEX CONCURRENTLY, in a migration marked `-- transactional: false`.
-- PostgreSQL reads an index in both directions: none of them says DESC.
-- squawk-ignore-file require-concurrent-index-creation

-- A user's projects, newest change first; and the foreign key.
CREATE INDEX projects_user_id_updated_at_idx ON projects (user_id, updated_at, id);

-- Statistics per status, from the index alone.
CREATE INDEX projects_status_validation_score_idx ON projects (status, validation_score);

-- Projects created since some time, page by page.
CREATE INDEX projects_created_at_idx ON projects (created_at, id);

-- A project's conversations, latest first; and the foreign key.
CREATE INDEX conversations_project_id_created_at_idx ON conversations (project_id, created_at, id);

-- A conversation's messages in order; and the foreign key.
CREATE INDEX messages_conversation_id_created_at_idx ON messages (conversation_id, created_at, id);

-- What happened to a project, latest first; and the foreign key.
CREATE INDEX activity_log_project_id_at_idx ON activity_log (project_id, at, id);

-- What a user gave and was given; and the foreign keys, which set NULL when a user is deleted.
CREATE INDEX activity_log_from_user_id_idx ON activity_log (from_user_id);
CREATE INDEX activity_log_to_user_id_idx ON activity_log (to_user_id);
