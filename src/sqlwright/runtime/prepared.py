"""Statements as one connection of our own has prepared them, and how their results are read.

In: a psycopg connection that nobody else prepares statements on, a Statement, its bound values. Out: replies, whose
rows are built as they are read. The surprise: no cursor is involved. psycopg's cursors learn at every call what a
result looks like, which takes longer than reading one; here it is learnt once for each statement and connection.

The generators are psycopg's kind, for `connection.wait()`, which waits in the connection's own way: blocking or async,
and ready to be cancelled.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

import psycopg
from psycopg import abc, errors, generators, pq
from psycopg.abc import PipelineCommand, PQGen
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import Ready, Wait

from sqlwright.runtime.garbage import LONG, resting
from sqlwright.runtime.rows import Row, column_indexes, read_error, row_maker
from sqlwright.runtime.statement import Bound, Statement

__all__ = ["Failure", "Prepared", "PreparedStatements", "Reply", "fetch_forward"]

T = TypeVar("T")

#: The values of a call and their formats; no formats: they are all text.
Sent: TypeAlias = tuple[Sequence[bytes | None], Sequence[int] | None]

Connection: TypeAlias = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]

TEXT, BINARY = pq.Format.TEXT, pq.Format.BINARY
COMMAND_OK, TUPLES_OK, EMPTY = pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY
FATAL_ERROR, PIPELINE_SYNC = pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_SYNC

#: Statements that one connection keeps prepared; beyond these the oldest goes.
PREPARED_MAX = 500

_FORGETS_ALL = (b"DISCARD ALL", b"DEALLOCATE ALL")


class _Context:
    """What psycopg's loaders want to know: whose adapters, and which connection."""

    __slots__ = ("adapters", "connection")

    def __init__(self, adapters: AdaptersMap, connection: Connection) -> None:
        self.adapters = adapters
        self.connection = connection


class Prepared:
    """One statement on one connection."""

    __slots__ = ("indexes", "made_for", "name", "transformer")

    def __init__(self, name: bytes) -> None:
        self.name = name
        #: what reads its results; None while a call has it in use, and before the first
        self.transformer: abc.Transformer | None = None
        #: what the transformer depends on: adapters, time zone
        self.made_for: tuple[AdaptersMap, bytes | None] | None = None
        #: where the columns that the generated code knows are, when there are others as well
        self.indexes: Sequence[int] | None = None


class Reply:
    """What a statement came to: its rows, still unread, and their number."""

    __slots__ = ("_adapters", "_connection", "_pause_gc", "_prepared", "_results", "rowcount")

    def __init__(
        self,
        connection: Connection,
        adapters: AdaptersMap,
        prepared: Prepared,
        results: Sequence[PGresult],
        *,
        pause_gc: bool = False,
    ) -> None:
        self._connection = connection
        self._adapters = adapters
        self._prepared = prepared
        self._results = results
        self._pause_gc = pause_gc
        self.rowcount = sum(_count(result) for result in results)

    def rows(self, statement: Statement, row: Callable[[Row], T]) -> list[T]:
        """All rows, built while they are read. Raises RowError, SchemaChanged."""
        if self._pause_gc and self.rowcount >= LONG:
            with resting():
                return self._rows(statement, row)
        return self._rows(statement, row)

    def _rows(self, statement: Statement, row: Callable[[Row], T]) -> list[T]:
        prepared = self._prepared
        made_for = (self._adapters, self._connection.pgconn.parameter_status(b"TimeZone"))
        # Taken out while it is in use: the connection may be in other hands by now, which then make their own.
        transformer, prepared.transformer = prepared.transformer, None
        learnt = transformer is not None and prepared.made_for == made_for
        if transformer is None or not learnt:
            transformer = Transformer(_Context(self._adapters, self._connection))
        built: list[T] = []
        for result in self._results:
            transformer.set_pgresult(result, set_loaders=not learnt)
            if not learnt:
                prepared.indexes = column_indexes(statement, result)
                learnt = bool(prepared.name)  # what is not prepared may have other columns the next time
            try:
                built += transformer.load_rows(0, result.ntuples, row_maker(row, prepared.indexes))
            except Exception as error:
                raise read_error(statement, result, transformer, error) from None
        # The result goes, the loaders stay.
        transformer.set_pgresult(None, set_loaders=False)
        if prepared.name:
            prepared.made_for, prepared.transformer = made_for, transformer
        return built


