"""A database: its pool of connections, and transactions on them.

In: a connection string or PoolSettings. Out: what generated functions take as `db`. The surprise: every call outside
a transaction is one of its own (autocommit), which saves two of three round trips; and a connection that was lent to
foreign code is reset before anybody else gets it.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Literal, TypeAlias, TypeVar

import psycopg
import psycopg_pool
from psycopg.adapt import AdaptersMap

from sqlwright.runtime.adaptation import ConnectionState, is_stale_plan
from sqlwright.runtime.aio.flavour import sleep

# async only: calls of many tasks on one connection
from sqlwright.runtime.aio.lanes import Lanes

# end of async only
from sqlwright.runtime.aio.pipeline import AsyncPipeline, open_pipeline
from sqlwright.runtime.aio.session import IDLE, AsyncSession
from sqlwright.runtime.aio.transaction import AsyncTransaction, open_transaction
from sqlwright.runtime.errors import DatabaseNotOpen
from sqlwright.runtime.prepared import PreparedStatements, Reply
from sqlwright.runtime.settings import PoolSettings
from sqlwright.runtime.statement import Bound, Statement

__all__ = ["AsyncDatabase", "Isolation"]

T = TypeVar("T")

#: PostgreSQL's own words; psycopg's enum is welcome too.
Isolation: TypeAlias = Literal["read committed", "repeatable read", "serializable"] | psycopg.IsolationLevel

NoticeHandler: TypeAlias = Callable[[psycopg.errors.Diagnostic], None]
NotifyHandler: TypeAlias = Callable[[psycopg.Notify], None]


class AsyncPooledConnection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection of our pool, which can undo what a borrower did to the Python object."""

    _borrowed_adapters: AdaptersMap | None = None
    prepared: PreparedStatements
    _undo: tuple[Callable[[], None], ...] = ()

    @property
    def adapters(self) -> AdaptersMap:
        if self._borrowed_adapters is None:
            self._borrowed_adapters = AdaptersMap(psycopg.adapters)
        return self._borrowed_adapters

    def add_notice_handler(self, callback: NoticeHandler) -> None:
        super().add_notice_handler(callback)
        self._undo += (partial(self.remove_notice_handler, callback),)

    def add_notify_handler(self, callback: NotifyHandler) -> None:
        super().add_notify_handler(callback)
        self._undo += (partial(self.remove_notify_handler, callback),)

    def forget_borrower(self) -> None:
        """Drop adapters and handlers that were added."""
        self._borrowed_adapters = None
        undo, self._undo = self._undo, ()
        for remove in undo:
            # ValueError: the borrower removed it.
            with suppress(ValueError):
                remove()


