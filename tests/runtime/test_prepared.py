"""Statements that connections of our own have prepared, and results that are read without a cursor."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from sqlwright.runtime import AsyncDatabase, Parameter, RowError, aio, prepared

N = Parameter("n", "int8", int)
#: Names of what the session has prepared.
NAMES = "SELECT name FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared%' ORDER BY prepare_time"


def first(row: Any) -> Any:
    return row[0]


async def test_a_statement_is_prepared_once_on_each_connection(flavour: Any, statement: Any, database: str) -> None:
    query, names = statement("SELECT :n::int8", N), statement(NAMES)
    async with flavour.database(database, max_size=1) as db:
        for n in (1, 1 << 40, 3):
            assert await flavour.fetch_one(db, query, (n,), first) == n
        assert len(await flavour.fetch_all(db, names, (), first)) == 1


async def test_the_oldest_statement_makes_room(
    flavour: Any, statement: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "PREPARED_MAX", 3)
    queries = [statement(f"SELECT {n}") for n in range(5)]
    names = statement("SELECT count(*) FROM pg_prepared_statements")
    async with flavour.database(database, max_size=1) as db:
        for _ in range(2):
            assert [await flavour.fetch_one(db, query, (), first) for query in queries] == [0, 1, 2, 3, 4]
        assert await flavour.fetch_one(db, names, (), first) == 3


async def test_a_rollback_forgets_nothing(flavour: Any, statement: Any, database: str) -> None:
    query, names = statement("SELECT 1"), statement(NAMES)
    async with flavour.database(database, max_size=1) as db:
        await flavour.fetch_one(db, query, (), first)
        before = await flavour.fetch_all(db, names, (), first)
        with pytest.raises(ZeroDivisionError):
            async with flavour.transaction(db):
                raise ZeroDivisionError
        assert await flavour.fetch_one(db, query, (), first) == 1
        assert await flavour.fetch_all(db, names, (), first) == before


async def test_a_borrower_who_discards_everything_disturbs_nobody(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1")
    async with flavour.database(database, max_size=1) as db:
        for _ in range(3):
            assert await flavour.fetch_one(db, query, (), first) == 1
            async with flavour.lend(db) as connection:
                await flavour.on(connection.execute, "SELECT 'theirs'", prepare=True)
                await flavour.on(connection.execute, "DISCARD ALL")
        async with flavour.transaction(db) as tx:
            assert await flavour.fetch_one(tx, query, (), first) == 1


async def test_a_query_may_discard_everything(flavour: Any, statement: Any, database: str) -> None:
    query, discard = statement("SELECT 1"), statement("DISCARD ALL")
    async with flavour.database(database, max_size=1) as db:
        for _ in range(2):
            assert await flavour.fetch_one(db, query, (), first) == 1
            await flavour.execute(db, discard, ())


async def test_times_follow_the_sessions_zone(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT timestamptz '2020-01-01 00:00+00'")
    zone = statement("SELECT set_config('TimeZone', 'Asia/Tokyo', true)")
    async with flavour.database(database, max_size=1) as db:
        before = await flavour.fetch_one(db, query, (), first)
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, zone, ())
            assert str((await flavour.fetch_one(tx, query, (), first)).tzinfo) == "Asia/Tokyo"
        after = await flavour.fetch_one(db, query, (), first)
    assert (before, str(before.tzinfo)) == (after, str(after.tzinfo))


async def test_a_session_may_speak_another_encoding(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :text::text", Parameter("text", "text", str))
    encoding = statement("SELECT set_config('client_encoding', 'LATIN1', true)")
    async with flavour.database(database, max_size=1) as db:
        assert await flavour.fetch_one(db, query, ("é",), first) == "é"
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, encoding, ())
            assert await flavour.fetch_one(tx, query, ("é",), first) == "é"
        assert await flavour.fetch_one(db, query, ("é",), first) == "é"


async def test_a_transactions_connection_may_be_in_pipeline_mode(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :n::int8", N)
    async with flavour.database(database, max_size=1) as db, flavour.transaction(db) as tx:
        async with flavour.pipeline(tx.connection):
            assert await flavour.fetch_one(tx, query, (1,), first) == 1
            assert await flavour.fetch_one(tx, query, (2,), first) == 2
        assert await flavour.fetch_one(tx, query, (3,), first) == 3


async def test_reading_goes_on_after_a_value_that_cannot_be_read(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :at::timestamptz", Parameter("at", "text", str))
    async with flavour.database(database, max_size=1) as db:
        for _ in range(2):
            assert (await flavour.fetch_one(db, query, ("2020-01-01 00:00+00",), first)).year == 2020
            with pytest.raises(RowError, match="column timestamptz"):
                await flavour.fetch_one(db, query, ("infinity",), first)


async def test_a_batch_that_fails_at_its_end_leaves_nothing(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE t (n int8 UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    insert, count = statement("INSERT INTO t VALUES (:n)", N), statement("SELECT count(*) FROM t")
    async with flavour.database(conninfo, max_size=1) as db:
        with pytest.raises(psycopg.errors.UniqueViolation):
            await flavour.execute_many(db, insert, [(1,), (2,), (1,)])
        assert await flavour.fetch_one(db, count, (), first) == 0
        assert await flavour.execute_many(db, insert, [(1,), (2,)]) == 2


async def test_a_batch_that_fails_in_a_transaction_fails_it(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE t (n int8 PRIMARY KEY)")
    insert, count = statement("INSERT INTO t VALUES (:n)", N), statement("SELECT count(*) FROM t")
    async with flavour.database(conninfo, max_size=1) as db:
        async with flavour.transaction(db) as tx:
            assert await flavour.execute_many(tx, insert, [(1,)]) == 1
            with pytest.raises(psycopg.errors.UniqueViolation):
                async with flavour.transaction(tx) as savepoint:
                    await flavour.execute_many(savepoint, insert, [(2,), (1,), (3,)])
        assert await flavour.fetch_one(db, count, (), first) == 1


async def test_a_batch_larger_than_the_buffers_gets_through(flavour: Any, statement: Any, database: str) -> None:
    # Neither side reads while it writes: without interleaving both would wait for ever.
    query = statement("SELECT :text::text", Parameter("text", "text", str))
    texts = [(str(n) * 2000,) for n in range(2000)]
    async with flavour.database(database, max_size=1) as db:
        rows = await asyncio.wait_for(flavour.fetch_many(db, query, texts, first), timeout=60)
    assert rows == [text for (text,) in texts]


async def test_an_empty_batch_is_no_batch(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :n::int8", N)
    async with flavour.database(database, max_size=1) as db:
        assert await flavour.fetch_many(db, query, [], first) == []
        assert await flavour.execute_many(db, query, []) == 0


async def test_a_batch_that_is_cancelled_leaves_nothing(statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE t (n int8)")
    slow = statement("INSERT INTO t SELECT :n::int8 FROM pg_sleep(0.2)", N)
    count = statement("SELECT count(*) FROM t")
    async with AsyncDatabase(conninfo, max_size=1) as db:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(aio.execute_many(db, slow, [(n,) for n in range(50)]), timeout=0.5)
        assert await aio.fetch_one(db, count, (), first) == 0


async def test_a_batch_whose_connection_is_lost_says_so(flavour: Any, statement: Any, database: str) -> None:
    kill = statement("SELECT pg_terminate_backend(pg_backend_pid()) WHERE :n::int8 = 3", N)
    query = statement("SELECT 1")
    async with flavour.database(database, max_size=1) as db:
        with pytest.raises(psycopg.OperationalError):
            await flavour.fetch_many(db, kill, [(n,) for n in range(10)], first)
        assert await flavour.fetch_one(db, query, (), first) == 1
