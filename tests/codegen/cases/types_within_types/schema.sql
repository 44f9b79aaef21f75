CREATE TYPE color AS ENUM ('red', 'blue');
CREATE DOMAIN paint AS color CHECK (VALUE <> 'blue');
CREATE DOMAIN document AS jsonb;
CREATE TYPE spec AS (
    color color,
    paints paint[],
    extra jsonb,
    weight numeric(6, 3),
    log jsonb
);
CREATE DOMAIN special AS spec;
CREATE TABLE parts (
    id int PRIMARY KEY,
    info jsonb NOT NULL,
    paint paint NOT NULL,
    paints paint[] NOT NULL DEFAULT '{}',
    document document,
    spec spec NOT NULL,
    specs spec[],
    special special,
    spans int4range[]
);
CREATE VIEW shown_parts AS SELECT id, info, spec FROM parts;
