CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL,
    founded timestamptz
);
CREATE TABLE kings (
    id int PRIMARY KEY,
    city_id int NOT NULL REFERENCES cities,
    since date NOT NULL,
    wealth numeric(12, 4)
);
