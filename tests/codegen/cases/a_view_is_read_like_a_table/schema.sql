CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL
);
CREATE TABLE kings (
    city_id int PRIMARY KEY REFERENCES cities,
    name text NOT NULL
);
CREATE VIEW realms AS
SELECT c.id, c.name, k.name AS king FROM cities AS c LEFT JOIN kings AS k ON k.city_id = c.id;
CREATE MATERIALIZED VIEW sizes AS SELECT count(*) AS number FROM cities;
