"""Functions and procedures that every schema has: of every form in which one can be called.

The surprise: some of them write, which what is claimed to read only must not call.
"""

from __future__ import annotations

from typing import Final

from soundness.model import Function

__all__ = ["FUNCTIONS", "PROCEDURES", "ROUTINES"]

ROUTINES: Final = """
    CREATE TABLE log (id int);
    CREATE FUNCTION noted(i int) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log VALUES (i); RETURN nullif(i, 0) > 0; END $$;
    CREATE FUNCTION written(i int) RETURNS int LANGUAGE sql AS $$ INSERT INTO log VALUES (i) RETURNING id $$;
    CREATE FUNCTION kept(state int, i int) RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log VALUES (i); RETURN i; END $$;
    CREATE AGGREGATE kept(int) (sfunc = kept, stype = int);
    CREATE AGGREGATE latest(int) (sfunc = int4larger, stype = int);
    CREATE DOMAIN watched AS int CHECK (noted(VALUE));
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF to_jsonb(NEW) ->> 'id' = '3' THEN RETURN NULL; END IF;
        NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], NULL));
        RETURN NEW;
    END $$;
    CREATE FUNCTION nothing(i int) RETURNS int LANGUAGE plpgsql STABLE STRICT AS
        $$ BEGIN RETURN nullif(i, 1); END $$;
    CREATE FUNCTION something(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(i, 1) $$;
    CREATE FUNCTION strictly(i int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT 1 $$;
    CREATE FUNCTION same(x anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT x $$;
    CREATE FUNCTION other(x anyelement) RETURNS anyelement LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN NULL; END $$;
    CREATE FUNCTION first_of(VARIADIC x anyarray) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT x[1] $$;
    CREATE FUNCTION as_array(x anyelement) RETURNS anyarray LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY[x] $$;
    CREATE FUNCTION in_range(r anyrange) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT lower(r) $$;
    CREATE FUNCTION defaulted(a int DEFAULT NULL, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE
        RETURN coalesce(a, b);
    CREATE FUNCTION parted(a int, OUT x0 int, OUT x1 text) LANGUAGE sql STABLE AS $$ SELECT a, 'a'::text WHERE a > 1 $$;
    CREATE FUNCTION strictly_parted(a int, OUT x0 int, INOUT x1 text DEFAULT 'x') LANGUAGE sql STABLE STRICT AS
        $$ SELECT 1, 'a'::text $$;
    CREATE FUNCTION paired(a int) RETURNS pair LANGUAGE sql STABLE AS $$ SELECT ROW(a, 'a')::pair WHERE a > 0 $$;
    CREATE FUNCTION strictly_paired(a int) RETURNS pair LANGUAGE sql STABLE STRICT AS $$ SELECT 1, 'a'::text $$;
    CREATE FUNCTION pairs(a int) RETURNS SETOF pair LANGUAGE sql STABLE AS
        $$ SELECT 1, 'a'::text UNION ALL SELECT a, NULL $$;
    CREATE FUNCTION moods(a int) RETURNS SETOF mood LANGUAGE sql STABLE AS $$ SELECT unnest(enum_range(NULL::mood)) $$;
    CREATE FUNCTION records(a int) RETURNS SETOF record LANGUAGE sql STABLE AS
        $$ SELECT 1, 'a'::text UNION ALL SELECT a, NULL $$;
    CREATE FUNCTION tabled(a int, b text DEFAULT NULL) RETURNS TABLE (x0 int, x1 text) LANGUAGE plpgsql STABLE AS
        $$ BEGIN RETURN QUERY SELECT a, b; RETURN NEXT; END $$;
    CREATE PROCEDURE swapped(INOUT a int, INOUT b text) LANGUAGE plpgsql AS $$ BEGIN a := nullif(a, 1); END $$;
    CREATE PROCEDURE given(a int, OUT b int, c int DEFAULT 1) LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log VALUES (a); b := c; END $$;
    CREATE PROCEDURE quiet(VARIADIC a int[]) LANGUAGE sql AS $$ INSERT INTO log SELECT unnest(a) $$;
    CREATE PROCEDURE same_for(a anyelement, INOUT b anyelement) LANGUAGE plpgsql AS $$ BEGIN b := a; END $$;
"""

FUNCTIONS: Final = (
    Function("i", ("nothing({i})", "nothing(i => {i})")),
    Function("i", ("something({i})", "strictly({i})", "strictly(NULL)")),
    Function("i", ("same({i})", "other({i})", "in_range({x})", "first_of({i}, {i})", "first_of(VARIADIC {a})")),
    Function("i", ("defaulted()", "defaulted({i})", "defaulted(b => {i})", "defaulted({i}, b => {i})")),
    Function("i", ("(parted({i})).x0", "(strictly_parted({i})).x0", "(paired({i})).x", "(strictly_paired({i})).x")),
    Function("i", ("written({i})", "({i})::watched")),
    Function("b", ("same({b})", "noted({i})", "first_of({b}, {b})")),
    Function("t", ("same({t})", "(strictly_parted({i}, {t})).x1", "other({t})")),
    Function("a", ("as_array({i})", "same({a})")),
    Function("e", ("same({e})", "first_of({e})")),
    Function("x", ("same({x})", "other({x})")),
    Function("o", ("paired({i})", "strictly_paired({i})", "same({o})", "first_of(VARIADIC {q})")),
    Function("q", ("as_array({o})", "same({q})")),
    Function(None, ("parted({i})", "strictly_parted({i}, {t})", "tabled({i})", "tabled(b => {t}, a => {i})"),
             (("x0", "i"), ("x1", "t"))),
    Function(None, ("paired({i})", "strictly_paired({i})", "strictly_paired(NULL)", "pairs({i})", "same({o})"),
             (("x", "i"), ("y", "t"))),
    Function(None, ("records({i}) AS (x0 int, x1 text)",), (("x0", "i"), ("x1", "t"))),
    Function(None, ("moods({i}) AS (x0)",), (("x0", "e"),)),
)  # fmt: skip

PROCEDURES: Final = (
    "swapped({i}, {t})",
    "swapped(b => {t}, a => {i})",
    "given({i}, NULL)",
    "given({i}, NULL, {i})",
    "given(c => {i}, a => {i}, b => NULL)",
    "quiet({i}, {i})",
    "quiet(VARIADIC {a})",
    "same_for({i}, {i})",
)
