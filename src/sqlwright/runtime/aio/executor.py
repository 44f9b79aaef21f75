"""What generated functions take as `db`, and how each kind of it lends a connection for one call.

In: a Database, a Transaction, a psycopg connection or a psycopg pool. Out: a session. The surprise: we commit only
what we began. A connection that was handed to us stays in the transaction that it is in, or that psycopg begins on
it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeGuard
from weakref import WeakKeyDictionary

import psycopg
import psycopg_pool

from sqlwright.runtime.adaptation import ConnectionState
from sqlwright.runtime.aio.database import AsyncDatabase
from sqlwright.runtime.aio.flavour import FLAVOUR, OTHER
from sqlwright.runtime.aio.session import AsyncSession
from sqlwright.runtime.aio.transaction import AsyncTransaction
from sqlwright.runtime.errors import ExecutorError
from sqlwright.runtime.pending import Recorder

__all__ = ["AsyncExecutor", "borrow", "is_recorder"]

#: Anything that can lend a connection.
AsyncExecutor: TypeAlias = (
    AsyncDatabase | AsyncTransaction | psycopg.AsyncConnection[Any] | psycopg_pool.AsyncConnectionPool[Any]
)

#: What was learnt through connections that are not ours, for as long as they live.
_states: WeakKeyDictionary[psycopg.AsyncConnection[Any], ConnectionState] = WeakKeyDictionary()


@asynccontextmanager
async def borrow(db: AsyncExecutor) -> AsyncGenerator[AsyncSession]:
    """A session for one call.

    Raises:
        ExecutorError: `db` is nothing that can run a query here.
        DatabaseNotOpen: the Database is closed.
        TransactionOver: the Transaction's block has ended.
        psycopg_pool.PoolTimeout: no connection became free in time.
    """
    if isinstance(db, AsyncDatabase):
        session = await db.acquire()
        try:
            yield session
        finally:
            await db.release(session)
    elif isinstance(db, AsyncTransaction):
        yield db.session
    elif isinstance(db, psycopg.AsyncConnection):
        yield _session_of(db)
    elif is_recorder(db):
        raise ExecutorError("COPY, cursors and scripts cannot be part of a pipeline")
    elif _is_pool(db):
        async with db.connection() as connection:
            yield _session_of(connection)
    else:
        raise ExecutorError(_unusable(db))


def is_recorder(db: object) -> TypeGuard[Recorder]:
    """Whether a pipeline is asking; no user hands over such a thing."""
    return isinstance(db, Recorder)


def _is_pool(db: object) -> TypeGuard[psycopg_pool.AsyncConnectionPool[Any]]:
    # A function, since a type checker believes the annotation of `db` and would call the test needless.
    return isinstance(db, psycopg_pool.AsyncConnectionPool)


def _session_of(connection: psycopg.AsyncConnection[Any]) -> AsyncSession:
    state = _states.get(connection)
    if state is None:
        state = _states[connection] = ConnectionState()
    return AsyncSession(connection, state)


def _unusable(db: object) -> str:
    name, module = type(db).__name__, type(db).__module__
    ours = module.startswith("sqlwright.runtime.") and name.endswith(("Database", "Transaction", "Connection"))
    if ours or (module.startswith("psycopg") and name.endswith(("Connection", "ConnectionPool"))):
        return (
            f"this is the {FLAVOUR} function, and {name} belongs to the {OTHER} one: import it from the other package"
        )
    return f"db must be a Database, a Transaction, a psycopg connection or a psycopg pool, got {name}"
