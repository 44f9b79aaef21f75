CREATE TABLE cities (
    id int PRIMARY KEY
);
CREATE TABLE kings (
    id int PRIMARY KEY,
    city_id int NOT NULL REFERENCES cities,
    name text
);
