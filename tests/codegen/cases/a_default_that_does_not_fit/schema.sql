CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE cities (
    id int PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('town', 'port')),
    mood mood NOT NULL,
    founded date NOT NULL
);
