-- needs: btree_gist
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL UNIQUE,
    "odd ""name" text,
    CONSTRAINT no_shouting CHECK (name <> upper(name))
);
CREATE UNIQUE INDEX one_odd_name ON cities (lower("odd ""name"));
CREATE TABLE stays (
    city_id int NOT NULL REFERENCES cities ON DELETE CASCADE,
    room int NOT NULL CHECK (room > 0),
    nights daterange NOT NULL,
    guest text NOT NULL,
    EXCLUDE USING gist (room WITH =, nights WITH &&)
);
