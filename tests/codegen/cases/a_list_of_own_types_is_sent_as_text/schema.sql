-- Types of its own, one of them with the name of a built-in one, and a domain, whose values are written as text.
CREATE DOMAIN address AS text CHECK (VALUE LIKE '%@%');
CREATE SCHEMA own;
CREATE TYPE own.uuid AS ENUM ('low', 'high');

CREATE TABLE letters (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sender address NOT NULL,
    rank own.uuid NOT NULL,
    body text NOT NULL
);
