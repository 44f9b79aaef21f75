-- The documents that a project's conversations produce.
-- depends: 0002_add_validation_score

CREATE TABLE artifacts (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    project_id uuid NOT NULL,
    type text NOT NULL,
    content text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT artifacts_pkey PRIMARY KEY (id),
    CONSTRAINT artifacts_type_check
        CHECK (type IN ('summary', 'requirements', 'use_case_diagram', 'entity_diagram', 'prototype')),
    CONSTRAINT artifacts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE
);

COMMENT ON TABLE artifacts IS 'Documents made from what a project has collected; a new version is a new row.';
COMMENT ON COLUMN artifacts.project_id IS 'The project it describes.';
COMMENT ON COLUMN artifacts.type IS 'What kind of document it is.';
COMMENT ON COLUMN artifacts.content IS 'The document: Markdown, or the source of a diagram.';
COMMENT ON COLUMN artifacts.created_at IS 'When this version was made.';

-- A project's artifacts, latest first; and the foreign key, when a project is deleted.
CREATE INDEX artifacts_project_id_created_at_idx ON artifacts (project_id, created_at, id);
