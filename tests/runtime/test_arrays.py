"""Lists of models as arrays in binary format, and as text where a value does not fit."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic import BaseModel
from pydantic_core import from_json

from sqlwright.runtime import AsyncDatabase, ListParameter, ParameterError, aio, sync
from sqlwright.runtime.arrays import ARRAY_OIDS, OIDS, array_writer


class Item(BaseModel):
    value: Any = None


class Empty(Item):
    value: Any


class Mood(StrEnum):
    HAPPY = "happy"


class Loud(str):
    """A str that is not exactly one."""


def items_of(element: str, *, declared: bool = True) -> ListParameter:
    oid = (ARRAY_OIDS[element],) if declared else ()
    return ListParameter("items", Item, ("value", f"{element}[]", *oid))


def unnest(element: str) -> str:
    return f"SELECT v FROM unnest(:items.value::{element}[]) AS n (v)"


PLUS_TWO = timezone(timedelta(hours=2))

VALUES: list[tuple[str, list[Any]]] = [
    ("bool", [True, False]),
    ("int2", [0, -(2**15), 2**15 - 1]),
    ("int4", [0, -(2**31), 2**31 - 1]),
    ("int8", [0, -(2**63), 2**63 - 1]),
    ("float8", [0.0, -1.5, 1e-300, float("inf")]),
    ("text", ["", "NULL", 'a"b\\', "naïve 🐘", "x" * 10_000]),
    ("varchar", ["", "{,}"]),
    ("bytea", [b"", b"\x00\xff"]),
    ("uuid", [UUID(int=0), UUID(int=2**128 - 1)]),
    ("date", [date.min, date(1999, 12, 31), date(2000, 1, 1), date.max]),
    ("timestamp", [datetime.min, datetime(1999, 12, 31, 23, 59, 59, 999999), datetime.max]),
    ("timestamptz", [datetime(2024, 1, 2, 3, 4, 5, 6, UTC), datetime(1900, 1, 1, tzinfo=PLUS_TWO)]),
    ("json", [b'{"a":1}', b'"x"']),
    ("jsonb", [b'{"a": "\xc3\xa9\\"\'"}', b"[1, null]"]),
]


def given(element: str, values: list[Any]) -> list[Item]:
    return [Item(value=from_json(value) if element.startswith("json") else value) for value in values]


@pytest.mark.parametrize(("element", "values"), VALUES, ids=[element for element, _ in VALUES])
@pytest.mark.parametrize("with_null", [False, True], ids=["without NULL", "with NULL"])
async def test_a_list_in_binary_format_survives_the_trip(
    flavour: Any, statement: Any, database: str, element: str, values: list[Any], with_null: bool
) -> None:
    query = statement(unnest(element), items_of(element))
    items = given(element, values) + [Item(value=None)] * with_null
    assert isinstance(query.bind((items,))[0], bytes)
    async with flavour.database(database) as db:
        assert await flavour.fetch_all(db, query, (items,), lambda row: row[0]) == values + [None] * with_null


# Not jsonb, which the server writes with other spaces.
@pytest.mark.parametrize(("element", "values"), VALUES[:-1], ids=[element for element, _ in VALUES[:-1]])
def test_an_array_is_as_the_server_writes_it(database: str, element: str, values: list[Any]) -> None:
    write = array_writer(element)
    assert write is not None
    items = [item.value for item in given(element, values)]
    with psycopg.connect(database) as connection:
        for each in ([], items, [None, *items, None], [None]):
            written = write(each)
            result = connection.pgconn.exec_params(
                f"SELECT array_send($1::{element}[]) = $2".encode(),
                [written, written],
                [ARRAY_OIDS[element], 17],
                [1, 1],
            )
            assert result.get_value(0, 0) == b"t", result.error_message


def test_the_oids_are_the_servers(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT typname, oid::int, typarray::int FROM pg_type WHERE typname = ANY(%s) "
            "AND typnamespace = 'pg_catalog'::regnamespace",
            (list(OIDS),),
        ).fetchall()
    assert {name: (oid, array) for name, oid, array in rows} == {name: (OIDS[name], ARRAY_OIDS[name]) for name in OIDS}
    assert OIDS.keys() == ARRAY_OIDS.keys()


@pytest.mark.parametrize(
    ("element", "values", "read"),
    [
        ("text", ["a", Mood.HAPPY, Loud("b")], ["a", "happy", "b"]),
        ("int8", [1, True], [1, 1]),
        ("float8", [1.5, 2], [1.5, 2.0]),
        ("bytea", [b"a", bytearray(b"b"), memoryview(b"c")], [b"a", b"b", b"c"]),
        ("timestamp", [datetime(2024, 1, 1, tzinfo=PLUS_TWO)], [datetime(2024, 1, 1)]),
    ],
)
async def test_values_that_do_not_fit_go_as_text(
    flavour: Any, statement: Any, database: str, element: str, values: list[Any], read: list[Any]
) -> None:
    query = statement(unnest(element), items_of(element))
    items = [Item(value=value) for value in values]
    assert isinstance(query.bind((items,))[0], str)
    async with flavour.database(database) as db:
        assert await flavour.fetch_all(db, query, (items,), lambda row: row[0]) == read


async def test_a_time_without_a_zone_is_in_the_sessions(flavour: Any, statement: Any, database: str) -> None:
    query = statement(unnest("timestamptz"), items_of("timestamptz"))
    items = [Item(value=datetime(2024, 1, 1)), Item(value=datetime(2024, 1, 1, tzinfo=UTC))]
    async with flavour.database(database + " options='-c TimeZone=Asia/Tokyo'") as db:
        rows = await flavour.fetch_all(db, query, (items,), lambda row: row[0].astimezone(UTC))
    assert rows == [datetime(2023, 12, 31, 15, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)]


async def test_a_list_is_one_prepared_statement_in_either_format(flavour: Any, statement: Any, database: str) -> None:
    query = statement(unnest("text"), items_of("text"))
    names = statement("SELECT parameter_types::text FROM pg_prepared_statements WHERE statement LIKE 'SELECT v %'")
    async with flavour.database(database, max_size=1) as db:
        for values in (["a"], [], [None], [Mood.HAPPY], ["b", None]):
            items = [Item(value=value) for value in values]
            assert await flavour.fetch_all(db, query, (items,), lambda row: row[0]) == values
        assert await flavour.fetch_all(db, names, (), lambda row: row[0]) == ["{text[]}"]


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1"])
async def test_connections_of_others_get_the_same(flavour: Any, statement: Any, database: str, encoding: str) -> None:
    texts, keys = statement(unnest("text"), items_of("text")), statement(unnest("uuid"), items_of("uuid"))
    documents = statement(unnest("jsonb"), items_of("jsonb"))
    names = statement("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT v %text%'")
    async with flavour.connect(database, client_encoding=encoding) as connection:
        for _ in range(4):
            for values in (["é", None, ""], [], [Mood.HAPPY]):
                items = [Item(value=value) for value in values]
                assert await flavour.fetch_all(connection, texts, (items,), lambda row: row[0]) == values
        key = [Item(value=UUID(int=2**127 + 0xE9))]
        assert await flavour.fetch_all(connection, keys, (key,), lambda row: row[0]) == [key[0].value]
        document = [Item(value={"é": "é"})]
        read = await flavour.fetch_all(connection, documents, (document,), lambda row: row[0])
        assert read == ['{"é": "é"}'.encode()]
        assert await flavour.fetch_one(connection, names, (), lambda row: row[0]) == 1


async def test_a_list_goes_through_pgbouncers_mode_and_cursors(flavour: Any, statement: Any, database: str) -> None:
    query = statement(unnest("int4"), items_of("int4"))
    items = [Item(value=n) for n in range(3)]
    async with flavour.database(database, pgbouncer=True) as db:
        assert await flavour.fetch_all(db, query, (items,), lambda row: row[0]) == [0, 1, 2]
        async with flavour.cursor(db, query, (items,), lambda row: row[0]) as rows:
            assert [n async for n in rows] == [0, 1, 2]
        assert await flavour.fetch_many(db, query, [(items,), ([],)], lambda row: row[0]) == [0, 1, 2]


async def test_reads_that_share_a_connection_send_lists_too(statement: Any, database: str) -> None:
    query = statement(unnest("int4"), items_of("int4"), read_only=True)
    async with AsyncDatabase(database, max_size=1) as db:
        calls = [aio.fetch_all(db, query, ([Item(value=n)],), lambda row: row[0]) for n in range(20)]
        assert await asyncio.gather(*calls) == [[n] for n in range(20)]


async def test_a_column_that_changes_its_type_still_gets_the_right_values(
    flavour: Any, statement: Any, schema: Any
) -> None:
    conninfo = schema("CREATE TABLE t (n int4)")
    insert = statement("INSERT INTO t SELECT * FROM unnest(:items.value::int4[])", items_of("int4"))
    read, alter = statement("SELECT n::text FROM t"), statement("ALTER TABLE t ALTER n TYPE float8")
    async with flavour.database(conninfo, max_size=1) as db:
        await flavour.execute(db, insert, ([Item(value=1)],))
        await flavour.execute(db, alter, ())
        await flavour.execute(db, insert, ([Item(value=2)],))
        assert await flavour.fetch_all(db, read, (), lambda row: row[0]) == ["1", "2"]


@pytest.mark.parametrize(
    ("element", "value", "message"),
    [
        ("text", "\x00", "[1].value contains a NUL character, which PostgreSQL's text cannot hold"),
        ("text", 7, "[1].value is not a value for text: int"),
        ("int2", 2**15, "[1].value is out of range for smallint (-32768 to 32767)"),
        ("int8", 1.0, "[1].value is not a value for int8: float"),
        ("jsonb", "\x00", "[1].value contains a NUL character, which jsonb cannot hold"),
    ],
)
@pytest.mark.parametrize("declared", [True, False])
def test_what_is_refused_does_not_depend_on_the_format(
    statement: Any, element: str, value: Any, message: str, declared: bool
) -> None:
    query = statement(unnest(element), items_of(element, declared=declared))
    with pytest.raises(ParameterError) as caught:
        query.bind(([Item(), Item(value=value)],))
    assert str(caught.value).endswith("parameter items" + message)
    with pytest.raises(ParameterError, match=r"items\[0\]\.value is missing in this Empty"):
        query.bind(([Empty.model_construct()],))


def test_an_oid_that_is_not_the_types_is_refused() -> None:
    with pytest.raises(ValueError, match="does not have the oid"):
        ListParameter("items", Item, ("value", "int4[]", ARRAY_OIDS["text"]))


def test_one_iteration_is_enough(statement: Any, database: str) -> None:
    query = statement(unnest("int4"), items_of("int4"))
    with psycopg.connect(database) as connection:
        items = iter([Item(value=1), Item(value=2)])
        assert sync.fetch_all(connection, query, (items,), lambda row: row[0]) == [1, 2]
