"""A migration as yoyo runs it, step by step, and how far one without a transaction has got.

In: a checked `MigrationFile`. Out: yoyo's steps, one for each statement, whose errors name their place in the file.
The surprise: a migration without a transaction goes on where it stopped. Each statement is written down before it
begins and after it ends, so that a failure, or a kill, leaves a state that `status` tells and the next run continues.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import psycopg

from sqlwright.diagnostics import Diagnostic, DiagnosticError
from sqlwright.migrate._yoyo import BaseMigration, Connection, StepCollector
from sqlwright.migrate.failure import failed_statement
from sqlwright.migrate.files import MigrationFile, Script, Statement
from sqlwright.runtime.sqltext import tokenize

if TYPE_CHECKING:
    from sqlwright.migrate.backend import Backend

__all__ = ["Progress", "SqlMigration"]


class SqlMigration(BaseMigration):
    """A migration whose statements were split and checked by us."""

    def __init__(self, file: MigrationFile) -> None:
        super().__init__(file.id, str(file.script.path), str(file.script.path.parent))
        self.file = file
        self.direction: Literal["apply", "rollback"] = "apply"
        self.progress: Progress | None = None
        self._depends = set()  # checked when the files were read; the order is that of the numbers

    @property
    def script(self) -> Script:
        """The file that the current direction runs."""
        if self.direction == "apply" or self.file.rollback is None:
            return self.file.script
        return self.file.rollback

    def load(self) -> None:
        """Make yoyo's steps of the statements that are to run."""
        script = self.script
        self.use_transactions = script.transactional
        collector = StepCollector(self)
        done = self.progress.done if self.progress else 0
        steps = [self._step(script, statement) for statement in script.statements[done:]]
        if self.direction == "apply":
            for step in steps:
                collector.add_step(step)
        else:
            for step in reversed(steps):  # yoyo rolls back from the last step to the first
                collector.add_step(None, step)
        # False: not a savepoint around each of them, the transaction around all of them is enough.
        self.steps = collector.create_steps(False)

    def _step(self, script: Script, statement: Statement) -> Callable[[Connection], None]:
        def run(connection: Connection) -> None:
            if self.progress:
                self.progress.begin(statement)
            try:
                connection.execute(statement.text.encode())  # without parameters, so a % is a %
            except psycopg.Error as error:
                help = self.progress.failed(statement, error) if self.progress else None
                raise failed_statement(script, statement, error, help=help) from error
            if self.progress:
                self.progress.finish(statement)

        return run


class Progress:
    """Writes down, statement by statement, how far a migration without a transaction has got."""

    def __init__(self, backend: Backend, migration: SqlMigration) -> None:
        """Find out where an earlier run stopped.

        Raises DiagnosticError when what it has done is no longer what the file says.
        """
        self.done = 0
        self._backend = backend
        self._connection: Connection | None = None
        self._migration = migration
        self._state: Literal["applying", "rolling back"] = (
            "applying" if migration.direction == "apply" else "rolling back"
        )
        self._interrupted: int | None = None
        self._lock_timeout = backend.uri.args["lock_timeout"]
        self._relaxed = False
        left = backend.read_progress(migration)
        self._found = left is not None and left[0] == self._state
        if left is None or not self._found:
            return
        _, self.done, done_checksum, self._interrupted = left
        script = migration.script
        if (script.transactional and self.done) or done_checksum != _checksum(script.statements[: self.done]):
            raise DiagnosticError(
                Diagnostic(
                    "SQW424",
                    f"an earlier, interrupted run has done {self.done} statements of {migration.id} "
                    "that are no longer as they were then",
                    (script.label(0, 0),),
                    help="Write the file as it was; only the statements that have not been run yet may be changed.",
                )
            )

    def resume(self, connection: Connection) -> None:
        """The connection that the statements will run on."""
        self._connection = connection
        if self._found:
            for statement in self._migration.script.statements[self.done : self.done + 1]:
                self._drop_invalid_index(connection, statement)

    def begin(self, statement: Statement) -> None:
        """Write down that a statement is about to run."""
        self._write(statement.number - 1, begun=statement.number)
        if self._connection and _is_concurrent(statement.text):
            # It waits for old transactions without being in anybody's way, so our own time-out is not for it.
            relaxed = self._connection.execute(
                "SELECT set_config('lock_timeout', '0', false) WHERE current_setting('lock_timeout')::interval = %s",
                (self._lock_timeout,),
            )
            self._relaxed = relaxed.rowcount > 0

    def finish(self, statement: Statement) -> None:
        """Write down that a statement has been done."""
        self._interrupted = None
        self._restore_lock_timeout()
        self._write(statement.number, begun=None)

    def failed(self, statement: Statement, error: psycopg.Error) -> str | None:
        """Write down that the server refused the statement, unless nobody knows; what to tell the user."""
        if self._connection is None or self._connection.closed:
            return "The connection was lost, so this statement may or may not have been done. Look, then run it again."
        if self._interrupted == statement.number and (error.sqlstate or "").startswith("42"):
            return (
                "An earlier run was interrupted in this statement; it may have been done after all. "
                "If so, remove it from the file for this run."
            )
        self._write(statement.number - 1, begun=None)
        with contextlib.suppress(psycopg.Error):  # if it cannot be done now, the next run will try
            self._restore_lock_timeout()
            self._drop_invalid_index(self._connection, statement)
        return None

    def _restore_lock_timeout(self) -> None:
        if self._connection and self._relaxed:
            self._connection.execute("SELECT set_config('lock_timeout', %s, false)", (self._lock_timeout,))
            self._relaxed = False

    def _write(self, done: int, begun: int | None) -> None:
        checksum = _checksum(self._migration.script.statements[:done])
        self._backend.write_state(self._migration, self._state, done=done, done_checksum=checksum, begun=begun)

    def _drop_invalid_index(self, connection: Connection, statement: Statement) -> None:
        """What a failed CREATE INDEX CONCURRENTLY leaves behind would be in the way of the next try."""
        found = _concurrent_index(statement.text)
        if found is None:
            return
        index, table = found
        row = connection.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
            "WHERE NOT i.indisvalid AND i.indrelid = to_regclass(%s) AND c.relname = (parse_ident(%s))[1]",
            (table, index),
        ).fetchone()
        if row:
            connection.execute(f"DROP INDEX CONCURRENTLY {row[0]}".encode())


def _is_concurrent(sql: str) -> bool:
    return any(
        token.kind == "name" and sql[token.start : token.end].upper() == "CONCURRENTLY" for token in tokenize(sql)
    )


def _concurrent_index(sql: str) -> tuple[str, str] | None:
    """The index and the table of a CREATE INDEX CONCURRENTLY, as they are written."""
    tokens = [token for token in tokenize(sql) if token.kind not in ("comment", "block")]
    written = [sql[token.start : token.end] for token in tokens]
    words = [word.upper() for word in written]
    words = [word for word in words if word != "UNIQUE"]
    if words[:3] != ["CREATE", "INDEX", "CONCURRENTLY"] or "ON" not in words:
        return None
    on = [word.upper() for word in written].index("ON")
    index = written[on - 1]
    if index.upper() == "CONCURRENTLY":  # without a name there is nothing to be in the way
        return None
    table = written[on + 1 :]
    if table[0].upper() == "ONLY":
        table = table[1:]
    name = table[0]
    if table[1:2] == ["."]:
        name = "".join(table[:3])
    return index, name


def _checksum(statements: Sequence[Statement]) -> str:
    return hashlib.sha256(
        "\0".join(statement.text.replace("\r\n", "\n") for statement in statements).encode()
    ).hexdigest()
