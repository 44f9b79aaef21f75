CREATE TABLE steps (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE PROCEDURE doubled(INOUT number int) LANGUAGE plpgsql AS $$ BEGIN number := number * 2; END $$;
CREATE PROCEDURE swapped(INOUT one text, INOUT two text) LANGUAGE plpgsql AS $$
DECLARE kept text := one;
BEGIN
    one := two;
    two := kept;
END $$;
CREATE PROCEDURE filed(name text, OUT id int, note text DEFAULT 'none') LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO steps (name) VALUES (filed.name || ' ' || note) RETURNING steps.id INTO filed.id;
END $$;
CREATE PROCEDURE filed_all(VARIADIC names text[]) LANGUAGE sql AS $$
    INSERT INTO steps (name) SELECT unnest(names)
$$;
CREATE PROCEDURE echoed(given anyelement, INOUT back anyelement) LANGUAGE plpgsql AS $$ BEGIN back := given; END $$;
CREATE PROCEDURE committed(name text) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO steps (name) VALUES (committed.name);
    COMMIT;
    INSERT INTO steps (name) VALUES ('undone');
    ROLLBACK;
END $$;
