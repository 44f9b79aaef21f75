CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE kings (
    id int PRIMARY KEY,
    name text NOT NULL,
    city_id int NOT NULL REFERENCES cities
);
