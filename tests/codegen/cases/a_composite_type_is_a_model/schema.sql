CREATE TYPE place AS (
    street text,
    number int
);
CREATE TABLE houses (
    id int PRIMARY KEY,
    place place NOT NULL,
    former place[]
);
