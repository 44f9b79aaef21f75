"""Both flavours of the runtime behind one async interface: a test is written once and runs for both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any

import psycopg
import psycopg_pool
import pytest

from sqlwright.runtime import aio, sync
from sqlwright.runtime.adapter import LoadedQuery
from sqlwright.runtime.errors import ErrorClass
from sqlwright.runtime.parameters import Specification
from sqlwright.runtime.sqltext import number_placeholders
from sqlwright.runtime.statement import Statement
from sqlwright.servers import Server, scratch_database

FUNCTIONS = (
    "fetch_all",
    "fetch_optional",
    "fetch_one",
    "execute",
    "call",
    "execute_many",
    "fetch_many",
    "copy_in",
    "script",
)


def make_statement(
    sql: str,
    *parameters: Specification,
    name: str = "the_query",
    errors: Sequence[ErrorClass] = (),
    types: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    binary: bool = True,
    read_only: bool = False,
) -> Statement:
    """A statement as generated code makes it, from SQL with `:name`."""
    numbered = number_placeholders(sql)
    source = LoadedQuery(name, "queries/things.sql", 12, "", numbered.sql, numbered.parameters)
    return Statement(
        source, *parameters, errors=errors, types=types, columns=columns, binary=binary, read_only=read_only
    )


class Async:
    """The async side as it is."""

    name = "async"

    def __getattr__(self, function: str) -> Any:
        assert function in FUNCTIONS, function
        return getattr(aio, function)

    cursor = staticmethod(aio.cursor)

    def database(self, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return aio.AsyncDatabase(*args, **kwargs)

    async def open(self, db: Any) -> None:
        await db.open()

    async def close(self, db: Any) -> None:
        await db.close()

    def unopened(self, *args: Any, **kwargs: Any) -> Any:
        return aio.AsyncDatabase(*args, **kwargs)

    def transaction(self, db: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return db.transaction(**kwargs)

    def lend(self, db: Any) -> AbstractAsyncContextManager[Any]:
        return db.connection()

    def pipeline(self, connection: Any) -> AbstractAsyncContextManager[Any]:
        return connection.pipeline()

    def together(self, db: Any) -> AbstractAsyncContextManager[Any]:
        """A pipeline of ours."""
        return db.pipeline()

    functions: Any = aio

    async def run(self, db: Any, function: Callable[[Any], Any], **kwargs: Any) -> Any:
        return await db.run(function, **kwargs)

    async def on(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a method of a psycopg object."""
        return await function(*args, **kwargs)

    @asynccontextmanager
    async def connect(self, conninfo: str, **kwargs: Any) -> AsyncGenerator[Any]:
        connection = await psycopg.AsyncConnection.connect(conninfo, **kwargs)
        try:
            yield connection
        finally:
            await connection.close()

    def pool(self, conninfo: str, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return psycopg_pool.AsyncConnectionPool(conninfo, open=False, **kwargs)


class Blocking:
    """The blocking side, each call in a thread, so that calls of it overlap as those of tasks do."""

    name = "blocking"

    def __getattr__(self, function: str) -> Any:
        assert function in FUNCTIONS, function

        async def called(*args: Any, **kwargs: Any) -> Any:
            return await asyncio.to_thread(getattr(sync, function), *args, **kwargs)

        return called

    @asynccontextmanager
    async def cursor(self, *args: Any, **kwargs: Any) -> AsyncGenerator[AsyncIterator[Any]]:
        async with _threaded(sync.cursor(*args, **kwargs)) as rows:
            yield _ThreadedRows(rows)

    def database(self, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(sync.Database(*args, **kwargs))

    async def open(self, db: Any) -> None:
        await asyncio.to_thread(db.open)

    async def close(self, db: Any) -> None:
        await asyncio.to_thread(db.close)

    def unopened(self, *args: Any, **kwargs: Any) -> Any:
        return sync.Database(*args, **kwargs)

    def transaction(self, db: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(db.transaction(**kwargs))

    def lend(self, db: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(db.connection())

    def pipeline(self, connection: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(connection.pipeline())

    def together(self, db: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(db.pipeline())

    functions: Any = sync

    async def run(self, db: Any, function: Callable[[Any], Any], **kwargs: Any) -> Any:
        def blocking(transaction: Any) -> Any:
            return asyncio.run(function(transaction))

        return await asyncio.to_thread(db.run, blocking, **kwargs)

    async def on(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(function, *args, **kwargs)

    @asynccontextmanager
    async def connect(self, conninfo: str, **kwargs: Any) -> AsyncGenerator[Any]:
        connection = psycopg.Connection.connect(conninfo, **kwargs)
        try:
            yield connection
        finally:
            connection.close()

    def pool(self, conninfo: str, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        return _threaded(psycopg_pool.ConnectionPool(conninfo, open=False, **kwargs))


class _ThreadedRows:
    def __init__(self, rows: Any) -> None:
        self._rows = rows

    def __aiter__(self) -> _ThreadedRows:
        return self

    async def __anext__(self) -> Any:
        # A StopIteration cannot travel out of a thread.
        done = object()
        row = await asyncio.to_thread(next, self._rows, done)
        if row is done:
            raise StopAsyncIteration
        return row


class _threaded(AbstractAsyncContextManager[Any]):
    def __init__(self, manager: AbstractContextManager[Any]) -> None:
        self._manager = manager

    async def __aenter__(self) -> Any:
        return await asyncio.to_thread(self._manager.__enter__)

    async def __aexit__(self, *exc: Any) -> Any:
        return await asyncio.to_thread(self._manager.__exit__, *exc)


@pytest.fixture(scope="session")
def shared_database(server: Server) -> Generator[str]:
    """One database for all tests of the runtime: making one takes longer than most of them."""
    with scratch_database(server, prefix="sqlwright_runtime") as conninfo:
        yield conninfo


@pytest.fixture
def database(shared_database: str) -> str:
    """An empty database."""
    with psycopg.connect(shared_database, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return shared_database


@pytest.fixture(params=[Blocking, Async], ids=lambda flavour: flavour.name)
def flavour(request: pytest.FixtureRequest) -> Any:
    """Each side of the runtime in turn."""
    return request.param()


@pytest.fixture
def statement() -> Callable[..., Statement]:
    """Make a statement from SQL with `:name`."""
    return make_statement


@pytest.fixture
def schema(database: str) -> Callable[[str], str]:
    """Run SQL in the fresh database; its connection string comes back."""

    def create(sql: str) -> str:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(sql.encode())
        return database

    return create
