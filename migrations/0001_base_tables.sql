-- Users, their projects, the conversations held about a project with their messages, and a log of what happened.
--
-- Keys are random UUIDs, made by the server unless the client brings its own. Times default to clock_timestamp(), not
-- now(): two rows written in one transaction keep the order in which they were written.

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_email_check CHECK (email = lower(email))
);

COMMENT ON TABLE users IS 'Accounts: who owns projects.';
COMMENT ON COLUMN users.email IS 'The address to sign in with, in lower case, so that it is unique whatever its case.';
COMMENT ON COLUMN users.name IS 'The name to show.';
COMMENT ON COLUMN users.created_at IS 'When the account was opened.';
COMMENT ON COLUMN users.updated_at IS 'When the account last changed.';

CREATE TABLE projects (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    description text,
    status text NOT NULL DEFAULT 'draft',
    collected_data jsonb,
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT projects_pkey PRIMARY KEY (id),
    CONSTRAINT projects_status_check CHECK (status IN ('draft', 'active', 'completed')),
    CONSTRAINT projects_collected_data_check CHECK (jsonb_typeof(collected_data) = 'object'),
    CONSTRAINT projects_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

COMMENT ON TABLE projects IS 'Products being thought through; each belongs to one user and goes with that user.';
COMMENT ON COLUMN projects.name IS 'What the owner calls it; several projects may have one name.';
COMMENT ON COLUMN projects.description IS 'What it is about, in the owner''s words.';
COMMENT ON COLUMN projects.status IS 'draft: being described; active: being worked on; completed: done.';
COMMENT ON COLUMN projects.collected_data IS
    'What the conversations have brought to light: actors, use cases, boundaries, entities. NULL: nothing yet.';
COMMENT ON COLUMN projects.user_id IS 'The owner; changed by the procedure transfer_project only.';
COMMENT ON COLUMN projects.created_at IS 'When the project was created.';
COMMENT ON COLUMN projects.updated_at IS 'When the project last changed; every update sets it.';

CREATE TABLE conversations (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    title text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    CONSTRAINT conversations_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

COMMENT ON TABLE conversations IS 'Talks about a project; the latest one is where the owner goes on.';
COMMENT ON COLUMN conversations.project_id IS 'The project that is talked about.';
COMMENT ON COLUMN conversations.title IS 'What it is about; NULL until somebody names it.';
COMMENT ON COLUMN conversations.created_at IS 'When it began.';

CREATE TABLE messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    conversation_id uuid NOT NULL,
    role text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT messages_pkey PRIMARY KEY (id),
    CONSTRAINT messages_role_check CHECK (role IN ('system', 'user', 'assistant')),
    CONSTRAINT messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations (id)
        ON DELETE CASCADE
);

COMMENT ON TABLE messages IS 'What was said in a conversation, in the order of created_at.';
COMMENT ON COLUMN messages.conversation_id IS 'The conversation it belongs to.';
COMMENT ON COLUMN messages.role IS 'Who speaks: system (the instructions), user, assistant.';
COMMENT ON COLUMN messages.content IS 'The text.';
COMMENT ON COLUMN messages.created_at IS 'When it was said.';

CREATE TABLE activity_log (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    type text NOT NULL,
    project_id uuid NOT NULL,
    from_user_id uuid,
    to_user_id uuid,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT activity_log_pkey PRIMARY KEY (id),
    CONSTRAINT activity_log_type_check
        CHECK (type IN ('project_created', 'project_transferred', 'project_completed')),
    CONSTRAINT activity_log_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE,
    CONSTRAINT activity_log_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT activity_log_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES users (id) ON DELETE SET NULL
);

COMMENT ON TABLE activity_log IS
    'What happened to a project. Entries go with their project; an account that is deleted leaves NULL behind.';
COMMENT ON COLUMN activity_log.type IS 'What happened.';
COMMENT ON COLUMN activity_log.project_id IS 'The project it happened to.';
COMMENT ON COLUMN activity_log.from_user_id IS 'Who had the project before; NULL when nobody had, or the account is gone.';
COMMENT ON COLUMN activity_log.to_user_id IS 'Who has it since; NULL when that did not change, or the account is gone.';
COMMENT ON COLUMN activity_log.at IS 'When it happened.';
