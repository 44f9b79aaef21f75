CREATE TABLE cities (
    id int PRIMARY KEY
);
CREATE FUNCTION series(number int) RETURNS SETOF int LANGUAGE sql IMMUTABLE AS 'SELECT generate_series(1, number)';
CREATE FUNCTION split_city(wanted int) RETURNS TABLE (id int, half numeric) LANGUAGE sql STABLE AS
    'SELECT id, id / 2.0 FROM cities WHERE id = wanted';
