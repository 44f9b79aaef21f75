CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE point_of_view AS (x int, label text);
CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL,
    founded int
);
CREATE FUNCTION city_table(first int) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE AS $$
    SELECT c.id, c.name FROM cities AS c WHERE c.id >= first ORDER BY c.id
$$;
CREATE FUNCTION city_set(first int) RETURNS SETOF cities LANGUAGE sql STABLE AS $$
    SELECT * FROM cities AS c WHERE c.id >= first ORDER BY c.id
$$;
CREATE FUNCTION names_from(first int) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT c.name FROM cities AS c WHERE c.id >= first ORDER BY c.id;
    RETURN NEXT NULL;
END $$;
CREATE FUNCTION all_moods() RETURNS SETOF mood LANGUAGE sql STABLE AS $$ SELECT unnest(enum_range(NULL::mood)) $$;
CREATE FUNCTION split_name(name text, OUT head text, OUT rest text) LANGUAGE sql IMMUTABLE AS $$
    SELECT left(name, 1), nullif(substr(name, 2), '')
$$;
CREATE FUNCTION raised(INOUT number int, step int DEFAULT 1) LANGUAGE sql IMMUTABLE AS $$ SELECT number + step $$;
CREATE FUNCTION viewed(x int, label text DEFAULT NULL) RETURNS point_of_view LANGUAGE sql IMMUTABLE AS $$
    SELECT ROW(x, label)::point_of_view
$$;
CREATE FUNCTION same(value anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE FUNCTION longest(VARIADIC words text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT word FROM unnest(words) AS word ORDER BY length(word) DESC NULLS LAST LIMIT 1
$$;
CREATE FUNCTION first_of(VARIADIC list anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT list[1] $$;
CREATE FUNCTION records() RETURNS SETOF record LANGUAGE sql STABLE AS $$ SELECT c.id, c.name FROM cities AS c $$;
CREATE FUNCTION renamed(city int, name text) RETURNS void LANGUAGE sql AS $$
    UPDATE cities SET name = renamed.name WHERE id = city
$$;
CREATE FUNCTION strictly(number int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT number $$;
