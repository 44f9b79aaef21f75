CREATE TYPE mood AS ENUM ('happy', 'so so');
CREATE TABLE people (
    id int PRIMARY KEY,
    mood mood NOT NULL,
    weight numeric(5, 2) NOT NULL
);
