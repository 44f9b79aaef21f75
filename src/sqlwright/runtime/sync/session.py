# This file is derived from ../aio/session.py by scripts/async_to_sync.py: change that one and run the script.

"""Running one statement on one connection: all that we do with psycopg's cursors is in here.

In: a connection, a Statement, its bound values. Out: rows as tuples, and counts. The surprise: a cursor of ours looks
at its own adapters and row factory only, so those of a connection that was handed to us neither disturb us nor are
touched.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import psycopg_pool
from psycopg import pq
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq.abc import PGresult
from psycopg.rows import tuple_row

from sqlwright.runtime.adaptation import (
    LOOKUP,
    Adaptation,
    ConnectionState,
    TypeRow,
    base_adapters,
    is_stale_plan,
)
from sqlwright.runtime.dumping import for_cursor
from sqlwright.runtime.encoding import encoder_for
from sqlwright.runtime.errors import ErrorClass, ExecutorError, commit_error, errors_of, translate
from sqlwright.runtime.pending import Step
from sqlwright.runtime.prepared import Failure, PreparedStatements, fetch_forward
from sqlwright.runtime.rows import Loaded, Outcome, Row, column_indexes, read_error
from sqlwright.runtime.statement import Bound, Statement
from sqlwright.runtime.sync.copying import RowsToCopy
from sqlwright.runtime.sync.flavour import Items, current_worker

__all__ = ["ServerCursor", "Session"]

TEXT, BINARY = pq.Format.TEXT, pq.Format.BINARY
IDLE, INTRANS, INERROR = pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR


class StatementCursor(psycopg.RawCursor[Row]):
    """A cursor with adapters of its own instead of its connection's."""

    def __init__(self, connection: psycopg.Connection[Any], adapters: AdaptersMap, binary: bool) -> None:
        self._statement_adapters = adapters
        super().__init__(connection, row_factory=tuple_row)
        self.format = BINARY if binary else TEXT

    @property
    def adapters(self) -> AdaptersMap:
        return self._statement_adapters


class StatementServerCursor(psycopg.RawServerCursor[Row]):
    """The same on the server's side, of which psycopg sends the DECLARE and the CLOSE."""

    def __init__(self, connection: psycopg.Connection[Any], name: str, adapters: AdaptersMap) -> None:
        self._statement_adapters = adapters
        super().__init__(connection, name, row_factory=tuple_row)

    @property
    def adapters(self) -> AdaptersMap:
        return self._statement_adapters


class ServerCursor:
    """An open server-side cursor, whose results are for others to read."""

    def __init__(self, connection: psycopg.Connection[Any], name: str, adapters: AdaptersMap, *, binary: bool) -> None:
        self.connection = connection
        self.adapters = adapters
        self._name = name.encode()
        self._format = BINARY if binary else TEXT

    def fetch(self, rows: int) -> PGresult:
        """The next rows, at most so many."""
        with self.connection.lock:
            return self.connection.wait(fetch_forward(self.connection, self._name, rows, self._format))


#: For names that must differ: those of two open server-side cursors in a transaction, above all.
_numbers = itertools.count(1)


