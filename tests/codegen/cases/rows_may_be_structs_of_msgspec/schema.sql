CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN percentage AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE place AS (street text, moods mood[], extra jsonb, tags text[][]);
CREATE TABLE people (
    id int PRIMARY KEY,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('new', 'known')),
    size int CHECK (size IN (1, 2)),
    mood mood NOT NULL,
    moods mood[],
    states text[] NOT NULL DEFAULT '{}',
    note jsonb NOT NULL,
    notes jsonb[],
    anything jsonb,
    grid int[][],
    part percentage,
    span int4range,
    place place
);
CREATE TABLE pets (
    id int PRIMARY KEY,
    owner_id int NOT NULL REFERENCES people,
    name text NOT NULL,
    mood mood
);
