-- How well a project's description holds together.
-- depends: 0001_base_tables
--
-- A new column without a default is a change of the catalog only. Its CHECK reads the table once, under the same
-- ACCESS EXCLUSIVE lock: a matter of milliseconds here; on a table in production, add it NOT VALID and validate it in
-- a later migration.

ALTER TABLE projects
    ADD COLUMN validation_score numeric(5, 2),
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT projects_validation_score_check CHECK (validation_score BETWEEN 0 AND 100);

COMMENT ON COLUMN projects.validation_score IS
    'How well the description holds together, 0 to 100, to the second decimal. NULL: not validated yet.';
