CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL
);
CREATE PROCEDURE tidy() LANGUAGE sql AS 'DELETE FROM cities';