class AsyncDatabase:
    """One database and its pool of connections. Open it with `with`, or with `open()` and `close()`.

    Args:
        conninfo: a connection string, or all settings.
        pgbouncer: statements are not prepared, for a PgBouncer in transaction mode.
        name: of the pool, in psycopg's log messages.

    The other arguments replace those of the settings.

    Raises:
        ValueError: the settings make no sense.
    """

    def __init__(
        self,
        conninfo: str | PoolSettings = "",
        *,
        min_size: int | None = None,
        max_size: int | None = None,
        max_idle: float | None = None,
        timeout: float | None = None,
        pgbouncer: bool = False,
        name: str | None = None,
    ) -> None:
        settings = conninfo if isinstance(conninfo, PoolSettings) else PoolSettings(conninfo)
        self.settings = settings.replace(min_size=min_size, max_size=max_size, max_idle=max_idle, timeout=timeout)
        self.pgbouncer = pgbouncer
        self.name = name
        self._kwargs = self.settings.connect_kwargs(pgbouncer=pgbouncer)
        self._state = ConnectionState(prepare=not pgbouncer)
        self._pool: psycopg_pool.AsyncConnectionPool[AsyncPooledConnection] | None = None
        # async only: a thread that waits has nothing to share
        self._lanes: Lanes | None = None
        # end of async only

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'open' if self._pool else 'closed'} {self.settings!r}>"

    # --------------------------------------------------------------------------------------------- opening and closing

    async def open(self) -> None:
        """Connect; a second call does nothing.

        Raises:
            psycopg.OperationalError: the server cannot be reached or refuses us.
        """
        if self._pool is not None:
            return
        # The pool connects in the background and would only say, after its timeout, that it could not.
        first = await psycopg.AsyncConnection.connect(self.settings.conninfo, **self._kwargs)
        await first.close()
        pool = psycopg_pool.AsyncConnectionPool(
            self.settings.conninfo,
            connection_class=AsyncPooledConnection,
            kwargs=dict(self._kwargs),
            min_size=self.settings.min_size,
            max_size=self.settings.max_size,
            max_idle=self.settings.max_idle,
            max_lifetime=self.settings.max_lifetime,
            max_waiting=self.settings.max_waiting,
            timeout=self.settings.timeout,
            name=self.name,
            configure=self._configure,
            open=False,
        )
        await pool.open()
        self._pool = pool
        # async only: calls of many tasks on one connection
        if self.settings.pipeline and not self.pgbouncer:
            self._lanes = Lanes(self.acquire, self.release, self.settings.max_size)
        # end of async only

    async def close(self) -> None:
        """Close all connections; a call that still has one finishes first. It can be opened again."""
        # async only: they give their connections back
        if self._lanes is not None:
            await self._lanes.finish()
            self._lanes = None
        # end of async only
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def __aenter__(self) -> AsyncDatabase:
        await self.open()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    # ----------------------------------------------------------------------------------------------------- transactions

    @asynccontextmanager
    async def transaction(
        self, *, isolation: Isolation | None = None, read_only: bool | None = None, deferrable: bool | None = None
    ) -> AsyncGenerator[AsyncTransaction]:
        """A transaction: committed when the block ends, rolled back when it raises. None leaves a choice to the server.

        Raises:
            TransactionAborted: an error of a statement was caught inside the block, so nothing could be committed.
            psycopg_pool.PoolTimeout: no connection became free in time.
        """
        level = None if isolation is None else _isolation_level(isolation)
        session = await self.acquire()
        connection = session.connection
        try:
            if level is not None:
                await connection.set_isolation_level(level)
            if read_only is not None:
                await connection.set_read_only(read_only)
            if deferrable is not None:
                await connection.set_deferrable(deferrable)
            async with open_transaction(session) as transaction:
                yield transaction
        finally:
            if (isolation, read_only, deferrable) != (None, None, None) and session.status == IDLE:
                await connection.set_isolation_level(None)
                await connection.set_read_only(None)
                await connection.set_deferrable(None)
            await self.release(session)

    async def run(
        self,
        function: Callable[[AsyncTransaction], Awaitable[T]],
        *,
        retries: int = 3,
        isolation: Isolation | None = None,
        read_only: bool | None = None,
        deferrable: bool | None = None,
    ) -> T:
        """Call the function with a transaction, and again with a new one when that could not be serialized or
        deadlocked.

        The function may thus run more than once, and should do nothing that a rollback does not undo.

        Raises:
            psycopg.errors.SerializationFailure: also the last attempt failed.
            psycopg.errors.DeadlockDetected: likewise.
        """
        attempt = 0
        while True:
            try:
                async with self.transaction(
                    isolation=isolation, read_only=read_only, deferrable=deferrable
                ) as transaction:
                    return await function(transaction)
            except psycopg.Error as error:
                if attempt >= retries or not _worth_retrying(error):
                    raise
            # Full jitter: those that collided must not meet again.
            await sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
            attempt += 1

    def pipeline(self) -> AbstractAsyncContextManager[AsyncPipeline]:
        """Calls that are made together when the block ends, in one round trip and one transaction.

        Raises (at the end of the block):
            psycopg.Error: what the server says about the first call that fails, as if it had been made by itself; then
                nothing was done.
            NoRow, TooManyRows, RowError: about a result; then all was done.
            psycopg_pool.PoolTimeout: no connection became free in time.
        """
        return open_pipeline(self._lend)

    # ------------------------------------------------------------------------------------------------------ connections

    @asynccontextmanager
    async def _lend(self) -> AsyncGenerator[AsyncSession]:
        session = await self.acquire()
        try:
            yield session
        finally:
            await self.release(session)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[psycopg.AsyncConnection[Any]]:
        """Lend a psycopg connection in autocommit mode, for what generated functions do not do.

        What the borrower changed in the session (SET, temporary tables, locks, LISTEN) or in the connection's
        attributes is undone afterwards; an open transaction is committed, or rolled back when the block raises.
        """
        session = await self.acquire()
        session.dirty = session.lent = True
        connection = session.connection
        assert isinstance(connection, AsyncPooledConnection)
        before = {name: getattr(connection, name) for name in _LENT_ATTRIBUTES}
        if not self.pgbouncer:
            connection.prepare_threshold = _PREPARE_THRESHOLD
        try:
            try:
                yield connection
            except BaseException:
                if not connection.closed:
                    await connection.rollback()
                raise
            if not connection.closed:
                await connection.commit()
        finally:
            if session.status == IDLE:
                await connection.set_autocommit(True)
                await connection.set_isolation_level(None)
                await connection.set_read_only(None)
                await connection.set_deferrable(None)
                for name, value in before.items():
                    setattr(connection, name, value)
                connection.forget_borrower()
            await self.release(session)

    # async only: calls of many tasks on one connection
    async def share(self, statement: Statement, values: Bound) -> Reply | None:
        """Run the statement on a connection that others may use at the same time; None: it wants one of its own."""
        lanes = self._lanes
        adaptation = self._state.adaptation
        if lanes is None or not lanes.takes(statement) or not statement.types <= adaptation.names:
            return None
        return await lanes.run(statement, values, adaptation.adapters)

    # end of async only
    async def drop_broken(self) -> None:
        """Replace the connections in the pool that are lost; when one is, most are."""
        if self._pool is not None:
            await self._pool.check()

    async def acquire(self) -> AsyncSession:
        """Take a connection out of the pool; `release` must follow."""
        if self._pool is None:
            raise DatabaseNotOpen(f"this {type(self).__name__} is not open: use it in a `with` block, or call open()")
        connection = await self._pool.getconn()
        return AsyncSession(connection, self._state, self._pool, connection.prepared)

    async def _configure(self, connection: AsyncPooledConnection) -> None:
        connection.prepared = PreparedStatements(
            connection, prepare=not self.pgbouncer, pause_gc=self.settings.pause_gc
        )

    async def release(self, session: AsyncSession) -> None:
        """Give a connection back."""
        connection = session.connection
        try:
            if session.dirty and not connection.closed and not self.pgbouncer:
                await session.reset()
        except psycopg.Error:
            # A connection that cannot be reset is not used again; the pool makes a new one.
            await connection.close()
        except BaseException:
            await connection.close()
            raise
        finally:
            # Of the session: this Database may have been closed in the meantime.
            if session.pool is not None:
                await session.pool.putconn(connection)


#: psycopg's own default, for what borrowers run.
_PREPARE_THRESHOLD = 5
_LENT_ATTRIBUTES = ("row_factory", "cursor_factory", "server_cursor_factory", "prepare_threshold", "prepared_max")


def _isolation_level(isolation: Isolation) -> psycopg.IsolationLevel:
    if isinstance(isolation, psycopg.IsolationLevel):
        return isolation
    try:
        return psycopg.IsolationLevel[isolation.replace(" ", "_").upper()]
    except KeyError:
        raise ValueError("isolation is one of 'read committed', 'repeatable read' and 'serializable'") from None


def _worth_retrying(error: psycopg.Error) -> bool:
    # A stale plan is over with the transaction, in which it could not be retried.
    return error.sqlstate in ("40001", "40P01") or is_stale_plan(error)
