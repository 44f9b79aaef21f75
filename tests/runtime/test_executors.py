"""What can be handed in as `db`, and that nobody is disturbed by it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import psycopg
import psycopg_pool
import pytest
from psycopg.rows import dict_row

from sqlwright.runtime import (
    DatabaseNotOpen,
    ExecutorError,
    Parameter,
    PoolSettings,
    SchemaChanged,
    aio,
    sync,
)

TABLE = "CREATE TABLE t (n int8 PRIMARY KEY)"
N = Parameter("n", "int8", int)
INSERT = "INSERT INTO t VALUES (:n)"
COUNT = "SELECT count(*) FROM t"


def first(row: Any) -> Any:
    return row[0]


def committed(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(COUNT.encode()).fetchone()[0]  # type: ignore[index]


async def test_a_foreign_connection_stays_in_its_own_transaction(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(TABLE)
    async with flavour.connect(conninfo) as connection:
        await flavour.execute(connection, statement(INSERT, N), (1,))
        await flavour.execute_many(connection, statement(INSERT, N), [(2,), (3,)])
        async with flavour.cursor(connection, statement(COUNT), (), first) as rows:
            assert [row async for row in rows] == [3]
        assert committed(conninfo) == 0
        await flavour.on(connection.rollback)
        assert await flavour.fetch_one(connection, statement(COUNT), (), first) == 0


async def test_a_foreign_connection_in_autocommit_mode_commits_each_call(
    flavour: Any, statement: Any, schema: Any
) -> None:
    conninfo = schema(TABLE)
    async with flavour.connect(conninfo, autocommit=True) as connection:
        await flavour.execute(connection, statement(INSERT, N), (1,))
        with pytest.raises(psycopg.errors.UniqueViolation):
            await flavour.execute_many(connection, statement(INSERT, N), [(2,), (1,)])
        assert committed(conninfo) == 1


async def test_a_foreign_connections_ways_do_not_disturb_us_nor_ours_it(
    flavour: Any, statement: Any, schema: Any
) -> None:
    conninfo = schema("CREATE TYPE mood AS ENUM ('happy'); CREATE TABLE t (m mood, data jsonb)")
    query = statement("SELECT 'happy'::mood, '{\"a\": 1}'::jsonb", types=("public.mood",))
    async with flavour.connect(conninfo, row_factory=dict_row) as connection:
        psycopg.types.json.set_json_loads(lambda _: "theirs", connection)
        assert await flavour.fetch_one(connection, query, (), tuple) == ("happy", b'{"a": 1}')
        cursor = await flavour.on(connection.execute, "SELECT 'happy'::mood AS m, '{}'::jsonb AS j")
        fetched = cursor.fetchone() if flavour.name == "blocking" else await cursor.fetchone()
        assert fetched == {"m": "happy", "j": "theirs"}


async def test_the_global_json_loader_does_not_reach_us(flavour: Any, statement: Any, database: str) -> None:
    try:
        psycopg.types.json.set_json_loads(lambda _: "theirs")
        async with flavour.database(database) as db:
            assert await flavour.fetch_one(db, statement("SELECT '[1]'::jsonb"), (), first) == b"[1]"
    finally:
        psycopg.types.json.set_json_loads(json.loads)


async def test_a_foreign_pool_commits_as_it_does_for_its_owner(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(TABLE)
    async with flavour.pool(conninfo, min_size=1, max_size=1) as pool:
        await flavour.execute(pool, statement(INSERT, N), (1,))
        assert await flavour.fetch_one(pool, statement(COUNT), (), first) == 1
    assert committed(conninfo) == 1


@pytest.mark.parametrize("db", [None, "host=localhost", object(), psycopg.Transaction])
async def test_anything_else_is_refused_with_what_would_do(flavour: Any, statement: Any, db: Any) -> None:
    with pytest.raises(
        ExecutorError, match="db must be a Database, a Transaction, a psycopg connection or a psycopg pool"
    ):
        await flavour.fetch_all(db, statement("SELECT 1"), (), first)


async def test_the_other_flavours_executors_are_refused_by_name(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1")
    with sync.Database(database) as blocking, blocking.transaction() as tx, psycopg.connect(database) as connection:
        theirs = [aio.AsyncDatabase(database)] if flavour.name == "blocking" else [blocking, tx, connection]
        for other in theirs:
            with pytest.raises(ExecutorError, match=rf"{type(other).__name__} belongs to the (async|blocking) one"):
                await flavour.fetch_all(other, query, (), first)


async def test_a_foreign_connection_may_be_in_pipeline_mode(flavour: Any, statement: Any, schema: Any) -> None:
    async with flavour.connect(schema(TABLE), autocommit=True) as connection, flavour.pipeline(connection):
        await flavour.execute(connection, statement(INSERT, N), (1,))
        await flavour.execute(connection, statement(INSERT, N), (2,))
        assert await flavour.fetch_all(connection, statement("SELECT n FROM t"), (), first) == [1, 2]


async def test_a_database_must_be_open_and_can_be_opened_again(flavour: Any, statement: Any, database: str) -> None:
    db = flavour.unopened(database)
    for _ in range(2):
        with pytest.raises(DatabaseNotOpen, match="is not open: use it in a `with` block, or call open"):
            await flavour.fetch_all(db, statement("SELECT 1"), (), first)
        await flavour.open(db)
        await flavour.open(db)
        assert await flavour.fetch_all(db, statement("SELECT 1"), (), first) == [1]
        await flavour.close(db)


async def test_an_unreachable_server_is_an_error_at_once_and_not_a_timeout(flavour: Any) -> None:
    db = flavour.unopened("host=127.0.0.1 port=1 password=hidden", timeout=20)
    begun = time.monotonic()
    with pytest.raises(psycopg.OperationalError, match="connection"):
        await flavour.open(db)
    assert time.monotonic() - begun < 5


async def test_an_exhausted_pool_says_which_query_waited(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(database, max_size=1, timeout=0.1) as db, flavour.transaction(db):
        with pytest.raises(psycopg_pool.PoolTimeout, match="couldn't get a connection after") as caught:
            await flavour.fetch_all(db, statement("SELECT 1", name="waiting"), (), first)
    assert caught.value.__notes__ == ["in waiting (queries/things.sql:12)"]


async def test_calls_of_many_tasks_get_their_own_results(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :n::int8, pg_sleep(0.001)", N)
    async with flavour.database(database, max_size=3) as db:
        results = await asyncio.gather(*(flavour.fetch_one(db, query, (n,), first) for n in range(60)))
    assert results == list(range(60))


async def test_a_transaction_shared_by_tasks_does_not_mix_results(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :n::int8 FROM generate_series(1, 3)", N)
    async with flavour.database(database, max_size=1) as db, flavour.transaction(db) as tx:
        results = await asyncio.gather(*(flavour.fetch_all(tx, query, (n,), first) for n in range(60)))
    assert results == [[n] * 3 for n in range(60)]


async def test_types_met_at_the_same_time_are_all_read(flavour: Any, statement: Any, schema: Any) -> None:
    names = [f"mood_{n}" for n in range(8)]
    conninfo = schema("".join(f"CREATE TYPE {name} AS ENUM ('happy');" for name in names))
    queries = [statement(f"SELECT 'happy'::{name}", types=(f"public.{name}",)) for name in names]
    async with flavour.database(conninfo, min_size=4, max_size=4) as db:
        results = await asyncio.gather(*(flavour.fetch_one(db, query, (), first) for query in queries * 3))
    assert set(results) == {"happy"}


# ---------------------------------------------------------------------------------------------- borrowing and settings


async def test_a_lent_connection_is_given_back_as_it_was(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(database, max_size=1) as db:
        async with flavour.lend(db) as connection:
            await flavour.on(connection.execute, "SET search_path = elsewhere; CREATE TEMP TABLE left_over ()")
            connection.row_factory = dict_row
            connection.prepare_threshold = None
            connection.add_notice_handler(print)
            psycopg.types.json.set_json_loads(lambda _: "theirs", connection)
            await flavour.on(connection.set_autocommit, False)
            await flavour.on(connection.set_read_only, True)
        async with flavour.lend(db) as connection:
            assert connection.autocommit and connection.read_only is None and connection.prepare_threshold == 5
            cursor = await flavour.on(
                connection.execute, "SELECT current_setting('search_path'), to_regclass('left_over'), '[]'::jsonb"
            )
            fetched = cursor.fetchone() if flavour.name == "blocking" else await cursor.fetchone()
            assert fetched == ('"$user", public', None, [])


async def test_a_lent_connection_commits_unless_its_block_raises(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(TABLE)
    async with flavour.database(conninfo) as db:
        async with flavour.lend(db) as connection:
            await flavour.on(connection.execute, "BEGIN; INSERT INTO t VALUES (1)")
        with pytest.raises(ZeroDivisionError):
            async with flavour.lend(db) as connection:
                await flavour.on(connection.execute, "BEGIN; INSERT INTO t VALUES (2)")
                raise ZeroDivisionError
        assert await flavour.fetch_one(db, statement(COUNT), (), first) == 1


@pytest.mark.parametrize("sql", ["SET work_mem = '77MB'", "SELECT set_config('work_mem', '77MB', false)"])
async def test_a_query_that_changes_settings_does_not_change_them_for_others(
    flavour: Any, statement: Any, database: str, sql: str
) -> None:
    show = statement("SELECT current_setting('work_mem')")
    async with flavour.database(database, max_size=1) as db:
        before = await flavour.fetch_one(db, show, (), first)
        async with flavour.transaction(db) as tx:
            await flavour.execute(tx, statement(sql), ())
            assert await flavour.fetch_one(tx, show, (), first) == "77MB"
        assert await flavour.fetch_one(db, show, (), first) == before
        await flavour.script(db, statement(sql))
        assert await flavour.fetch_one(db, show, (), first) == before


async def test_resetting_a_connection_keeps_what_is_prepared_in_step(
    flavour: Any, statement: Any, database: str
) -> None:
    script, query = statement("SELECT 1; SELECT 2"), statement("SELECT 3")
    async with flavour.database(database, max_size=1) as db:
        for _ in range(4):
            await flavour.script(db, script)
            assert await flavour.fetch_one(db, query, (), first) == 3
            async with flavour.lend(db) as connection:
                await flavour.on(connection.execute, "PREPARE theirs AS SELECT 1")
            assert await flavour.fetch_one(db, query, (), first) == 3


async def test_a_script_leaves_nothing_in_its_session(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("DROP ROLE IF EXISTS sqlwright_runtime_other; CREATE ROLE sqlwright_runtime_other")
    script = statement(
        "CREATE TEMP TABLE left_over (); LISTEN c; SELECT pg_advisory_lock(7); SET ROLE sqlwright_runtime_other;"
        " DECLARE held CURSOR WITH HOLD FOR SELECT 1"
    )
    query = statement(
        "SELECT to_regclass('left_over')::text, (SELECT count(*) FROM pg_listening_channels()),"
        " (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),"
        " current_user = session_user,"
        " (SELECT count(*) FROM pg_cursors WHERE name = 'held')"
    )
    try:
        async with flavour.database(conninfo, max_size=1) as db:
            await flavour.script(db, script)
            assert await flavour.fetch_one(db, query, (), tuple) == (None, 0, 0, True, 0)
    finally:
        schema("DROP ROLE sqlwright_runtime_other")


async def test_settings_reach_the_server(flavour: Any, statement: Any, database: str) -> None:
    settings = PoolSettings(
        database + " options='-c geqo=off'",
        max_size=1,
        application_name="the app",
        statement_timeout=1.5,
        lock_timeout=0.25,
        idle_in_transaction_timeout=60,
    )
    names = ("application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "geqo")
    query = statement("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))
    async with flavour.database(settings, max_size=2) as db:
        assert db.settings.max_size == 2
        assert await flavour.fetch_one(db, query, (), tuple) == ("the app", "1500ms", "250ms", "1min", "off")


# ----------------------------------------------------------------------------------------- the schema changes meanwhile


async def test_a_changed_table_is_read_again_after_a_stale_plan(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema("CREATE TABLE t (n int4); INSERT INTO t VALUES (1)")
    query = statement("SELECT * FROM t")
    other = statement("SELECT n FROM t")
    async with flavour.database(conninfo, max_size=1) as db, flavour.connect(conninfo, autocommit=True) as foreign:
        for executor in (db, foreign):
            assert await flavour.fetch_all(executor, query, (), tuple) == [(1,)]
            await flavour.fetch_all(executor, other, (), tuple)
        schema("ALTER TABLE t ALTER n TYPE int8, ADD m text DEFAULT 'new'")
        for executor in (db, foreign):
            for _ in range(3):
                assert await flavour.fetch_all(executor, query, (), tuple) == [(1, "new")]
            assert await flavour.fetch_all(executor, other, (), tuple) == [(1,)]
        schema("ALTER TABLE t DROP m")
        for executor in (db, foreign):
            assert await flavour.fetch_many(executor, query, [(), ()], tuple) == [(1,), (1,)]


async def test_a_statement_that_was_deallocated_is_prepared_again(flavour: Any, statement: Any, database: str) -> None:
    query, script = statement("SELECT 3"), statement("DEALLOCATE ALL; SELECT 1")
    async with flavour.database(database, max_size=1) as db, flavour.connect(database, autocommit=True) as foreign:
        for executor in (db, foreign):
            for _ in range(3):
                assert await flavour.fetch_one(executor, query, (), first) == 3
                await flavour.script(executor, script)
            assert await flavour.fetch_many(executor, query, [(), ()], first) == [3, 3]


async def test_a_stale_plan_inside_a_transaction_is_an_error_that_run_retries(
    flavour: Any, statement: Any, schema: Any
) -> None:
    conninfo = schema("CREATE TABLE t (n int4); INSERT INTO t VALUES (1)")
    query = statement("SELECT * FROM t")
    async with flavour.database(conninfo, max_size=1) as db:
        await flavour.fetch_all(db, query, (), tuple)
        schema("ALTER TABLE t ADD m text")
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            async with flavour.transaction(db) as tx:
                await flavour.fetch_all(tx, query, (), tuple)
        async with flavour.transaction(db) as tx:
            assert await flavour.fetch_all(tx, query, (), tuple) == [(1, None)]
        schema("ALTER TABLE t ADD o text")

        async def read(tx: Any) -> Any:
            return await flavour.fetch_all(tx, query, (), tuple)

        assert await flavour.run(db, read) == [(1, None, None)]


async def test_a_type_that_is_missing_names_itself(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1", types=("public.gone",))
    async with flavour.database(database) as db:
        with pytest.raises(SchemaChanged, match=r"the database has no type public\.gone: are all migrations applied"):
            await flavour.fetch_all(db, query, (), tuple)


async def test_a_read_only_statement_is_sent_again_when_the_connection_was_lost(
    flavour: Any, statement: Any, database: str
) -> None:
    backend = "SELECT pg_backend_pid() AS lost"
    async with flavour.database(database, max_size=1) as db:
        for read_only in (True, False):
            pid = await flavour.fetch_one(db, statement(backend), (), first)
            with psycopg.connect(database, autocommit=True) as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%AS lost'"
                )
            query = statement(backend, read_only=read_only)
            if read_only:
                assert await flavour.fetch_one(db, query, (), first) != pid
            else:
                with pytest.raises(psycopg.OperationalError):
                    await flavour.fetch_one(db, query, (), first)
