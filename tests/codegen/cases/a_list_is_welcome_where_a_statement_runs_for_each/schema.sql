CREATE TABLE cities (
    id int PRIMARY KEY,
    tags text[] NOT NULL DEFAULT '{}'
);
