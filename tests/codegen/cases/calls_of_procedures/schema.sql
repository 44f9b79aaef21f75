CREATE TABLE cities (
    id int PRIMARY KEY,
    name text NOT NULL
);
CREATE PROCEDURE rename_city(wanted int, new_name text) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cities SET name = new_name WHERE id = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no city %', wanted USING ERRCODE = 'PH404';
    END IF;
END $$;
CREATE PROCEDURE count_cities(prefix text, OUT number bigint, OUT first text) LANGUAGE sql AS $$
    SELECT count(*), min(name) FROM cities WHERE name LIKE prefix || '%';
$$;
