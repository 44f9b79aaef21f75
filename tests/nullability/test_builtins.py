"""Every built-in function of builtins.tsv is called with values of its argument types: none may return NULL."""

from __future__ import annotations

import random
from importlib import resources
from itertools import islice, product
from typing import TYPE_CHECKING, Final

from sqlwright.codegen.nullability.builtins import null_class

if TYPE_CHECKING:
    from .conftest import Laboratory

_TABLE = resources.files("sqlwright.codegen.nullability").joinpath("builtins.tsv")

#: literals by type name; a type that is missing keeps its functions from being called
_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "bool": ("true", "false"),
    "int2": ("0", "1", "-1", "32767"),
    "int4": ("0", "1", "-1", "2147483647", "7"),
    "int8": ("0", "1", "-1", "9223372036854775807"),
    "float4": ("0", "1.5", "-1", "NaN", "Infinity"),
    "float8": ("0", "1.5", "-1", "NaN", "Infinity", "-Infinity", "1e300"),
    "numeric": ("0", "1.5", "-1", "NaN", "Infinity"),
    "text": ("", "a", "abc", "a,b", "month", "hour", "epoch", "UTF8", "%", "1", "YYYY", "{}", "hex", "pg_class"),
    "varchar": ("", "abc"),
    "bpchar": ("", "abc"),
    "name": ("", "abc", "postgres"),
    "bytea": ("", "\\x00ff"),
    "date": ("2024-01-01", "infinity", "-infinity", "4713-01-01 BC"),
    "time": ("00:00", "24:00"),
    "timetz": ("00:00+00",),
    "timestamp": ("2024-01-01", "infinity", "-infinity"),
    "timestamptz": ("2024-01-01", "infinity", "-infinity"),
    "interval": ("0", "1 mon", "-1 day", "infinity"),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "json": ("null", "{}", "[]", "1", '"a"', '{"a":null}'),
    "jsonb": ("null", "{}", "[]", "1", '"a"', '{"a":null}', "[1,null]"),
    "jsonpath": ("$", "$.a", "strict $.x"),
    "inet": ("10.0.0.1", "::1/64", "0.0.0.0/0"),
    "cidr": ("10.0.0.0/8", "::/0"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05", "08:00:2b:ff:fe:03:04:05"),
    "bit": ("0", "1"),
    "varbit": ("", "101"),
    "money": ("0", "-1"),
    "oid": ("0", "1", "1259", "999999"),
    "regclass": ("pg_class", "0"),
    "regtype": ("int4", "0"),
    "point": ("(0,0)", "(1,2)", "(NaN,Infinity)"),
    "line": ("{1,2,3}", "{0,1,0}"),
    "lseg": ("[(0,0),(1,1)]", "[(0,0),(0,0)]"),
    "box": ("(1,1),(0,0)", "(0,0),(0,0)"),
    "path": ("((0,0),(1,1))", "[(0,0),(1,1)]"),
    "polygon": ("((0,0),(1,1),(1,0))",),
    "circle": ("<(0,0),1>", "<(0,0),0>"),
    "int4range": ("empty", "[1,5)", "(,)"),
    "numrange": ("empty", "[1,5)", "(,)"),
    "int4multirange": ("{}", "{[1,2)}", "{(,)}"),
    "tsvector": ("", "a:1 b"),
    "tsquery": ("", "a", "!a"),
    "xid": ("3",),
    "xid8": ("3",),
    "pg_lsn": ("0/0", "1/1"),
    "regconfig": ("english",),
    "_int4": ("{}", "{1,2}", "{NULL}", "{{1,2},{3,4}}"),
    "_text": ("{}", "{a,b}", "{NULL}"),
    "_float8": ("{1}", "{}"),
}

