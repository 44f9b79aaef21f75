CREATE SCHEMA audit;
CREATE SCHEMA "Odd Schema";
CREATE TYPE audit.kind AS ENUM ('read', 'write');
CREATE TYPE kind AS ENUM ('small', 'large');
CREATE TABLE users (
    id int PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind kind NOT NULL DEFAULT 'small'
);
CREATE TABLE audit.users (
    id int PRIMARY KEY,
    name text NOT NULL UNIQUE,
    kind audit.kind
);
CREATE TABLE "Odd Schema".users (
    id int PRIMARY KEY
);
CREATE TABLE "user" (
    id int PRIMARY KEY
);
CREATE TABLE decimals (
    value numeric NOT NULL
);
