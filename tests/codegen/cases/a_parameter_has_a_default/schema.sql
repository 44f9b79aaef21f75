CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL DEFAULT 'town' CHECK (kind IN ('town', 'port'))
);
