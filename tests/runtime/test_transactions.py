"""Transactions, savepoints, retries, cancellation."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from sqlwright.runtime import Parameter, TransactionAborted, TransactionOver, aio, sync

TABLE = "CREATE TABLE t (n int8 PRIMARY KEY)"
N = Parameter("n", "int8", int)
INSERT = "INSERT INTO t VALUES (:n)"
NUMBERS = "SELECT n FROM t ORDER BY n"


def first(row: Any) -> Any:
    return row[0]


async def test_a_block_that_ends_commits_and_one_that_raises_rolls_back(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE)) as db:
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, insert, (1,))
            assert await flavour.fetch_all(db, numbers, (), first) == []
        with pytest.raises(ZeroDivisionError):
            async with flavour.transaction(db) as tx:
                await flavour.execute(tx, insert, (2,))
                raise ZeroDivisionError
        assert await flavour.fetch_all(db, numbers, (), first) == [1]


async def test_savepoints_nest(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE)) as db:
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, insert, (1,))
            with pytest.raises(psycopg.errors.UniqueViolation):
                async with flavour.transaction(tx) as inner:
                    await flavour.execute(inner, insert, (2,))
                    async with flavour.transaction(inner) as innermost:
                        await flavour.execute(innermost, insert, (3,))
                    await flavour.execute(inner, insert, (1,))
            async with flavour.transaction(tx) as inner:
                await flavour.execute(inner, insert, (4,))
        assert await flavour.fetch_all(db, numbers, (), first) == [1, 4]


async def test_psycopgs_rollback_leaves_a_block_quietly(flavour: Any, statement: Any, schema: Any) -> None:
    async with flavour.database(schema(TABLE)) as db:
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, statement(INSERT, N), (1,))
            raise psycopg.Rollback
        assert await flavour.fetch_all(db, statement(NUMBERS), (), first) == []  # type: ignore[unreachable]


async def test_a_caught_error_cannot_turn_a_commit_into_a_silent_rollback(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert = statement(INSERT, N)
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(TransactionAborted, match="nothing was committed"):
            async with flavour.transaction(db) as tx:
                await flavour.execute(tx, insert, (1,))
                with pytest.raises(psycopg.errors.UniqueViolation):
                    await flavour.execute(tx, insert, (1,))
        assert await flavour.fetch_all(db, statement(NUMBERS), (), first) == []


async def test_characteristics_hold_for_one_transaction(flavour: Any, statement: Any, database: str) -> None:
    query = statement(
        "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),"
        " current_setting('transaction_deferrable')"
    )
    async with flavour.database(database, max_size=1) as db:
        async with flavour.transaction(db, isolation="serializable", read_only=True, deferrable=True) as tx:
            assert await flavour.fetch_one(tx, query, (), tuple) == ("serializable", "on", "on")
        async with flavour.transaction(db) as tx:
            assert await flavour.fetch_one(tx, query, (), tuple) == ("read committed", "off", "off")
        async with flavour.transaction(db, isolation=psycopg.IsolationLevel.REPEATABLE_READ) as tx:
            assert await flavour.fetch_one(tx, query, (), tuple) == ("repeatable read", "off", "off")
        with pytest.raises(ValueError, match="isolation is one of"):
            async with flavour.transaction(db, isolation="chaos"):
                raise AssertionError("the block must not run")
        assert await flavour.fetch_one(db, query, (), tuple) == ("read committed", "off", "off")


async def test_a_transaction_that_is_over_says_so(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1")
    async with flavour.database(database) as db:
        async with flavour.transaction(db) as tx:
            async with flavour.transaction(tx) as inner:
                pass
            with pytest.raises(TransactionOver):
                await flavour.fetch_all(inner, query, (), first)
        with pytest.raises(TransactionOver, match="its `with` block has ended"):
            await flavour.fetch_all(tx, query, (), first)
        with pytest.raises(TransactionOver):
            async with flavour.transaction(tx):
                raise AssertionError("the block must not run")


async def test_run_repeats_what_could_not_be_serialized(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE c (n int8); INSERT INTO c VALUES (0)")
    read, write = statement("SELECT n FROM c"), statement("UPDATE c SET n = :n", N)
    attempts = 0

    async def interfering(tx: Any) -> int:
        nonlocal attempts
        attempts += 1
        n = await _one(tx, read)
        if attempts < 3:
            with psycopg.connect(conninfo) as other:
                other.execute("UPDATE c SET n = n + 1")
        await _run(tx, write, (n + 10,))
        return attempts

    async with flavour.database(conninfo) as db:
        assert await flavour.run(db, interfering, isolation="repeatable read") == 3
        assert await flavour.fetch_one(db, read, (), first) == 12


async def test_run_gives_up_after_its_retries(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE c (n int8); INSERT INTO c VALUES (0)")
    attempts = 0

    async def hopeless(tx: Any) -> None:
        nonlocal attempts
        attempts += 1
        await _one(tx, statement("SELECT n FROM c"))
        with psycopg.connect(conninfo) as other:
            other.execute("UPDATE c SET n = n + 1")
        await _run(tx, statement("UPDATE c SET n = 0"), ())

    async with flavour.database(conninfo) as db:
        with pytest.raises(psycopg.errors.SerializationFailure):
            await flavour.run(db, hopeless, retries=2, isolation="serializable")
    assert attempts == 3


@pytest.mark.parametrize("error", [ZeroDivisionError, psycopg.errors.UniqueViolation, psycopg.OperationalError])
async def test_run_repeats_nothing_else(flavour: Any, database: str, error: type[Exception]) -> None:
    attempts = 0

    async def failing(tx: Any) -> None:
        nonlocal attempts
        attempts += 1
        raise error

    async with flavour.database(database) as db:
        with pytest.raises(error):
            await flavour.run(db, failing)
    assert attempts == 1


async def test_deadlocks_are_broken_and_both_get_through(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE c (id int8, n int8); INSERT INTO c VALUES (1, 0), (2, 0)")
    add = statement("UPDATE c SET n = n + 1 WHERE id = :n", N)

    async def both(tx: Any, order: tuple[int, int]) -> None:
        await _run(tx, add, (order[0],))
        await asyncio.sleep(0.05)
        await _run(tx, add, (order[1],))

    async with flavour.database(f"{conninfo} options='-c deadlock_timeout=10'") as db:
        await asyncio.gather(
            *(flavour.run(db, lambda tx, order=order: both(tx, order), retries=10) for order in ((1, 2), (2, 1)))
        )
        assert await flavour.fetch_all(db, statement("SELECT n FROM c"), (), first) == [2, 2]


async def _one(tx: Any, query: Any) -> Any:
    if isinstance(tx, sync.Transaction):
        return sync.fetch_one(tx, query, (), first)
    return await aio.fetch_one(tx, query, (), first)


async def _run(tx: Any, query: Any, arguments: Any) -> None:
    if isinstance(tx, sync.Transaction):
        sync.execute(tx, query, arguments)
    else:
        await aio.execute(tx, query, arguments)


async def test_a_cancelled_task_gives_its_connection_back_in_order(statement: Any, schema: Any) -> None:
    async with aio.AsyncDatabase(schema(TABLE), max_size=1) as db:
        slow = asyncio.create_task(aio.fetch_all(db, statement("SELECT pg_sleep(10)"), (), first))
        await asyncio.sleep(0.1)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await aio.fetch_one(db, statement("SELECT 7"), (), first) == 7


async def test_a_task_cancelled_in_a_transaction_rolls_it_back(statement: Any, schema: Any) -> None:
    async with aio.AsyncDatabase(schema(TABLE), max_size=1) as db:

        async def work() -> None:
            async with db.transaction() as tx:
                await aio.execute(tx, statement(INSERT, N), (1,))
                await aio.fetch_all(tx, statement("SELECT pg_sleep(10)"), (), first)

        task = asyncio.create_task(work())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await aio.fetch_all(db, statement(NUMBERS), (), first) == []
