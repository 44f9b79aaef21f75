"""Server-side cursors and COPY: what does not fit into memory at once."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic import BaseModel

from sqlwright.runtime import CopyParameter, ExecutorError, Parameter, ParameterError, RowError, StaleStatement, aio

LAST = Parameter("last", "int8", int)
SERIES = "SELECT n, n::text FROM generate_series(1, :last::int8) AS n"
TABLE = "CREATE TABLE t (n int8 PRIMARY KEY, name text, data jsonb)"


def first(row: Any) -> Any:
    return row[0]


async def test_a_cursor_returns_typed_rows_over_many_batches(flavour: Any, statement: Any, database: str) -> None:
    query = statement(SERIES, LAST, columns=("n", "text"))
    async with flavour.database(database) as db:
        for last in (0, 1, 9, 10, 11, 25):
            async with flavour.cursor(db, query, (last,), first, batch_size=10) as rows:
                assert [row async for row in rows] == list(range(1, last + 1))


async def test_cursors_nest_in_one_transaction(flavour: Any, statement: Any, database: str) -> None:
    query = statement(SERIES, LAST)
    async with flavour.database(database, max_size=1) as db, flavour.transaction(db) as tx:
        pairs = []
        async with flavour.cursor(tx, query, (3,), first, batch_size=1) as outer:
            async for n in outer:
                async with flavour.cursor(tx, query, (n,), first, batch_size=1) as inner:
                    pairs += [(n, m) async for m in inner]
    assert pairs == [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3)]


async def test_leaving_a_cursor_early_closes_it(flavour: Any, statement: Any, database: str) -> None:
    query, left = statement(SERIES, LAST), statement("SELECT count(*) FROM pg_cursors WHERE name LIKE 'sqlwright%'")
    async with flavour.database(database, max_size=1) as db:
        async with flavour.transaction(db) as tx:
            async with flavour.cursor(tx, query, (1000,), first, batch_size=10) as rows:
                async for _ in rows:
                    break
            with pytest.raises(ZeroDivisionError):
                async with flavour.cursor(tx, query, (1000,), first, batch_size=10) as rows:
                    raise ZeroDivisionError
            assert await flavour.fetch_one(tx, left, (), first) == 0
        with pytest.raises(ZeroDivisionError):
            async with flavour.cursor(db, query, (1000,), first, batch_size=10) as rows:
                async for _ in rows:
                    raise ZeroDivisionError
        assert await flavour.fetch_one(db, left, (), first) == 0


async def test_rows_cannot_be_read_after_their_block(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(database) as db:
        async with flavour.cursor(db, statement(SERIES, LAST), (5,), first, batch_size=2) as rows:
            assert await anext(rows) == 1
        with pytest.raises(psycopg.InterfaceError, match="can only be read inside its `with` block"):
            await anext(rows)


async def test_an_error_while_reading_names_the_query(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1 / (3 - n) FROM generate_series(1, 5) AS n", name="divide")
    async with flavour.database(database) as db:
        with pytest.raises(psycopg.errors.DivisionByZero) as caught:
            async with flavour.cursor(db, query, (), first, batch_size=2) as rows:
                async for _ in rows:
                    pass
        assert caught.value.__notes__ == ["in divide (queries/things.sql:12)"]
        with pytest.raises(RowError, match="column day"):
            async with flavour.cursor(db, statement("SELECT 'infinity'::date AS day"), (), first) as rows:
                await anext(rows)


async def test_a_cursor_holds_one_batch_in_memory(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT repeat('x', 1000) FROM generate_series(1, :last::int8)", LAST)

    async def peak(db: Any, last: int) -> int:
        tracemalloc.start()
        async with flavour.cursor(db, query, (last,), first, batch_size=50) as rows:
            async for _ in rows:
                pass
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    async with flavour.database(database) as db:
        await peak(db, 100)
        assert await peak(db, 3000) < await peak(db, 300) + 200_000


# ----------------------------------------------------------------------------------------------------------------- COPY


class Row(BaseModel):
    n: int
    name: str | None = None
    data: dict[str, Any] | None = None


COLUMNS = (("n", "int8"), ("name", "text"), ("data", "jsonb"))
COPY = "COPY t (n, name, data) FROM STDIN"
FORMATS = [COPY, COPY + " WITH (FORMAT binary)", COPY + " BINARY"]


@pytest.mark.parametrize("sql", FORMATS)
async def test_copy_streams_models(flavour: Any, statement: Any, schema: Any, sql: str) -> None:
    rows = [Row(n=1, name="tab\t\\ \n\\.", data={"a": "\t\\"}), Row(n=2), Row(n=-(2**63), name="")]
    copy = statement(sql, CopyParameter("rows", Row, *COLUMNS))
    async with flavour.database(schema(TABLE)) as db:
        assert await flavour.copy_in(db, copy, iter(rows)) == 3
        stored = await flavour.fetch_all(
            db, statement("SELECT n, name, data ->> 'a' FROM t ORDER BY n = 2, n DESC"), (), tuple
        )
        assert stored == [(row.n, row.name, (row.data or {}).get("a")) for row in (rows[0], rows[2], rows[1])]
        assert await flavour.copy_in(db, copy, []) == 0


class Wide(BaseModel):
    i2: int
    i4: int
    f: float
    price: Decimal
    day: date
    key: UUID
    flag: bool
    raw: bytes
    tags: list[str]
    mood: str
    docs: list[dict[str, int]]


WIDE = (
    ("i2", "smallint"),
    ("i4", "integer"),
    ("f", "double precision"),
    ("price", "numeric(10,2)"),
    ("day", "date"),
    ("key", "uuid"),
    ("flag", "boolean"),
    ("raw", "bytea"),
    ("tags", "character varying(20)[]"),
    ("mood", "public.mood"),
    ("docs", "jsonb[]"),
)


@pytest.mark.parametrize("ending", ["", " (FORMAT binary)"])
async def test_copy_writes_every_kind_of_column(flavour: Any, statement: Any, schema: Any, ending: str) -> None:
    columns = ", ".join(f"{name} {pg_type}" for name, pg_type in WIDE)
    conninfo = schema(f"CREATE TYPE mood AS ENUM ('happy'); CREATE TABLE wide ({columns})")
    copy = statement("COPY wide FROM STDIN" + ending, CopyParameter("rows", Wide, *WIDE))
    row = Wide(
        i2=1, i4=2, f=3, price=Decimal("4.50"), day=date(2024, 1, 1), key=UUID(int=5), flag=True,
        raw=b"\x00\\", tags=["a", '"', ""], mood="happy", docs=[{"a": 1}],
    )  # fmt: skip
    async with flavour.database(conninfo) as db:
        await flavour.copy_in(db, copy, [row])
        stored = await flavour.fetch_one(db, statement("SELECT * FROM wide", types=("public.mood",)), (), tuple)
    assert stored == (*row.model_dump(exclude={"docs"}).values(), [b'{"a": 1}'])


async def test_a_copy_whose_rows_raise_half_way_leaves_nothing(flavour: Any, statement: Any, schema: Any) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))
    cause = KeyError("the cause")

    def rows() -> Iterator[Row]:
        yield from (Row(n=n) for n in range(1000))
        raise ValueError("a secret") from cause

    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(ValueError, match="a secret") as caught:
            await flavour.copy_in(db, copy, rows())
        assert caught.value.__cause__ is cause
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM t"), (), first) == 0


async def test_a_copy_checks_each_row(flavour: Any, statement: Any, schema: Any) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS), name="copy_rows")
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(ParameterError, match=r"parameter rows\[1\] must be Row, got dict"):
            await flavour.copy_in(db, copy, [Row(n=1), {"n": 2}])
        with pytest.raises(ParameterError, match=r"parameter rows\[0\]\.n is out of range for bigint"):
            await flavour.copy_in(db, copy, [Row(n=2**63)])
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM t"), (), first) == 0


@pytest.mark.parametrize("sql", FORMATS)
async def test_a_copy_says_which_row_is_the_first_that_is_wrong(
    flavour: Any, statement: Any, schema: Any, sql: str
) -> None:
    copy = statement(sql, CopyParameter("rows", Row, *COLUMNS))
    rows: list[Any] = [Row(n=n) for n in range(5000)]
    rows[4321], rows[4322], rows[4999] = Row(n=1, name="\0"), Row(n=2**63), None
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(ParameterError, match=r"parameter rows\[4321\]\.name contains a NUL character"):
            await flavour.copy_in(db, copy, rows)
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM t"), (), first) == 0


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1"])
async def test_a_copy_writes_every_character(flavour: Any, statement: Any, schema: Any, encoding: str) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))
    read = statement("SELECT name FROM t ORDER BY n")
    names = [chr(n) * length for n in range(1, 256) for length in (1, 3)] + ["\\N", "\\.", "", None, "a\tb\r\n\\"]
    rows = [Row(n=n, name=name) for n, name in enumerate(names)]
    async with flavour.connect(schema(TABLE), client_encoding=encoding) as connection:
        assert await flavour.copy_in(connection, copy, iter(rows)) == len(names)
        assert await flavour.fetch_all(connection, read, (), first) == names


async def test_a_copy_holds_few_rows_of_any_size_in_memory(statement: Any, schema: Any) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))

    def rows(last: int) -> Iterator[Row]:
        for n in range(last):
            yield Row(n=n, name="x" * (1 if n % 100 else 20_000))

    async def peak(db: aio.AsyncDatabase, last: int) -> int:
        tracemalloc.start()
        try:
            assert await aio.copy_in(db, copy, rows(last)) == last
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            await aio.execute(db, statement("DELETE FROM t"), ())

    async with aio.AsyncDatabase(schema(TABLE)) as db:
        await peak(db, 100)
        assert await peak(db, 10_000) < await peak(db, 1000) + 500_000


async def test_a_copy_of_as_many_rows_as_are_taken_at_once_ends(flavour: Any, statement: Any, schema: Any) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))
    async with flavour.database(schema(TABLE)) as db:
        for count in (16, 128, 144, 400):
            assert await flavour.copy_in(db, copy, [Row(n=n) for n in range(count)]) == count
            await flavour.execute(db, statement("DELETE FROM t"), ())


async def test_a_copy_inside_a_transaction_belongs_to_it(flavour: Any, statement: Any, schema: Any) -> None:
    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))
    async with flavour.database(schema(TABLE)) as db:
        async with flavour.transaction(db) as tx:
            await flavour.copy_in(tx, copy, [Row(n=1)])
            raise psycopg.Rollback
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM t"), (), first) == 0  # type: ignore[unreachable]


async def test_async_copy_takes_an_async_iterable(statement: Any, schema: Any) -> None:
    async def rows() -> AsyncIterator[Row]:
        for n in range(5):
            yield Row(n=n)

    async with aio.AsyncDatabase(schema(TABLE)) as db:
        assert await aio.copy_in(db, statement(COPY, CopyParameter("rows", Row, *COLUMNS)), rows()) == 5


async def test_a_copy_that_would_wait_for_itself_is_an_error(statement: Any, schema: Any) -> None:
    async def rows(tx: aio.AsyncTransaction) -> AsyncIterator[Row]:
        yield Row(n=await aio.fetch_one(tx, statement("SELECT 1"), (), first))

    copy = statement(COPY, CopyParameter("rows", Row, *COLUMNS))
    async with aio.AsyncDatabase(schema(TABLE), max_size=1) as db:
        with pytest.raises(ExecutorError, match="copy_in is reading its rows"):
            async with db.transaction() as tx:
                await aio.copy_in(tx, copy, rows(tx))


def test_a_copy_in_a_format_that_is_not_written_is_refused(statement: Any) -> None:
    with pytest.raises(StaleStatement, match="without CSV"):
        statement("COPY t FROM STDIN WITH (FORMAT csv)", CopyParameter("rows", Row, *COLUMNS))
    statement("COPY t FROM STDIN WHERE name IS NOT NULL", CopyParameter("rows", Row, *COLUMNS))
