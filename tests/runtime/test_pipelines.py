"""`pipeline()`: several calls in one round trip and one transaction."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from sqlwright.runtime import (
    AsyncDatabase,
    ConstraintError,
    CopyParameter,
    Database,
    DatabaseNotOpen,
    ExecutorError,
    ListParameter,
    NoRow,
    Parameter,
    ParameterError,
    PipelineOver,
    PoolSettings,
    ResultPending,
    TransactionAborted,
    TransactionOver,
    aio,
    prepared,
    sync,
)

TABLE = "CREATE TABLE t (n int8 CONSTRAINT t_pkey PRIMARY KEY)"
N = Parameter("n", "int8", int)
INSERT = "INSERT INTO t VALUES (:n) RETURNING n"
NUMBERS = "SELECT n FROM t ORDER BY n"


class NumberTaken(ConstraintError, psycopg.errors.UniqueViolation):
    schema, table, constraint = "public", "t", "t_pkey"


def first(row: Any) -> Any:
    return row[0]


# --------------------------------------------------------------------------------------------------------- what it does


async def test_every_kind_of_call_has_its_result_after_the_block(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers, do = statement(INSERT, N), statement(NUMBERS), flavour.functions
    async with flavour.database(schema(TABLE)) as db:
        async with flavour.together(db) as pipe:
            one = pipe.run(do.fetch_one, insert, (1,), first)
            none = pipe.run(do.fetch_optional, statement("SELECT n FROM t WHERE n = 7"), (), first)
            many = pipe.run(do.fetch_many, insert, ((n,) for n in (2, 3)), first)
            count = pipe.run(do.execute_many, insert, [(4,), (5,)])
            nobody = pipe.run(do.fetch_many, insert, [], first)
            rows = pipe.run(do.fetch_all, numbers, (), first)
            deleted = pipe.run(do.execute, statement("DELETE FROM t WHERE n > :n", N), (3,))
            called = pipe.run(do.call, statement("SELECT 1"), ())
        assert (one.result, none.result, many.result, count.result) == (1, None, [2, 3], 2)
        assert (nobody.result, rows.result, deleted.result, called.result) == ([], [1, 2, 3, 4, 5], 2, None)
        assert await flavour.fetch_all(db, numbers, (), first) == [1, 2, 3]


async def test_the_calls_are_one_transaction(flavour: Any, statement: Any, database: str) -> None:
    transaction = statement("SELECT pg_current_xact_id()::text")
    async with flavour.database(database) as db:
        async with flavour.together(db) as pipe:
            ids = [pipe.run(flavour.functions.fetch_one, transaction, (), first) for _ in range(3)]
        assert len({each.result for each in ids}) == 1
        assert await flavour.fetch_one(db, transaction, (), first) != ids[0].result


async def test_nothing_is_sent_and_no_connection_taken_before_the_block_ends(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE), max_size=1, timeout=5) as db:
        async with flavour.together(db) as pipe:
            pipe.run(flavour.functions.execute, insert, (1,))
            assert await flavour.fetch_all(db, numbers, (), first) == []
        assert await flavour.fetch_all(db, numbers, (), first) == [1]


async def test_a_block_that_raises_does_nothing(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE)) as db:
        with pytest.raises(ZeroDivisionError):
            async with flavour.together(db) as pipe:
                pending = pipe.run(flavour.functions.execute, insert, (1,))
                raise ZeroDivisionError
        assert await flavour.fetch_all(db, numbers, (), first) == []
        with pytest.raises(ResultPending, match="execute has no result: its pipeline failed"):
            _ = pending.result


async def test_an_empty_pipeline_does_nothing(flavour: Any, database: str) -> None:
    async with flavour.database(database) as db, flavour.together(db) as pipe:
        assert "of 0 calls" in repr(pipe)


async def test_it_takes_one_round_trip_once_statements_are_prepared(statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    with sync.Database(schema(TABLE), max_size=1) as db:
        for start in (0, 10):
            with db.pipeline() as pipe:
                for n in range(5):
                    pipe.run(sync.execute, insert, (start + n,))
                pipe.run(sync.fetch_all, numbers, (), first)
        with db.transaction() as tx:
            sent: list[int] = []
            with Trace(tx.connection.pgconn, sent), tx.pipeline() as pipe:
                pipe.run(sync.execute, insert, (20,))
                pending = pipe.run(sync.fetch_all, numbers, (), first)
        assert len(pending.result) == 11
        assert len(sent) == 1


class Trace:
    """Counts the sync points that are sent, each of which is a round trip."""

    def __init__(self, pgconn: Any, sent: list[int]) -> None:
        self._pgconn = pgconn
        self._sent = sent

    def __enter__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._pgconn.trace(self._file.fileno())

    def __exit__(self, *exc: object) -> None:
        self._pgconn.untrace()
        self._file.seek(0)
        lines = self._file.read().decode().splitlines()
        self._sent += [1 for line in lines if "\tF\t" in line and "\tSync" in line]
        self._file.close()


async def test_a_statement_may_be_there_several_times(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :n::int8, n FROM generate_series(1, :n) AS n", N)
    names = statement("SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared%'")
    async with flavour.database(database, max_size=1) as db:
        async with flavour.together(db) as pipe:
            pending = [pipe.run(flavour.functions.fetch_all, query, (n,), first) for n in range(5)]
        assert [each.result for each in pending] == [[n] * n for n in range(5)]
        assert await flavour.fetch_one(db, names, (), first) == 1


async def test_more_statements_than_are_kept_prepared_all_run(
    flavour: Any, statement: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "PREPARED_MAX", 3)
    queries = [statement(f"SELECT {n}") for n in range(8)]
    async with flavour.database(database, max_size=1) as db:
        for _ in range(2):
            async with flavour.together(db) as pipe:
                pending = [pipe.run(flavour.functions.fetch_one, query, (), first) for query in queries]
            assert [each.result for each in pending] == list(range(8))


class Item(BaseModel):
    name: str


async def test_lists_in_binary_format_are_part_of_it(flavour: Any, statement: Any, database: str) -> None:
    query = statement(
        "SELECT * FROM unnest(:items.name::text[])", ListParameter("items", Item, ("name", "text[]", 1009))
    )
    async with flavour.database(database) as db:
        async with flavour.together(db) as pipe:
            pending = pipe.run(flavour.functions.fetch_all, query, (iter([Item(name="a"), Item(name="b")]),), first)
        assert pending.result == ["a", "b"]


async def test_payloads_larger_than_the_buffers_get_through_both_ways(
    flavour: Any, statement: Any, database: str
) -> None:
    query = statement("SELECT :text::text", Parameter("text", "text", str))
    texts = [str(n) * 200_000 for n in range(60)]
    async with flavour.database(database, max_size=1) as db:
        async with asyncio.timeout(60), flavour.together(db) as pipe:
            pending = [pipe.run(flavour.functions.fetch_one, query, (text,), first) for text in texts]
        assert [each.result for each in pending] == texts


async def test_it_goes_through_pgbouncers_mode(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    names = statement("SELECT count(*) FROM pg_prepared_statements")
    async with flavour.database(schema(TABLE), max_size=1, pgbouncer=True) as db:
        async with flavour.together(db) as pipe:
            pipe.run(flavour.functions.execute, insert, (1,))
            pending = pipe.run(flavour.functions.fetch_all, numbers, (), first)
        assert pending.result == [1]
        assert await flavour.fetch_one(db, names, (), first) == 0


async def test_a_plan_that_went_stale_is_made_anew(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(TABLE)
    every, insert = statement("SELECT * FROM t", columns=("n",)), statement(INSERT, N)
    async with flavour.database(conninfo, max_size=1) as db:
        for column in ("a", "b"):
            async with flavour.together(db) as pipe:
                pipe.run(flavour.functions.execute, insert, (ord(column),))
                pending = pipe.run(flavour.functions.fetch_all, every, (), first)
            assert pending.result[-1] == ord(column)
            with psycopg.connect(conninfo, autocommit=True) as connection:
                connection.execute(f"ALTER TABLE t ADD {column} int8".encode())


# ------------------------------------------------------------------------------------------------------ in transactions


async def test_in_a_transaction_it_is_part_of_it(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE), max_size=1) as db:
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, insert, (1,))
            async with flavour.together(tx) as pipe:
                pipe.run(flavour.functions.execute, insert, (2,))
                pending = pipe.run(flavour.functions.fetch_all, numbers, (), first)
            assert pending.result == [1, 2]
            raise psycopg.Rollback
        assert await flavour.fetch_all(db, numbers, (), first) == []  # type: ignore[unreachable]


async def test_a_savepoint_undoes_one_that_failed(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N, errors=(NumberTaken,)), statement(NUMBERS)
    async with flavour.database(schema(TABLE), max_size=1) as db:
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, insert, (1,))
            with pytest.raises(NumberTaken):
                async with flavour.transaction(tx) as inner, flavour.together(inner) as pipe:
                    pipe.run(flavour.functions.execute, insert, (2,))
                    pipe.run(flavour.functions.execute, insert, (1,))
        assert await flavour.fetch_all(db, numbers, (), first) == [1]


async def test_a_failure_that_is_caught_in_a_transaction_still_fails_it(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert = statement(INSERT, N)
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(TransactionAborted):
            async with flavour.transaction(db) as tx:
                with pytest.raises(psycopg.errors.UniqueViolation):
                    async with flavour.together(tx) as pipe:
                        pipe.run(flavour.functions.execute_many, insert, [(1,), (1,)])


async def test_in_psycopgs_own_pipeline_the_calls_run_in_turn(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N, errors=(NumberTaken,)), statement(NUMBERS)
    async with flavour.database(schema(TABLE), max_size=1) as db, flavour.transaction(db) as tx:
        async with flavour.pipeline(tx.connection), flavour.together(tx) as pipe:
            one = pipe.run(flavour.functions.fetch_one, insert, (1,), first)
            two = pipe.run(flavour.functions.fetch_many, insert, [(2,), (3,)], first)
            rows = pipe.run(flavour.functions.fetch_all, numbers, (), first)
        assert (one.result, two.result, rows.result) == (1, [2, 3], [1, 2, 3])


# --------------------------------------------------------------------------------------------------------------- errors


async def test_the_first_error_is_raised_with_its_query_and_class_and_all_is_undone(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert, numbers = statement(INSERT, N, name="add_number", errors=(NumberTaken,)), statement(NUMBERS)
    fine, wrong = statement("SELECT 1", name="fine"), statement("SELECT 1 / :n::int8", N, name="wrong")
    async with flavour.database(schema(TABLE), max_size=1) as db:
        for _ in range(2):
            with pytest.raises(NumberTaken) as caught:
                async with flavour.together(db) as pipe:
                    before = pipe.run(flavour.functions.fetch_one, fine, (), first)
                    pipe.run(flavour.functions.fetch_one, insert, (1,), first)
                    pipe.run(flavour.functions.fetch_one, insert, (1,), first)
                    pipe.run(flavour.functions.fetch_one, wrong, (0,), first)
            assert (caught.value.query, caught.value.line) == ("add_number", 12)
            with pytest.raises(ResultPending, match="failed"):
                _ = before.result
            assert await flavour.fetch_all(db, numbers, (), first) == []


async def test_a_deferred_constraint_fails_at_the_end_and_undoes_all(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(TABLE + "; ALTER TABLE t DROP CONSTRAINT t_pkey, ADD CONSTRAINT t_pkey PRIMARY KEY (n) "
                      "DEFERRABLE INITIALLY DEFERRED")  # fmt: skip
    insert, numbers = statement(INSERT, N, errors=(NumberTaken,)), statement(NUMBERS)
    async with flavour.database(conninfo, max_size=1) as db:
        with pytest.raises(NumberTaken) as caught:
            async with flavour.together(db) as pipe:
                pipe.run(flavour.functions.execute, insert, (1,))
                pipe.run(flavour.functions.execute, insert, (1,))
        assert caught.value.__notes__ == ["at the end of the transaction"]
        assert await flavour.fetch_all(db, numbers, (), first) == []


async def test_a_statement_that_cannot_be_prepared_is_named(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    gone = statement("SELECT * FROM gone", name="read_gone")
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(psycopg.errors.UndefinedTable) as caught:
            async with flavour.together(db) as pipe:
                pipe.run(flavour.functions.execute, insert, (1,))
                pipe.run(flavour.functions.fetch_all, gone, (), first)
        assert getattr(caught.value, "query", None) == "read_gone"
        assert await flavour.fetch_all(db, numbers, (), first) == []


async def test_an_argument_is_refused_where_the_call_is_added(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    async with flavour.database(schema(TABLE), max_size=1) as db:
        async with flavour.together(db) as pipe:
            pipe.run(flavour.functions.execute, insert, (1,))
            with pytest.raises(ParameterError, match="parameter n must be int, got str"):
                pipe.run(flavour.functions.execute, insert, ("2",))
        assert await flavour.fetch_all(db, numbers, (), first) == [1]


async def test_a_row_that_is_missing_is_said_when_all_is_done(flavour: Any, statement: Any, schema: Any) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    one = statement("SELECT n FROM t WHERE n = 7", name="get_seven")
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(NoRow, match="get_seven"):
            async with flavour.together(db) as pipe:
                missing = pipe.run(flavour.functions.fetch_one, one, (), first)
                there = pipe.run(flavour.functions.fetch_one, insert, (1,), first)
        assert there.result == 1
        with pytest.raises(ResultPending):
            _ = missing.result
        assert await flavour.fetch_all(db, numbers, (), first) == [1]


async def test_a_result_before_the_end_is_an_error(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(database) as db, flavour.together(db) as pipe:
        pending = pipe.run(flavour.functions.fetch_one, statement("SELECT 1"), (), first)
        with pytest.raises(ResultPending, match="fetch_one has no result: its pipeline has not run"):
            _ = pending.result


async def test_a_call_after_the_end_is_an_error(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(database) as db:
        async with flavour.together(db) as pipe:
            pass
        with pytest.raises(PipelineOver):
            pipe.run(flavour.functions.fetch_one, statement("SELECT 1"), (), first)


async def test_what_streams_cannot_be_part_of_it(flavour: Any, statement: Any, schema: Any) -> None:
    copy = statement("COPY t (n) FROM STDIN", CopyParameter("items", Item, ("name", "text")))
    do = flavour.functions
    async with flavour.database(schema(TABLE)) as db, flavour.together(db) as pipe:
        for call in (
            lambda: pipe.run(do.copy_in, copy, []),
            lambda: pipe.run(do.script, statement("SELECT 1; SELECT 2")),
            lambda: pipe.run(do.cursor, statement("SELECT 1"), (), first),
            lambda: pipe.run(print),
        ):
            with pytest.raises(ExecutorError):
                call()
        assert pipe.steps == []


async def test_the_other_flavours_functions_are_refused(statement: Any, database: str) -> None:
    query = statement("SELECT 1")
    async with AsyncDatabase(database) as db, db.pipeline() as pipe:
        with pytest.raises(ExecutorError, match="a blocking function"):
            pipe.run(sync.fetch_one, query, (), first)  # type: ignore[arg-type]


async def test_a_function_that_runs_two_statements_is_refused(statement: Any, schema: Any) -> None:
    insert = statement(INSERT, N)

    def twice(db: Any, n: int) -> int:
        return sync.execute(db, insert, (n,)) + sync.execute(db, insert, (n + 1,))

    with Database(schema(TABLE)) as db, pytest.raises(ExecutorError, match="runs one statement"), db.pipeline() as pipe:
        pipe.run(twice, 1)


async def test_a_database_that_is_not_open_and_a_transaction_that_is_over_say_so(
    flavour: Any, statement: Any, database: str
) -> None:
    query = statement("SELECT 1")
    async with flavour.database(database) as db:
        async with flavour.transaction(db) as tx:
            pass
        with pytest.raises(TransactionOver):
            async with flavour.together(tx) as pipe:
                pipe.run(flavour.functions.fetch_one, query, (), first)
    with pytest.raises(DatabaseNotOpen):
        async with flavour.together(db) as pipe:
            pipe.run(flavour.functions.fetch_one, query, (), first)


# ---------------------------------------------------------------------------------------- cancellation, loss, time-outs


async def test_one_that_is_cancelled_leaves_nothing_and_its_connection_whole(statement: Any, schema: Any) -> None:
    slow = statement("INSERT INTO t SELECT :n::int8 FROM pg_sleep(0.2)", N)
    numbers = statement(NUMBERS)
    async with AsyncDatabase(schema(TABLE), max_size=1) as db:

        async def insert() -> None:
            async with db.pipeline() as pipe:
                for n in range(50):
                    pipe.run(aio.execute, slow, (n,))

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(insert(), timeout=0.5)
        assert await aio.fetch_all(db, numbers, (), first) == []
        async with db.pipeline() as pipe:
            pipe.run(aio.execute, slow, (1,))
            pending = pipe.run(aio.fetch_all, numbers, (), first)
        assert pending.result == [1]


async def test_one_whose_connection_is_lost_says_so_and_is_not_repeated(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    kill = statement("SELECT pg_terminate_backend(pg_backend_pid())")
    async with flavour.database(schema(TABLE), max_size=1) as db:
        with pytest.raises(psycopg.OperationalError):
            async with flavour.together(db) as pipe:
                pipe.run(flavour.functions.execute, insert, (1,))
                pipe.run(flavour.functions.execute, kill, ())
                pending = pipe.run(flavour.functions.fetch_all, numbers, (), first)
        with pytest.raises(ResultPending):
            _ = pending.result
        assert await flavour.fetch_all(db, numbers, (), first) == []


async def test_a_statement_that_takes_too_long_is_named_and_undoes_all(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert, numbers = statement(INSERT, N), statement(NUMBERS)
    slow = statement("SELECT pg_sleep(10)", name="sleep_long")
    async with flavour.database(PoolSettings(schema(TABLE), max_size=1, statement_timeout=0.3)) as db:
        with pytest.raises(psycopg.errors.QueryCanceled) as caught:
            async with flavour.together(db) as pipe:
                pipe.run(flavour.functions.execute, insert, (1,))
                pipe.run(flavour.functions.execute, slow, ())
        assert getattr(caught.value, "query", None) == "sleep_long"
        assert await flavour.fetch_all(db, numbers, (), first) == []


async def test_the_time_out_is_each_statements_own(flavour: Any, statement: Any, database: str) -> None:
    slow = statement("SELECT 1 FROM pg_sleep(0.3)")
    async with flavour.database(PoolSettings(database, max_size=1, statement_timeout=0.8)) as db:
        async with flavour.together(db) as pipe:
            pending = [pipe.run(flavour.functions.fetch_one, slow, (), first) for _ in range(4)]
        assert [each.result for each in pending] == [1, 1, 1, 1]


def test_the_items_of_a_batch_are_read_once_when_it_is_added(statement: Any, schema: Any) -> None:
    insert = statement(INSERT, N)
    read: list[int] = []

    def rows() -> Iterator[tuple[int]]:
        for n in range(3):
            read.append(n)
            yield (n,)

    with Database(schema(TABLE)) as db:
        with db.pipeline() as pipe:
            pending = pipe.run(sync.fetch_many, insert, rows(), first)
            assert read == [0, 1, 2]
        assert pending.result == [0, 1, 2]
