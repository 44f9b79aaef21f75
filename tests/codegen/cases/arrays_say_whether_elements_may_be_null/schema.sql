CREATE TABLE boxes (
    id int PRIMARY KEY,
    tags text[] NOT NULL,
    numbers int[]
);