class Failure(NamedTuple):
    """What the server said about one of several statements."""

    error: psycopg.Error
    #: the number of the statement; None: it was said at the end, about all of them
    at: int | None


def _count(result: PGresult) -> int:
    return result.ntuples if result.status == TUPLES_OK else result.command_tuples or 0


class PreparedStatements:
    """The statements that one connection has prepared.

    Args:
        connection: one on which nobody else prepares anything; psycopg itself does not with `prepare_threshold=None`.
        prepare: whether to prepare at all; through PgBouncer statements are sent whole.
        pause_gc: whether the garbage collector rests while a long list is built.
    """

    __slots__ = ("_connection", "_known", "_numbers", "_pgconn", "_prepare", "pause_gc")

    def __init__(self, connection: Connection, *, prepare: bool = True, pause_gc: bool = False) -> None:
        self.pause_gc = pause_gc
        self._connection = connection
        self._pgconn: PGconn = connection.pgconn
        self._prepare = prepare
        self._known: dict[Statement, Prepared] = {}
        self._numbers = itertools.count(1)

    @property
    def usable(self) -> bool:
        """Whether statements can be run here now; not where somebody chose another encoding or psycopg's pipeline."""
        pgconn = self._pgconn
        return pgconn.parameter_status(b"client_encoding") == b"UTF8" and not pgconn.pipeline_status

    def forget(self, statement: Statement | None = None) -> None:
        """Prepare the statement anew at its next use; all of them when none is named."""
        if statement is None:
            self._known.clear()
        else:
            self._known.pop(statement, None)

    def run(self, statement: Statement, values: Bound, adapters: AdaptersMap) -> PQGen[Reply]:
        """Run the statement once.

        Raises:
            psycopg.Error: what the server says.
        """
        prepared = self._known.get(statement) or (yield from self._prepared(statement))
        self._send(statement, prepared, encoded(statement, values))
        results = yield from generators.execute(self._pgconn)
        for result in results:
            self._check(result)
        return Reply(self._connection, adapters, prepared, results, pause_gc=self.pause_gc)

    def run_many(
        self, statement: Statement, values: Sequence[Bound], adapters: AdaptersMap, *, atomic: bool
    ) -> PQGen[Reply]:
        """Run the statement once for each of the values, in one round trip; `atomic`: in a transaction of its own.

        Raises:
            psycopg.Error: the first that the server says; then nothing was done.
        """
        done = yield from self.run_all([(statement, values, adapters)], atomic=atomic)
        if isinstance(done, Failure):
            raise done.error
        return done[0]

    def run_all(
        self, batches: Sequence[tuple[Statement, Sequence[Bound], AdaptersMap]], *, atomic: bool
    ) -> PQGen[list[Reply] | Failure]:
        """Run each statement once for each of its values, all in one round trip; a reply for each statement.

        Statements that are not prepared yet are prepared first. After a failure nothing was done, or in a transaction
        of the caller's, nothing can be.

        Raises:
            psycopg.Error: the connection was lost.
        """
        statements: list[Prepared] = []
        for index, (statement, _, _) in enumerate(batches):
            try:
                statements.append(self._known.get(statement) or (yield from self._prepared(statement)))
            except psycopg.Error as error:
                return Failure(error, index)
        # Room for the last may have been made at the cost of the first.
        statements = [
            prepared if self._known.get(statement) is prepared else Prepared(b"")
            for (statement, _, _), prepared in zip(batches, statements, strict=True)
        ]
        pgconn = self._pgconn
        # All encoded before the first is sent.
        commands = deque[PipelineCommand](
            partial(self._send, statement, prepared, encoded(statement, each))
            for (statement, values, _), prepared in zip(batches, statements, strict=True)
            for each in values
        )
        if atomic:
            commands.appendleft(partial(pgconn.send_query_params, b"BEGIN", None))
            commands.append(partial(pgconn.send_query_params, b"COMMIT", None))
        commands.append(pgconn.pipeline_sync)
        pgconn.enter_pipeline_mode()
        try:
            answers = yield from generators.pipeline_communicate(pgconn, commands)
            yield from _flush(pgconn)
            while not answers or answers[-1][0].status != PIPELINE_SYNC:
                answers.append((yield from generators.fetch_many(pgconn)))
            pgconn.exit_pipeline_mode()
        except BaseException:
            # Answers are still to come, and nobody would know whose.
            pgconn.finish()
            raise
        # Whose answers they are; those of BEGIN and COMMIT are nobody's.
        owners: list[int | None] = [index for index, (_, values, _) in enumerate(batches) for _ in values]
        if atomic:
            owners = [None, *owners, None]
        results: list[list[PGresult]] = [[] for _ in batches]
        for owner, answer in zip(owners, answers[:-1], strict=True):
            try:
                for result in answer:
                    self._check(result)
            except psycopg.Error as error:
                if atomic and pgconn.transaction_status != pq.TransactionStatus.IDLE:
                    pgconn.send_query(b"ROLLBACK")
                    yield from generators.execute(pgconn)
                return Failure(error, owner)
            if owner is not None:
                results[owner] += answer
        return [
            Reply(self._connection, adapters, prepared, each, pause_gc=self.pause_gc)
            for (_, _, adapters), prepared, each in zip(batches, statements, results, strict=True)
        ]

    def send(self, statement: Statement, values: Bound) -> Prepared:
        """Send it on a connection in pipeline mode, preparing it first where that is needed; nothing waits here.

        Its answer is the last before the next sync point; a failure of any of them is its failure.
        """
        sent = encoded(statement, values)
        prepared = self._known.get(statement)
        if prepared is None:
            while len(self._known) >= PREPARED_MAX:
                self._pgconn.send_query_params(self._oldest(), None)
            prepared = self._new()
            self._pgconn.send_prepare(prepared.name, statement.query, statement.oids)
            # At once: those that are sent behind it find it prepared.
            self._known[statement] = prepared
        self._send(statement, prepared, sent)
        return prepared

    # ----------------------------------------------------------------------------------------------------------- parts

    def _new(self) -> Prepared:
        return Prepared(b"sqlwright_%d" % next(self._numbers))

    def _oldest(self) -> bytes:
        """Forget the statement that was prepared first; the command that makes the server forget it."""
        return b"DEALLOCATE " + self._known.pop(next(iter(self._known))).name

    def _prepared(self, statement: Statement) -> PQGen[Prepared]:
        """Have the server prepare it."""
        if not self._prepare:
            return Prepared(b"")
        while len(self._known) >= PREPARED_MAX:
            yield from self._command(self._oldest())
        prepared = self._new()
        self._pgconn.send_prepare(prepared.name, statement.query, statement.oids)
        for result in (yield from generators.execute(self._pgconn)):
            self._check(result)
        self._known[statement] = prepared
        return prepared

    def _command(self, sql: bytes) -> PQGen[None]:
        self._pgconn.send_query(sql)
        for result in (yield from generators.execute(self._pgconn)):
            self._check(result)

    def _send(self, statement: Statement, prepared: Prepared, sent: Sent) -> None:
        values, formats = sent
        format = BINARY if statement.binary else TEXT
        if prepared.name:
            self._pgconn.send_query_prepared(prepared.name, values, formats, format)
        else:
            self._pgconn.send_query_params(statement.query, values, statement.oids, formats, format)

    def _check(self, result: PGresult) -> None:
        status = result.status
        if status == TUPLES_OK:
            return
        if status in (COMMAND_OK, EMPTY):
            if result.command_status in _FORGETS_ALL:
                self._known.clear()
            return
        if status == FATAL_ERROR:
            raise errors.error_from_result(result)
        raise psycopg.ProgrammingError(f"a statement cannot be run this way: {pq.ExecStatus(status).name}")


def _flush(pgconn: PGconn) -> PQGen[None]:
    """Send what is not sent yet; psycopg leaves it when all commands are written, and would wait for their answers."""
    while pgconn.flush():
        ready = yield Wait.RW
        if ready & Ready.R:
            # Or neither side would read.
            pgconn.consume_input()


def fetch_forward(connection: Connection, cursor: bytes, rows: int, format: pq.Format) -> PQGen[PGresult]:
    """FETCH from a server-side cursor of ours, so that psycopg does not read the rows."""
    connection.pgconn.send_query_params(b"FETCH FORWARD %d FROM %s" % (rows, cursor), None, result_format=format)
    results: list[PGresult] = yield from generators.execute(connection.pgconn)
    result = results[0]
    if result.status != TUPLES_OK:
        raise errors.error_from_result(result, encoding=connection.info.encoding)
    return result


def encoded(statement: Statement, values: Bound) -> Sent:
    """The values as they are sent."""
    sent = [value.encode() if isinstance(value, str) else value for value in values]
    if statement.oids is None:
        # Bytes have a declared type.
        return sent, None
    return sent, [BINARY if isinstance(value, bytes) else TEXT for value in values]
