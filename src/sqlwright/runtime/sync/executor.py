# This file is derived from ../aio/executor.py by scripts/async_to_sync.py: change that one and run the script.

"""What generated functions take as `db`, and how each kind of it lends a connection for one call.

In: a Database, a Transaction, a psycopg connection or a psycopg pool. Out: a session. The surprise: we commit only
what we began. A connection that was handed to us stays in the transaction that it is in, or that psycopg begins on
it.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeGuard
from weakref import WeakKeyDictionary

import psycopg
import psycopg_pool

from sqlwright.runtime.adaptation import ConnectionState
from sqlwright.runtime.errors import ExecutorError
from sqlwright.runtime.pending import Recorder
from sqlwright.runtime.sync.database import Database
from sqlwright.runtime.sync.flavour import FLAVOUR, OTHER
from sqlwright.runtime.sync.session import Session
from sqlwright.runtime.sync.transaction import Transaction

__all__ = ["Executor", "borrow", "is_recorder"]

#: Anything that can lend a connection.
Executor: TypeAlias = Database | Transaction | psycopg.Connection[Any] | psycopg_pool.ConnectionPool[Any]

#: What was learnt through connections that are not ours, for as long as they live.
_states: WeakKeyDictionary[psycopg.Connection[Any], ConnectionState] = WeakKeyDictionary()


@contextmanager
def borrow(db: Executor) -> Generator[Session]:
    """A session for one call.

    Raises:
        ExecutorError: `db` is nothing that can run a query here.
        DatabaseNotOpen: the Database is closed.
        TransactionOver: the Transaction's block has ended.
        psycopg_pool.PoolTimeout: no connection became free in time.
    """
    if isinstance(db, Database):
        session = db.acquire()
        try:
            yield session
        finally:
            db.release(session)
    elif isinstance(db, Transaction):
        yield db.session
    elif isinstance(db, psycopg.Connection):
        yield _session_of(db)
    elif is_recorder(db):
        raise ExecutorError("COPY, cursors and scripts cannot be part of a pipeline")
    elif _is_pool(db):
        with db.connection() as connection:
            yield _session_of(connection)
    else:
        raise ExecutorError(_unusable(db))


def is_recorder(db: object) -> TypeGuard[Recorder]:
    """Whether a pipeline is asking; no user hands over such a thing."""
    return isinstance(db, Recorder)


def _is_pool(db: object) -> TypeGuard[psycopg_pool.ConnectionPool[Any]]:
    # A function, since a type checker believes the annotation of `db` and would call the test needless.
    return isinstance(db, psycopg_pool.ConnectionPool)


def _session_of(connection: psycopg.Connection[Any]) -> Session:
    state = _states.get(connection)
    if state is None:
        state = _states[connection] = ConnectionState()
    return Session(connection, state)


def _unusable(db: object) -> str:
    name, module = type(db).__name__, type(db).__module__
    ours = module.startswith("sqlwright.runtime.") and name.endswith(("Database", "Transaction", "Connection"))
    if ours or (module.startswith("psycopg") and name.endswith(("Connection", "ConnectionPool"))):
        return (
            f"this is the {FLAVOUR} function, and {name} belongs to the {OTHER} one: import it from the other package"
        )
    return f"db must be a Database, a Transaction, a psycopg connection or a psycopg pool, got {name}"
