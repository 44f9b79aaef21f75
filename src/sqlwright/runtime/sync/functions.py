# This file is derived from ../aio/functions.py by scripts/async_to_sync.py: change that one and run the script.

"""What generated functions call: one function for each way in which a statement's result is wanted.

In: an executor, a Statement, the call's arguments, a row function. Out: typed values. The surprise: arguments are
checked and encoded before a connection is taken, and rows are built after it was given back.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias, TypeVar

import psycopg

from sqlwright.runtime.errors import SqlwrightError, attribute, errors_of, translate
from sqlwright.runtime.rows import Outcome, Row, at_most_one, exactly_one
from sqlwright.runtime.statement import Bound, Statement
from sqlwright.runtime.sync.database import Database
from sqlwright.runtime.sync.executor import Executor, borrow, is_recorder
from sqlwright.runtime.sync.flavour import Items
from sqlwright.runtime.sync.stream import Rows
from sqlwright.runtime.sync.transaction import Transaction

__all__ = [
    "Arguments",
    "call",
    "copy_in",
    "cursor",
    "execute",
    "execute_many",
    "fetch_all",
    "fetch_many",
    "fetch_one",
    "fetch_optional",
    "script",
]

T = TypeVar("T")

# Any: each is checked against its parameter.
Arguments: TypeAlias = Sequence[Any]


def fetch_all(db: Executor, statement: Statement, arguments: Arguments, row: Callable[[Row], T]) -> list[T]:
    """All rows.

    Raises (as all functions here):
        ParameterError: an argument is not what its parameter takes; nothing was sent.
        RowError: a row is not what its type says.
        SchemaChanged: the result has another shape than when the code was generated.
        psycopg.Error: what the server says; its generated class where the constraint or SQLSTATE has one.
    """
    return (_run(db, statement, arguments, returning=True)).rows(statement, row)


def fetch_optional(db: Executor, statement: Statement, arguments: Arguments, row: Callable[[Row], T]) -> T | None:
    """The row, or None; raises TooManyRows for more than one."""
    return at_most_one(statement, _run(db, statement, arguments, returning=True), row)


def fetch_one(db: Executor, statement: Statement, arguments: Arguments, row: Callable[[Row], T]) -> T:
    """The row; raises NoRow for none and TooManyRows for more than one."""
    return exactly_one(statement, _run(db, statement, arguments, returning=True), row)


def execute(db: Executor, statement: Statement, arguments: Arguments) -> int:
    """The number of rows that the statement changed."""
    return (_run(db, statement, arguments, returning=False)).rowcount


def call(db: Executor, statement: Statement, arguments: Arguments) -> None:
    """Run a CALL of a procedure without OUT parameters."""
    _run(db, statement, arguments, returning=False)


def script(db: Executor, statement: Statement) -> None:
    """Run several statements."""
    with errors_of(statement), borrow(db) as session:
        session.run_script(statement)


def execute_many(db: Executor, statement: Statement, rows: Iterable[Arguments]) -> int:
    """Run the statement once for each of the rows, in one transaction; the number of rows changed."""
    return (_run_many(db, statement, rows, returning=False)).rowcount


def fetch_many(db: Executor, statement: Statement, rows: Iterable[Arguments], row: Callable[[Row], T]) -> list[T]:
    """Run the statement once for each of the rows, in one transaction; all rows that it returned, in that order."""
    return (_run_many(db, statement, rows, returning=True)).rows(statement, row)


def copy_in(db: Executor, statement: Statement, rows: Items[Any]) -> int:
    """Stream rows into COPY … FROM STDIN; their number. When the rows raise half-way, nothing is left behind."""
    with errors_of(statement), borrow(db) as session:
        return session.copy(statement, rows)


@contextmanager
def cursor(
    db: Executor,
    statement: Statement,
    arguments: Arguments,
    row: Callable[[Row], T],
    batch_size: int = 1000,
) -> Generator[Rows[T]]:
    """A server-side cursor: `batch_size` rows are in memory at a time. Opens a transaction if none is open."""
    values = statement.bind(arguments)
    with ExitStack() as stack:
        # Not around the block: what the caller raises in it is not about this query.
        with errors_of(statement):
            session = stack.enter_context(borrow(db))
            server_cursor = stack.enter_context(session.stream(statement, values))
        rows = Rows(statement, server_cursor, row, batch_size)
        stack.callback(rows.end)
        yield rows


def _run(db: Executor, statement: Statement, arguments: Arguments, *, returning: bool) -> Outcome:
    # Spelled out what `errors_of` and `borrow` do: a call of a few dozen microseconds feels a context manager.
    try:
        if isinstance(db, Database):
            return _run_on_database(db, statement, statement.bind(arguments), returning=returning)
        if isinstance(db, Transaction):
            return db.session.run(statement, statement.bind(arguments), returning=returning)
        if is_recorder(db):
            return db.run(statement, arguments, returning=returning)
        values = statement.bind(arguments)
        with borrow(db) as session:
            return session.run(statement, values, returning=returning)
    except psycopg.Error as error:
        raise translate(error, statement) from None
    except SqlwrightError as error:
        attribute(error, statement)
        raise


def _run_on_database(db: Database, statement: Statement, values: Bound, *, returning: bool) -> Outcome:
    session = db.acquire()
    try:
        return session.run(statement, values, returning=returning)
    except psycopg.OperationalError:
        # A statement that changes nothing can be sent again; whether another one had its effect cannot be known.
        if not statement.read_only or not session.connection.broken:
            raise
    finally:
        db.release(session)
    db.drop_broken()
    session = db.acquire()
    try:
        return session.run(statement, values, returning=returning)
    finally:
        db.release(session)


def _run_many(db: Executor, statement: Statement, rows: Iterable[Arguments], *, returning: bool) -> Outcome:
    if is_recorder(db):
        return db.run_many(statement, rows, returning=returning)
    # All of them first: the rows may come from a query on the very connection that this one is about to hold.
    values = [statement.bind(arguments) for arguments in rows]
    with errors_of(statement), borrow(db) as session:
        return session.run_many(statement, values, returning=returning)
