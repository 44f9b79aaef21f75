# This file is derived from ../aio/transaction.py by scripts/async_to_sync.py: change that one and run the script.

"""Transactions, and savepoints in them.

In: a session with a connection that nobody else uses. Out: a Transaction, to be handed to generated functions as
`db`. The surprise: a block that ends well while the transaction has failed inside (an error was caught) raises, where
PostgreSQL would answer COMMIT with a silent ROLLBACK.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg

from sqlwright.runtime.errors import TransactionAborted, TransactionOver, commit_error
from sqlwright.runtime.sync.pipeline import Pipeline, open_pipeline
from sqlwright.runtime.sync.session import INERROR, Session

__all__ = ["Transaction", "open_transaction"]


class Transaction:
    """An open transaction, or an open savepoint in one. `transaction()` of a Database or a Transaction makes it."""

    def __init__(self, session: Session) -> None:
        self._session: Session | None = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'over' if self._session is None else 'open'}>"

    @property
    def session(self) -> Session:
        """What runs statements; for the functions of this package."""
        if self._session is None:
            raise TransactionOver("this transaction is over: its `with` block has ended")
        return self._session

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The psycopg connection, for SQL that is in no file."""
        return self.session.connection

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A savepoint: when its block raises, what was done in it is undone, and the rest stays.

        Raises:
            TransactionOver: the block of this transaction has ended.
            TransactionAborted: an error of a statement was caught inside the block.
        """
        return open_transaction(self.session)

    def pipeline(self) -> AbstractContextManager[Pipeline]:
        """Calls that are made together when the block ends, in one round trip; see `Database.pipeline`."""
        return open_pipeline(self._lend)

    @contextmanager
    def _lend(self) -> Generator[Session]:
        yield self.session

    def end(self) -> None:
        """Make every later use an error."""
        self._session = None


@contextmanager
def open_transaction(session: Session) -> Generator[Transaction]:
    """BEGIN, or SAVEPOINT where a transaction is open; then COMMIT or RELEASE, or ROLLBACK when the block raises."""
    block = session.connection.transaction()
    block.__enter__()
    transaction = Transaction(session)
    try:
        yield transaction
    except BaseException as error:
        transaction.end()
        # True: it was a psycopg.Rollback, which asks for exactly this.
        if not block.__exit__(type(error), error, error.__traceback__):
            raise
        return
    transaction.end()
    if session.status == INERROR:
        aborted = TransactionAborted(
            "nothing was committed: a statement in this transaction had failed and its error was caught. "
            "Put what may fail into a nested `transaction()`"
        )
        block.__exit__(type(aborted), aborted, None)
        raise aborted
    try:
        block.__exit__(None, None, None)
    except psycopg.Error as error:
        # Deferred constraints fail only here, with the data in the text.
        raise commit_error(error, session.listed) from None
