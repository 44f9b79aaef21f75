CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE rivers (
    id int PRIMARY KEY,
    city_id int NOT NULL REFERENCES cities
);
