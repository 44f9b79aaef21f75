CREATE TABLE surveys (
    id int PRIMARY KEY,
    answers jsonb NOT NULL,
    log jsonb[] NOT NULL DEFAULT '{}',
    extra json
);
