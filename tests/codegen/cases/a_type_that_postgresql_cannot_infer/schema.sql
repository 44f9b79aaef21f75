CREATE TABLE cities (
    id int PRIMARY KEY
);
