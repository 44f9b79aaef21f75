"""Transactions, and savepoints in them.

In: a session with a connection that nobody else uses. Out: a Transaction, to be handed to generated functions as
`db`. The surprise: a block that ends well while the transaction has failed inside (an error was caught) raises, where
PostgreSQL would answer COMMIT with a silent ROLLBACK.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import psycopg

from sqlwright.runtime.aio.pipeline import AsyncPipeline, open_pipeline
from sqlwright.runtime.aio.session import INERROR, AsyncSession
from sqlwright.runtime.errors import TransactionAborted, TransactionOver, commit_error

__all__ = ["AsyncTransaction", "open_transaction"]


class AsyncTransaction:
    """An open transaction, or an open savepoint in one. `transaction()` of a Database or a Transaction makes it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: AsyncSession | None = session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'over' if self._session is None else 'open'}>"

    @property
    def session(self) -> AsyncSession:
        """What runs statements; for the functions of this package."""
        if self._session is None:
            raise TransactionOver("this transaction is over: its `with` block has ended")
        return self._session

    @property
    def connection(self) -> psycopg.AsyncConnection[Any]:
        """The psycopg connection, for SQL that is in no file."""
        return self.session.connection

    def transaction(self) -> AbstractAsyncContextManager[AsyncTransaction]:
        """A savepoint: when its block raises, what was done in it is undone, and the rest stays.

        Raises:
            TransactionOver: the block of this transaction has ended.
            TransactionAborted: an error of a statement was caught inside the block.
        """
        return open_transaction(self.session)

    def pipeline(self) -> AbstractAsyncContextManager[AsyncPipeline]:
        """Calls that are made together when the block ends, in one round trip; see `Database.pipeline`."""
        return open_pipeline(self._lend)

    @asynccontextmanager
    async def _lend(self) -> AsyncGenerator[AsyncSession]:
        yield self.session

    def end(self) -> None:
        """Make every later use an error."""
        self._session = None


@asynccontextmanager
async def open_transaction(session: AsyncSession) -> AsyncGenerator[AsyncTransaction]:
    """BEGIN, or SAVEPOINT where a transaction is open; then COMMIT or RELEASE, or ROLLBACK when the block raises."""
    block = session.connection.transaction()
    await block.__aenter__()
    transaction = AsyncTransaction(session)
    try:
        yield transaction
    except BaseException as error:
        transaction.end()
        # True: it was a psycopg.Rollback, which asks for exactly this.
        if not await block.__aexit__(type(error), error, error.__traceback__):
            raise
        return
    transaction.end()
    if session.status == INERROR:
        aborted = TransactionAborted(
            "nothing was committed: a statement in this transaction had failed and its error was caught. "
            "Put what may fail into a nested `transaction()`"
        )
        await block.__aexit__(type(aborted), aborted, None)
        raise aborted
    try:
        await block.__aexit__(None, None, None)
    except psycopg.Error as error:
        # Deferred constraints fail only here, with the data in the text.
        raise commit_error(error, session.listed) from None