class Session:
    """A connection, for the time of a call or of a transaction."""

    __slots__ = ("connection", "dirty", "lent", "listed", "pool", "prepared", "state")

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        state: ConnectionState,
        pool: psycopg_pool.ConnectionPool[Any] | None = None,
        prepared: PreparedStatements | None = None,
    ) -> None:
        self.connection = connection
        self.state = state
        #: what is prepared on a connection of our own; on others psycopg prepares, by way of its cursors
        self.prepared = prepared
        #: where a Database took the connection from
        self.pool = pool
        #: settings may have changed: `reset` must come before the connection is used for anything else
        self.dirty = False
        #: others had the connection in their hands, and may have prepared statements on it
        self.lent = False
        #: error classes of what ran in this transaction, for constraints that fail at COMMIT
        self.listed: set[ErrorClass] = set()

    @property
    def status(self) -> pq.TransactionStatus:
        """Whether the connection is in a transaction."""
        return self.connection.info.transaction_status

    # ------------------------------------------------------------------------------------------------ one statement

    def run(self, statement: Statement, values: Bound, *, returning: bool) -> Outcome:
        """Run the statement; its rows where `returning`, their number in any case."""
        try:
            return self._run(statement, values, returning=returning)
        except psycopg.Error as error:
            if not self._can_be_repeated(statement, error):
                raise
        return self._run(statement, values, returning=returning)

    def _run(self, statement: Statement, values: Bound, *, returning: bool) -> Outcome:
        adapters = self._adapters_for(statement)
        if self.prepared is not None and self.prepared.usable:
            with self.connection.lock:
                return self.connection.wait(self.prepared.run(statement, values, adapters))
        cursor = StatementCursor(self.connection, adapters, statement.binary)
        cursor.execute(self._query(statement), self._given(statement, values), prepare=self.state.prepare)
        return Loaded(self._fetch(statement, cursor) if returning else [], cursor.rowcount)

    def run_many(self, statement: Statement, values: Sequence[Bound], *, returning: bool) -> Outcome:
        """Run the statement once for each of the bound values, pipelined, in one transaction."""
        try:
            return self._run_many(statement, values, returning=returning)
        except psycopg.Error as error:
            if not self._can_be_repeated(statement, error):
                raise
        return self._run_many(statement, values, returning=returning)

    def _run_many(self, statement: Statement, values: Sequence[Bound], *, returning: bool) -> Outcome:
        adapters = self._adapters_for(statement)
        if self.prepared is not None and self.prepared.usable:
            with self.connection.lock:
                running = self.prepared.run_many(statement, values, adapters, atomic=self.status == IDLE)
                return self.connection.wait(running)
        cursor = StatementCursor(self.connection, adapters, statement.binary)
        rows: list[Row] = []
        with self.atomic():
            given = [self._given(statement, each) or () for each in values]
            cursor.executemany(self._query(statement), given, returning=returning)
            rowcount = cursor.rowcount
            if returning and values:
                rows = self._fetch(statement, cursor)
                while cursor.nextset():
                    rows += self._fetch(statement, cursor)
                rowcount = len(rows)
        return Loaded(rows, rowcount)

    def run_pipeline(self, steps: Sequence[Step]) -> list[Outcome]:
        """Run all steps in one round trip and one transaction. Raises the error of the first that fails, as its own."""
        try:
            return self._run_pipeline(steps)
        except psycopg.Error as error:
            repeated = [self._can_be_repeated(step.statement, error) for step in steps]
            if not all(repeated):
                raise
        return self._run_pipeline(steps)

    def _run_pipeline(self, steps: Sequence[Step]) -> list[Outcome]:
        if self.prepared is None or not self.prepared.usable:
            return self._run_in_turn(steps)
        batches: list[tuple[Statement, Sequence[Bound], AdaptersMap]] = []
        for step in steps:
            with errors_of(step.statement):
                batches.append((step.statement, step.values, self._adapters_for(step.statement)))
        with self.connection.lock:
            atomic = self.status == IDLE
            done = self.connection.wait(self.prepared.run_all(batches, atomic=atomic))
        if not isinstance(done, Failure):
            return list(done)
        if done.at is not None:
            raise translate(done.error, steps[done.at].statement)
        raise commit_error(done.error, [each for step in steps for each in step.statement.errors])

    def _run_in_turn(self, steps: Sequence[Step]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        with self.atomic():
            for step in steps:
                with errors_of(step.statement):
                    if step.many:
                        outcome = self._run_many(step.statement, step.values, returning=step.returning)
                    else:
                        outcome = self._run(step.statement, step.values[0], returning=step.returning)
                outcomes.append(outcome)
        return outcomes

    def run_script(self, statement: Statement) -> None:
        """Run a text of several statements, as psql would, without reading results."""
        self.dirty = True
        # Text format and no preparing: the simple protocol is the one that takes several statements.
        cursor = StatementCursor(self.connection, self._adapters_for(statement), binary=False)
        cursor.execute(statement.query_for(self.connection), prepare=False)

    # ------------------------------------------------------------------------------------------------------- streams

    @contextmanager
    def stream(self, statement: Statement, values: Bound) -> Generator[ServerCursor]:
        """A server-side cursor over the statement's rows, in a transaction."""
        adapters = self._adapters_for(statement)
        with self.atomic():
            name = f"sqlwright_{next(_numbers)}"
            cursor = StatementServerCursor(self.connection, name, adapters)
            try:
                cursor.execute(
                    statement.query_for(self.connection), self._given(statement, values), binary=statement.binary
                )
                yield ServerCursor(self.connection, name, adapters, binary=statement.binary)
            finally:
                cursor.close()

    def copy(self, statement: Statement, items: Items[Any]) -> int:
        """Stream the items into COPY … FROM STDIN; the number of rows."""
        cursor = StatementCursor(self.connection, self._adapters_for(statement), binary=False)
        failure: BaseException | None = None
        copying = (id(self.connection), current_worker())
        self.state.copying.add(copying)
        try:
            with cursor.copy(statement.query_for(self.connection)) as copy:
                if statement.copy is not None and statement.copies_binary:
                    copy.set_types(statement.copy.binary_types())
                rows = RowsToCopy(statement, items, self.connection.info.encoding)
                while True:
                    try:
                        written = rows.take()
                    except BaseException as error:
                        # psycopg tells the server why a COPY stops, and the server writes that to its log.
                        failure = error
                        raise _Stopped from None
                    if not written:
                        break
                    if isinstance(written, bytes):
                        copy.write(written)
                    else:
                        for row in written:
                            copy.write_row(row)
        except (_Stopped, psycopg.Error):
            if failure is None:
                raise
        finally:
            self.state.copying.discard(copying)
        if failure is not None:
            raise failure
        return cursor.rowcount

    # --------------------------------------------------------------------------------------------------------- parts

    @contextmanager
    def atomic(self) -> Generator[None]:
        """A transaction, unless one is open or psycopg will begin one by itself, which is then the caller's."""
        if self.connection.autocommit and self.status == IDLE:
            with self.connection.transaction():
                yield
        else:
            yield

    def _adapters_for(self, statement: Statement) -> AdaptersMap:
        """The adapters for the statement's result; every statement comes through here before it is sent."""
        if self.state.copying and (id(self.connection), current_worker()) in self.state.copying:
            # It would wait for itself: a COPY holds its connection until the last row is through.
            raise ExecutorError("copy_in is reading its rows: they cannot come from queries on the same connection")
        if statement.sets_session:
            self.dirty = True
        if statement.errors and self.connection.pgconn.transaction_status != IDLE:
            self.listed.update(statement.errors)

        adaptation = self.state.adaptation
        return (adaptation if statement.types <= adaptation.names else self._learn(statement)).adapters

    def _learn(self, statement: Statement) -> Adaptation:
        cursor = StatementCursor(self.connection, base_adapters(), binary=True)
        names = sorted(statement.types)
        cursor.execute(LOOKUP, [encoder_for("text[]")(names)], prepare=False)
        return self.state.learn(names, [TypeRow(*row) for row in cursor.fetchall()])

    def _query(self, statement: Statement) -> bytes:
        query = statement.query_for(self.connection)
        renewed = self.state.renewed.get(statement)
        return query if renewed is None else query + renewed

    def _given(self, statement: Statement, values: Bound) -> Sequence[Any] | None:
        """The values for a cursor."""
        if statement.oids is not None:
            return for_cursor(values, statement.oids, self.connection.info.encoding)
        return values or None

    def _can_be_repeated(self, statement: Statement, error: psycopg.Error) -> bool:
        if not is_stale_plan(error):
            return False
        # Not by DEALLOCATE: the connection may have prepared statements that are not ours.
        self.state.renew(statement, next(_numbers))
        if self.prepared is not None:
            self.prepared.forget(statement)
        return self.status == IDLE

    def _fetch(self, statement: Statement, cursor: StatementCursor) -> list[Row]:
        try:
            rows = cursor.fetchall()
        except Exception as error:
            raise read_error(statement, cursor.pgresult, Transformer(cursor), error) from None
        indexes = None if cursor.pgresult is None or not rows else column_indexes(statement, cursor.pgresult)
        return rows if indexes is None else [tuple(values[index] for index in indexes) for values in rows]

    def reset(self) -> None:
        """Make the server's session as it was at first."""
        if self.status != IDLE:
            self.connection.rollback()
        if not self.lent:
            self._command(_RESET)
            return
        # With a threshold psycopg notices, and forgets what it had prepared for the borrower.
        self.connection.prepare_threshold = 0
        self._command(_as_if_new("DISCARD ALL"))
        self.connection.prepare_threshold = None
        if self.prepared is not None:
            self.prepared.forget()

    def _command(self, sql: bytes) -> None:
        StatementCursor(self.connection, base_adapters(), binary=False).execute(sql, prepare=False)


#: DISCARD ALL, except that prepared statements stay.
_RESET = b"""\
CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all();
DISCARD TEMP; DISCARD SEQUENCES"""


def _as_if_new(command: str) -> bytes:
    # psycopg sees such a command go by and forgets what it had prepared, but only if it has not counted the same text
    # before (3.3.9): run a second time, it would leave psycopg with names that the server no longer knows.
    return f"{command} -- {next(_numbers)}".encode()


class _Stopped(Exception):
    """The rows of a COPY could not be had."""
