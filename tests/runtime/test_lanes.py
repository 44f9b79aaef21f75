"""Concurrent async calls on shared connections: who shares, and that nobody is hurt by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from sqlwright.runtime import AsyncDatabase, Parameter, PoolSettings
from sqlwright.runtime.aio import fetch_all, fetch_one, lanes
from sqlwright.runtime.statement import Statement

N = Parameter("n", "int8", int)
PID = "SELECT pg_backend_pid()"


def first(row: Any) -> Any:
    return row[0]


@pytest.fixture
def read(statement: Callable[..., Statement]) -> Callable[..., Statement]:
    """A statement that was proved to change nothing."""

    def make(sql: str, *parameters: Any, **options: Any) -> Statement:
        return statement(sql, *parameters, read_only=True, **options)

    return make


async def pids(db: Any, query: Statement, calls: int = 20) -> set[int]:
    return set(await asyncio.gather(*(fetch_one(db, query, (), first) for _ in range(calls))))


# ----------------------------------------------------------------------------------------------------------- who shares


async def test_concurrent_reads_share_a_connection(read: Any, database: str) -> None:
    async with AsyncDatabase(database, min_size=4, max_size=4) as db:
        assert len(await pids(db, read(PID))) == 1


async def test_many_calls_open_more_lanes(read: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "DEPTH", 2)
    query = read("SELECT pg_backend_pid() FROM pg_sleep(0.005)")
    async with AsyncDatabase(database, min_size=4, max_size=4) as db:
        used = [await pids(db, query, 100) for _ in range(3)]
    assert 1 < len(set[int]().union(*used)) <= 4


async def test_statements_that_may_write_do_not_share(statement: Any, database: str) -> None:
    async with AsyncDatabase(database, min_size=4, max_size=4) as db:
        assert len(await pids(db, statement(f"{PID} FROM pg_sleep(0.2)"), 4)) > 1


@pytest.mark.parametrize("how", ["setting", "pgbouncer"])
async def test_sharing_can_be_turned_off(read: Any, database: str, how: str) -> None:
    settings = PoolSettings(database, min_size=4, max_size=4, pipeline=how != "setting")
    async with AsyncDatabase(settings, pgbouncer=how == "pgbouncer") as db:
        assert len(await pids(db, read(f"{PID} FROM pg_sleep(0.2)"), 4)) > 1


async def test_a_transaction_shares_with_nobody(read: Any, database: str) -> None:
    async with AsyncDatabase(database, min_size=2, max_size=2) as db, db.transaction() as tx:
        ours = await fetch_one(tx, read(PID), (), first)
        assert ours not in await pids(db, read(PID))


async def test_a_call_sees_what_was_committed_before_it(read: Any, statement: Any, schema: Any) -> None:
    insert, count = statement("INSERT INTO t VALUES (:n) RETURNING n", N), read("SELECT count(*) FROM t")
    async with AsyncDatabase(schema("CREATE TABLE t (n int8)"), max_size=4) as db:

        async def write_and_read(n: int) -> bool:
            before = await fetch_one(db, count, (), first)
            await fetch_one(db, insert, (n,), first)
            return bool(await fetch_one(db, count, (), first) > before)

        assert all(await asyncio.gather(*(write_and_read(n) for n in range(50))))


# ------------------------------------------------------------------------------------------------------------- answers


async def test_everybody_gets_their_own_answer(read: Any, database: str) -> None:
    query, other = read("SELECT :n::int8", N), read("SELECT -:n::int8", N)
    async with AsyncDatabase(database, max_size=4) as db:
        answers = await asyncio.gather(*(fetch_one(db, query if n % 2 else other, (n,), first) for n in range(500)))
    assert answers == [n if n % 2 else -n for n in range(500)]


async def test_answers_larger_than_the_buffers_get_through(read: Any, database: str) -> None:
    query = read("SELECT repeat(:text, 1000)", Parameter("text", "text", str))
    texts = [str(n).rjust(1000, ".") for n in range(60)]
    async with AsyncDatabase(database, max_size=1) as db:
        answers = await asyncio.gather(*(fetch_one(db, query, (text,), first) for text in texts))
    assert answers == [text * 1000 for text in texts]


async def test_questions_larger_than_the_buffers_get_through(read: Any, database: str) -> None:
    query = read("SELECT length(:text)", Parameter("text", "text", str))
    async with AsyncDatabase(database, max_size=1) as db:
        answers = await asyncio.gather(*(fetch_one(db, query, ("x" * 1_000_000,), first) for _ in range(40)))
    assert answers == [1_000_000] * 40


async def test_types_of_the_database_are_read(read: Any, schema: Any) -> None:
    conninfo = schema("CREATE TYPE mood AS ENUM ('happy')")
    query = read("SELECT 'happy'::mood", types=("public.mood",))
    async with AsyncDatabase(conninfo, max_size=2) as db:
        assert await asyncio.gather(*(fetch_one(db, query, (), first) for _ in range(10))) == ["happy"] * 10


# --------------------------------------------------------------------------------------------------------------- errors


async def test_an_error_reaches_its_own_call_only(read: Any, database: str) -> None:
    query = read("SELECT 1 / :n::int8", N)
    async with AsyncDatabase(database, max_size=2) as db:
        answers = await asyncio.gather(
            *(fetch_one(db, query, (n % 3,), first) for n in range(30)), return_exceptions=True
        )
    for n, answer in enumerate(answers):
        if n % 3:
            assert answer == 1 // (n % 3)
        else:
            assert isinstance(answer, psycopg.errors.DivisionByZero)
            assert getattr(answer, "query", None) == "the_query"


async def test_a_statement_that_cannot_be_prepared_fails_alone(read: Any, database: str) -> None:
    good, bad = read("SELECT 1"), read("SELECT * FROM missing")
    async with AsyncDatabase(database, max_size=2) as db:
        answers = await asyncio.gather(
            *(fetch_one(db, query, (), first) for query in [good, bad, bad, good] * 5), return_exceptions=True
        )
    assert [type(answer) for answer in answers] == [
        int,
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedTable,
        int,
    ] * 5


async def test_a_statement_time_out_ends_its_own_call_only(read: Any, database: str) -> None:
    query = read("SELECT 1 FROM pg_sleep(:n)", N)
    async with AsyncDatabase(PoolSettings(database, max_size=2, statement_timeout=1.5)) as db:
        answers = await asyncio.gather(
            *(fetch_one(db, query, (30 if n == 3 else 0,), first) for n in range(10)), return_exceptions=True
        )
    assert isinstance(answers.pop(3), psycopg.errors.QueryCanceled)
    assert answers == [1] * 9


async def test_a_lost_connection_is_made_up_for(read: Any, database: str) -> None:
    kill, query = (
        read("SELECT pg_terminate_backend(pg_backend_pid()) WHERE :n::int8 = 5", N),
        read("SELECT :n::int8", N),
    )
    async with AsyncDatabase(database, max_size=2) as db:
        await fetch_all(db, query, (0,), first)
        answers = await asyncio.gather(
            fetch_all(db, kill, (5,), first),
            *(fetch_one(db, query, (n,), first) for n in range(20)),
            return_exceptions=True,
        )
        # Sent again, the first one kills its connection again, and that is where it ends.
        assert isinstance(answers[0], psycopg.OperationalError)
        assert answers[1:] == list(range(20))


async def test_a_connection_lost_in_the_middle_is_replaced(read: Any, statement: Any, database: str) -> None:
    slow = read("SELECT :n::int8 FROM pg_sleep(0.7)", N)
    kill = statement(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE query LIKE '%FROM pg_sleep(0.7)%' AND state = 'active' AND pid <> pg_backend_pid()"
    )
    async with AsyncDatabase(database, min_size=3, max_size=3) as db:
        calls = [asyncio.create_task(fetch_one(db, slow, (n,), first)) for n in range(5)]
        async with asyncio.timeout(20):
            while not await fetch_one(db, kill, (), first):
                await asyncio.sleep(0.01)
        assert await asyncio.gather(*calls) == [0, 1, 2, 3, 4]


async def test_a_changed_table_is_read_again(read: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE t (n int4); INSERT INTO t VALUES (1)")
    query = read("SELECT * FROM t")
    async with AsyncDatabase(conninfo, max_size=2) as db:
        assert await asyncio.gather(*(fetch_one(db, query, (), tuple) for _ in range(5))) == [(1,)] * 5
        schema("ALTER TABLE t ALTER n TYPE int8, ADD m text DEFAULT 'new'")
        assert await asyncio.gather(*(fetch_one(db, query, (), tuple) for _ in range(5))) == [(1, "new")] * 5


# --------------------------------------------------------------------------------------------------------- cancellation


async def test_cancelling_one_task_leaves_the_others_whole(read: Any, database: str) -> None:
    query = read("SELECT :n::int8 FROM pg_sleep(0.01)", N)
    async with AsyncDatabase(database, max_size=2) as db:
        tasks = [asyncio.create_task(fetch_one(db, query, (n,), first)) for n in range(20)]
        await asyncio.sleep(0.02)
        for task in tasks[5:10]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    done = [answer for answer in answers if not isinstance(answer, asyncio.CancelledError)]
    assert set(done) >= {0, 1, 2, 3, 4, *range(10, 20)} and all(isinstance(answer, int) for answer in done)


async def test_the_server_stops_what_nobody_waits_for(read: Any, statement: Any, database: str) -> None:
    running = statement(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%FROM pg_sleep(60)%' AND state = 'active'"
        " AND pid <> pg_backend_pid()"
    )
    async with AsyncDatabase(database, min_size=2, max_size=2) as db:
        task = asyncio.create_task(fetch_one(db, read("SELECT 1 FROM pg_sleep(60)"), (), first))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(20):  # it needs a moment to notice
            while await fetch_one(db, running, (), first):
                await asyncio.sleep(0.01)
        assert await fetch_one(db, read("SELECT 2"), (), first) == 2


async def test_a_connection_whose_callers_are_all_gone_comes_back(read: Any, database: str) -> None:
    async with AsyncDatabase(database, max_size=1, timeout=10) as db:
        for _ in range(5):
            tasks = [asyncio.create_task(fetch_one(db, read("SELECT 1"), (), first)) for _ in range(10)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        async with db.transaction() as tx:
            assert await fetch_one(tx, read("SELECT 3"), (), first) == 3


# ------------------------------------------------------------------------------------------------------------ fairness


async def test_a_slow_call_does_not_hold_up_those_behind_it(read: Any, database: str) -> None:
    slow, query = read("SELECT 1 FROM pg_sleep(5)"), read("SELECT :n::int8", N)
    async with AsyncDatabase(database, max_size=3) as db:
        first_call = asyncio.create_task(fetch_one(db, slow, (), first))
        await asyncio.sleep(0)
        assert await asyncio.gather(*(fetch_one(db, query, (n,), first) for n in range(20))) == list(range(20))
        assert not first_call.done()
        first_call.cancel()


async def test_a_slow_statement_gets_a_connection_to_itself_from_then_on(read: Any, database: str) -> None:
    slow = read("SELECT pg_backend_pid() FROM pg_sleep(0.2)")
    async with AsyncDatabase(database, min_size=3, max_size=3) as db:
        await fetch_one(db, slow, (), first)
        assert len(await pids(db, slow, 3)) == 3


async def test_a_transaction_gets_its_turn_among_endless_reads(read: Any, database: str) -> None:
    query = read("SELECT :n::int8", N)
    ended = False
    async with AsyncDatabase(database, max_size=1, timeout=10) as db:

        async def reads() -> None:
            n = 0
            while not ended:
                n += 1
                assert await fetch_one(db, query, (n,), first) == n

        readers = [asyncio.create_task(reads()) for _ in range(10)]
        for _ in range(5):
            async with db.transaction() as tx:
                assert await fetch_one(tx, query, (7,), first) == 7
        ended = True
        await asyncio.gather(*readers)


async def test_closing_waits_for_what_is_under_way(read: Any, database: str) -> None:
    query = read("SELECT :n::int8 FROM pg_sleep(0.02)", N)
    db = AsyncDatabase(database, max_size=2)
    await db.open()
    tasks = [asyncio.create_task(fetch_one(db, query, (n,), first)) for n in range(5)]
    await asyncio.sleep(0.01)
    await db.close()
    assert await asyncio.gather(*tasks) == [0, 1, 2, 3, 4]


async def test_those_who_leave_a_slow_lane_get_its_connection_when_there_is_no_other(read: Any, database: str) -> None:
    slow, query = read("SELECT 1 FROM pg_sleep(0.3)"), read("SELECT :n::int8", N)
    async with AsyncDatabase(database, max_size=1, timeout=10) as db:
        answers = await asyncio.gather(
            fetch_one(db, slow, (), first), *(fetch_one(db, query, (n,), first) for n in range(20))
        )
    assert answers == [1, *range(20)]
