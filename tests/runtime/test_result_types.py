"""What the values of a row are: JSON as bytes, rows as tuples, enums as labels, in binary and in text format."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from sqlwright.runtime.adaptation import Adaptation

TYPES = """
CREATE TYPE mood AS ENUM ('happy', 'so so');
CREATE DOMAIN score AS numeric(5, 2) CHECK (value >= 0);
CREATE DOMAIN document AS jsonb;
CREATE DOMAIN top_score AS score;
CREATE TYPE point2 AS (x int4, label text);
CREATE TABLE things (id int8, mood mood, score top_score, doc document, at point2, tags text[]);
ALTER TABLE things ADD gone int; ALTER TABLE things DROP gone;
CREATE TYPE spans AS RANGE (subtype = numeric, multirange_type_name = many_spans);
CREATE SCHEMA "Odd one";
CREATE TYPE "Odd one"."A type" AS ENUM ('x');
INSERT INTO things VALUES (1, 'so so', 1.5, '{"a": 1}', (7, 'a "b", (c)'), '{x,NULL}');
"""
THING = (1, "so so", Decimal("1.50"), b'{"a": 1}', (7, 'a "b", (c)'), ["x", None])


@pytest.mark.parametrize("binary", [True, False], ids=["binary", "text"])
@pytest.mark.parametrize(
    ("sql", "types", "expected"),
    [
        ("SELECT * FROM things", ("public.things",), THING),
        ("SELECT t FROM things t", ("public.things",), (THING,)),
        ("SELECT array_agg(t) FROM things t", ("public.things",), ([THING],)),
        ("SELECT ARRAY['happy', NULL]::mood[]", ("public.mood",), (["happy", None],)),
        ("SELECT ARRAY[1.5]::score[]", ("public.score",), ([Decimal("1.50")],)),
        ("SELECT ARRAY['[1]']::document[]", ("public.document",), ([b"[1]"],)),
        ("SELECT ARRAY[NULL, (1, NULL)::point2]", ("public.point2",), ([None, (1, None)],)),
        ("SELECT '[1,2)'::spans", ("public.spans",), (Range(Decimal(1), Decimal(2), "[)"),)),
        ("SELECT '{[1,2)}'::many_spans", ("public.many_spans",), (Multirange([Range(Decimal(1), Decimal(2), "[)")]),)),
        ('SELECT \'x\'::"Odd one"."A type"', ('"Odd one"."A type"',), ("x",)),
        ("SELECT '[1]'::json, '{\"é\": 2}'::jsonb, ARRAY['3']::jsonb[]", (), (b"[1]", '{"é": 2}'.encode(), [b"3"])),
        ("SELECT ''::text, ARRAY[]::int4[], NULL::mood", ("public.mood",), ("", [], None)),
        ("SELECT pg_notify('c', 'x')", (), (None,)),
    ],
)
async def test_a_value_is_read_as_its_type_says(
    flavour: Any, statement: Any, schema: Any, sql: str, types: tuple[str, ...], expected: Any, binary: bool
) -> None:
    query = statement(sql, types=types, binary=binary)
    conninfo = schema('DROP SCHEMA IF EXISTS "Odd one" CASCADE;' + TYPES)
    async with flavour.database(conninfo) as db:
        assert await flavour.fetch_one(db, query, (), tuple) == expected


async def test_an_anonymous_record_holds_values_of_its_fields_types(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement(
        "SELECT r, ARRAY[r] FROM (SELECT 1 AS a, t.mood, t.at, t.doc FROM things t) AS r", types=("public.things",)
    )
    record = (1, "so so", (7, 'a "b", (c)'), b'{"a": 1}')
    async with flavour.database(schema('DROP SCHEMA IF EXISTS "Odd one" CASCADE;' + TYPES)) as db:
        assert await flavour.fetch_one(db, query, (), tuple) == (record, [record])


async def test_types_are_looked_up_once_for_all_connections(
    flavour: Any, statement: Any, schema: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookups = []
    with_types = Adaptation.with_types
    monkeypatch.setattr(Adaptation, "with_types", lambda *args: lookups.append(args) or with_types(*args))
    query = statement("SELECT 'happy'::mood", types=("public.mood",))
    async with flavour.database(schema("CREATE TYPE mood AS ENUM ('happy')"), max_size=2) as db:
        for _ in range(3):
            await flavour.fetch_one(db, query, (), tuple)
        async with flavour.transaction(db), flavour.transaction(db) as tx:
            assert await flavour.fetch_one(tx, query, (), tuple) == ("happy",)
    assert len(lookups) == 1


async def test_a_column_added_to_a_row_type_does_no_harm_to_its_tuples(
    flavour: Any, statement: Any, schema: Any
) -> None:
    query = statement("SELECT p FROM p", types=("public.p",))
    conninfo = schema("CREATE TABLE p (x int4); INSERT INTO p VALUES (1)")
    async with flavour.database(conninfo) as db:
        assert await flavour.fetch_one(db, query, (), tuple) == ((1,),)
        schema("ALTER TABLE p ADD y text DEFAULT 'new'")
        assert (await flavour.fetch_one(db, query, (), tuple))[0][0] == 1


@pytest.mark.parametrize("encoding", ["LATIN1", "EUC_JP"])
async def test_a_foreign_connection_may_have_any_encoding(
    flavour: Any, statement: Any, database: str, encoding: str
) -> None:
    text = {"LATIN1": "é", "EUC_JP": "日本"}[encoding]
    query = statement(f"SELECT '{text}'::text, '\"{text}\"'::jsonb /* {text} */")
    async with flavour.connect(database, client_encoding=encoding) as connection:
        assert await flavour.fetch_one(connection, query, (), tuple) == (text, f'"{text}"'.encode())


#: psycopg in Python looks for a libpq of the system; where there is none, it gets the one of psycopg[binary].
PYTEST_WITH_PURE_PYTHON = """
import ctypes.util, importlib.util, pathlib, sys
find_library = ctypes.util.find_library
brought = pathlib.Path(importlib.util.find_spec("psycopg_binary").origin).parent.with_name("psycopg_binary.libs")
ctypes.util.find_library = lambda name: find_library(name) or next(map(str, brought.glob(f"lib{name}-*.so*")), None)
import psycopg, pytest
assert psycopg.pq.__impl__ == "python"
sys.exit(pytest.main(sys.argv[1:]))
"""

#: Enough of everything: values both ways, COPY in both formats, cursors, errors.
CHOSEN = "async and (survives_the_trip or read_as_its_type or copy_streams or cursor_returns or raises_its_generated)"


def test_it_works_with_psycopgs_python_implementation_too(shared_database: str, pytestconfig: pytest.Config) -> None:
    server = psycopg.conninfo.make_conninfo(shared_database, dbname="postgres")
    folder = str(Path(__file__).resolve().parent)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-c", PYTEST_WITH_PURE_PYTHON, "-q", "-p", "no:cacheprovider", folder, "-k", CHOSEN],
        env={**environment, "PSYCOPG_IMPL": "python", "TEST_DATABASE_URL": server},
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
