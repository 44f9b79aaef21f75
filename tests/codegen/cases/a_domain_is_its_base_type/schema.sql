CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN positive AS int NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN scores AS numeric(4, 1)[];
CREATE TABLE accounts (
    id int PRIMARY KEY,
    email email NOT NULL,
    size positive,
    scores scores,
    former email[]
);
