CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL,
    motto text,
    kind text NOT NULL CHECK (kind IN ('town', 'port')),
    "class" int
);