#: pseudo types: a literal and the type that it is cast to
_POLYMORPHIC: Final = {
    "anyarray": ("'{}'::int4[]", "'{1,2}'::int4[]", "'{NULL}'::int4[]", "'{{1}}'::int4[]"),
    "anycompatiblearray": ("'{}'::int4[]", "'{1}'::int4[]"),
    "anyelement": ("1", "7"),
    "anynonarray": ("1",),
    "anycompatible": ("1",),
    "anyrange": ("'empty'::int4range", "'[1,2)'::int4range", "'(,)'::int4range"),
    "anymultirange": ("'{}'::int4multirange", "'{[1,2)}'::int4multirange"),
    "any": ("1", "'a'::text"),
    "record": ("ROW(1, NULL::int)",),
}

#: they wait, end sessions, change the server or its files
_NOT_CALLED: Final = (
    "pg_sleep", "pg_terminate", "pg_cancel", "pg_reload", "pg_rotate", "lo_", "lowrite", "loread", "pg_advisory",
    "pg_try_advisory", "pg_switch", "pg_create", "pg_drop", "pg_promote", "pg_wal", "pg_is_wal", "pg_get_wal",
    "pg_backup",
    "pg_stop", "pg_start", "pg_stat_", "pg_replication", "pg_copy", "pg_log", "setval", "pg_import", "pg_nextoid",
    "binary_upgrade", "pg_export", "pg_extension", "brin", "gin_", "query_to", "cursor_to", "table_to", "schema_to",
    "database_to", "pg_clear", "pg_restore", "pg_notify", "pg_read", "pg_ls", "repeat", "set_config", "pg_event",
)  # fmt: skip

_COLUMNS = """
    SELECT p.oid, p.proname,
           ARRAY(SELECT t.typname FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, n)
                 JOIN pg_type t ON t.oid = a.type ORDER BY a.n)::text[]
    FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND NOT p.proretset
"""

_TRY = """
    CREATE FUNCTION pg_temp.is_null(expression text) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
        answer boolean;
    BEGIN
        EXECUTE 'SELECT (' || expression || ') IS NOT DISTINCT FROM NULL' INTO answer;
        RETURN answer;
    EXCEPTION WHEN OTHERS THEN
        RETURN NULL; -- the function refuses these values
    END $$
"""


def _literals(type_name: str) -> tuple[str, ...]:
    if type_name in _POLYMORPHIC:
        return _POLYMORPHIC[type_name]
    written = f"{type_name[1:]}[]" if type_name.startswith("_") else type_name
    return tuple(f"'{value}'::{written}" for value in _VALUES.get(type_name, ()))


def test_no_function_that_is_listed_as_safe_returns_null(laboratory: Laboratory) -> None:
    chance = random.Random(18)
    calls: list[str] = []
    called: set[int] = set()
    connection = laboratory.hostile
    version = laboratory.catalog.server_version
    for oid, name, arguments in connection.execute(_COLUMNS).fetchall():
        function = laboratory.catalog.functions.get(oid)
        if function is None or null_class(function, version) == "no" or name.startswith(_NOT_CALLED):
            continue
        combinations = list(islice(product(*(_literals(each) for each in arguments)), 3000))
        for combination in chance.sample(combinations, min(8, len(combinations))):
            calls.append(f'pg_catalog."{name}"({", ".join(combination)})')
            called.add(oid)
    with connection.transaction(force_rollback=True):
        connection.execute(_TRY)
        nulls = connection.execute(
            "SELECT call FROM unnest(%s::text[]) AS call WHERE pg_temp.is_null(call)", (calls,)
        ).fetchall()
    assert not nulls
    assert len(called) > 1500  # or the values above no longer fit the functions


def test_the_table_names_functions_that_exist(laboratory: Laboratory) -> None:
    known = laboratory.catalog.functions
    if laboratory.catalog.server_version >= 180000:
        missing = [
            line
            for line in _TABLE.read_text(encoding="utf-8").splitlines()
            if not line.startswith("#") and "removed" not in line and int(line.split("\t")[0]) not in known
        ]
        assert not missing
