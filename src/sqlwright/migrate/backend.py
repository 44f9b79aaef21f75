"""yoyo's PostgreSQL backend, with the gaps closed that lose or hide state.

In: a connection string and migrations. Out: migrations applied, each together with the record that it was.
The surprise: yoyo applies on one connection and marks on another. Here a migration's statements, yoyo's mark and log,
and our checksum are one transaction, so that a crash leaves either all of them or nothing.

Also: the lock is an advisory lock, which ends with its connection however that ends; users without a name can migrate;
there are lock and statement time-outs; and state stays in the schema where it is, whatever `search_path` a migration
sets or whichever schema it creates.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
import time
import uuid
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import psycopg
from psycopg.conninfo import make_conninfo

from sqlwright.diagnostics import Diagnostic, DiagnosticError
from sqlwright.migrate._yoyo import BaseBackend, BaseMigration, Connection, DatabaseURI
from sqlwright.migrate.failure import failed_statement
from sqlwright.migrate.steps import Progress, SqlMigration

__all__ = ["STATE_TABLE", "Backend", "find_schema"]

MIGRATION_TABLE = "_yoyo_migration"  # yoyo's default, so that `yoyo list` sees what we see
STATE_TABLE = "_sqlwright_migration"

_LOCK = (0x5157, 0x4D49)  # "QW", "MI": an advisory lock is a number, and each database has a space of them

_CREATE_STATE_TABLE = """
CREATE TABLE IF NOT EXISTS {0} (
    migration_id text NOT NULL PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('applied', 'applying', 'rolling back')),
    checksum text NOT NULL,
    rollback_checksum text,
    duration interval,
    statements_done integer NOT NULL DEFAULT 0,
    statements_checksum text,
    statement_begun integer
)
"""
_COMMENT = (
    "COMMENT ON TABLE {0} IS 'What sqlwright knows about the migrations of _yoyo_migration: which text was applied, "
    "and how far a migration without a transaction got.'"
)
_UPSERT = """
INSERT INTO {0} AS s (migration_id, state, checksum, rollback_checksum, duration,
                      statements_done, statements_checksum, statement_begun)
VALUES (%(id)s, %(state)s, %(checksum)s, %(rollback_checksum)s, %(duration)s, %(done)s, %(done_checksum)s, %(begun)s)
ON CONFLICT (migration_id) DO UPDATE
SET (state, checksum, rollback_checksum, duration, statements_done, statements_checksum, statement_begun) =
    (excluded.state, excluded.checksum, excluded.rollback_checksum, COALESCE(excluded.duration, s.duration),
     excluded.statements_done, excluded.statements_checksum, excluded.statement_begun)
"""


def find_schema(connection: Connection) -> str | None:
    """The schema that has the record of the migrations, else the one where it would be made.

    The current schema alone will not do: a migration that creates a schema of the user's name changes which that is.
    """
    row = connection.execute(
        "SELECT COALESCE((SELECT relnamespace::regnamespace::oid FROM pg_class WHERE oid = to_regclass(%s)),"
        " (SELECT oid FROM pg_namespace WHERE nspname = current_schema()))",
        (MIGRATION_TABLE,),
    ).fetchone()
    named = connection.execute("SELECT nspname FROM pg_namespace WHERE oid = %s", (row[0] if row else None,)).fetchone()
    return named[0] if named else None


class Backend(BaseBackend):
    """A connection that migrates; `copy()` is another one, which each migration gets for itself."""

    def __init__(self, uri: DatabaseURI, migration_table: str = MIGRATION_TABLE) -> None:
        super().__init__(uri, migration_table)
        self.has_transactional_ddl = True  # yoyo would find out by creating and dropping a table
        self._guard: Connection | None = None
        schema = find_schema(self.connection)
        if schema is None:
            raise DiagnosticError(
                Diagnostic(
                    "SQW422",
                    "there is no schema to create tables in: none of search_path exists",
                    help="Create one, or set search_path in DATABASE_URL (options=-csearch_path=…).",
                )
            )
        self.schema = schema

    @classmethod
    def open(cls, conninfo: str, *, lock_timeout: str, statement_timeout: str) -> Backend:
        """Connect.

        Raises psycopg.Error, or DiagnosticError when there is no schema to work in.
        """
        args = {"conninfo": conninfo, "lock_timeout": lock_timeout, "statement_timeout": statement_timeout}
        return cls(DatabaseURI("postgresql+psycopg", None, None, None, None, None, args))

    # --- yoyo's seams ------------------------------------------------------------------------------------------------

    def connect(self, dburi: DatabaseURI) -> Connection:
        conninfo = make_conninfo(dburi.args["conninfo"], fallback_application_name="sqlwright migrate")
        return psycopg.connect(conninfo, autocommit=True, prepare_threshold=None)

    def init_connection(self, connection: Connection) -> None:
        """Time-outs, where the role or the connection string does not set them already."""
        for name in ("lock_timeout", "statement_timeout"):
            connection.execute(
                "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s AND setting = '0'",
                (self.uri.args[name], name),
            )
        # When we are killed the server must not go on for hours with a statement that nobody waits for.
        with contextlib.suppress(psycopg.Error):  # not every platform can
            connection.execute("SET client_connection_check_interval = '2s'")

    def copy(self) -> Backend:
        twin = Backend(self.uri, self.migration_table)
        twin.schema = self.schema
        twin._internal_schema_updated = True
        return twin

    def list_tables(self, **_: Any) -> list[str]:  # yoyo gives names to fill into its SQL
        rows = self.connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'",
            (self.quote_identifier(self.schema),),
        )
        return [row[0] for row in rows]

    def _qualified(self, table: str) -> str:
        return f"{self.quote_identifier(self.schema)}.{self.quote_identifier(table)}"

    @property
    def migration_table_quoted(self) -> str:
        return self._qualified(self.migration_table)

    @property
    def log_table_quoted(self) -> str:
        return self._qualified(self.log_table)

    @property
    def version_table_quoted(self) -> str:
        return self._qualified(self.version_table)

    def get_log_data(self, migration: BaseMigration | None = None, operation: str = "apply") -> dict[str, object]:
        """What yoyo logs; its own way fails for a container's user that is only a number."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):
            user = f"uid {os.getuid()}"
        return {
            "id": str(uuid.uuid1()),
            "migration_id": migration.id if migration else None,
            "migration_hash": migration.hash if migration else None,
            "operation": operation,
            "username": user,
            "hostname": socket.gethostname(),  # the full name may take a look-up that waits for seconds
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
        }

    def rollback(self) -> None:
        if self.connection.closed:  # so that the error that closed it is the one that is seen
            self._in_transaction = False
            return
        super().rollback()

    def savepoint_rollback(self, id: str) -> None:
        if not self.connection.closed:
            super().savepoint_rollback(id)

    @contextlib.contextmanager
    def lock(self, timeout: float = 10) -> Generator[None]:
        """Keep other migrators out. Raises DiagnosticError, naming the holder, when they are in for too long."""
        if self._guard is not None:
            yield
            return
        with self.connect(self.uri) as guard:
            self._acquire(guard, timeout)
            self._guard = guard
            try:
                yield
            finally:
                self._guard = None

    def _acquire(self, guard: Connection, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            # Asked again and again, not waited for: a waiting statement holds a snapshot, and a CREATE INDEX
            # CONCURRENTLY of the migrator that has the lock would wait for that to end.
            row = guard.execute("SELECT pg_try_advisory_lock(%s, %s)", _LOCK).fetchone()
            if row and row[0]:
                return
            if time.monotonic() >= deadline:
                raise DiagnosticError(_locked_by(guard, timeout))
            time.sleep(min(0.1, timeout / 10))

    # --- applying ----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make yoyo's tables and ours. Under the lock."""
        self.ensure_internal_schema_updated()
        if STATE_TABLE not in self.list_tables():
            for statement in (_CREATE_STATE_TABLE, _COMMENT):
                self.connection.execute(statement.format(self._qualified(STATE_TABLE)).encode())

    def apply_one(self, migration: SqlMigration, *, mark: bool = True) -> None:
        """Apply a migration and, unless it is for a scratch database, record that. Raises DiagnosticError."""
        self._run(migration, "apply", mark)

    def rollback_one(self, migration: SqlMigration) -> None:
        """Take a migration back and forget that it was applied. Raises DiagnosticError."""
        self._run(migration, "rollback", True)

    def _run(self, migration: SqlMigration, direction: Literal["apply", "rollback"], record: bool) -> None:
        if self._guard is not None:
            self._guard.execute("SELECT 1")  # a lost connection is a lost lock
        migration.direction = direction
        script = migration.script
        progress = Progress(self, migration) if record else None
        started = time.monotonic()
        with self.copy() as own:
            if script.transactional:
                try:
                    with own.transaction():
                        migration.process_steps(own, direction)
                        if record:
                            own.record(migration, direction, time.monotonic() - started)
                except psycopg.Error as error:  # a deferred constraint, or our own tables
                    raise failed_statement(script, None, error) from error
                return
            if progress:
                progress.resume(own.connection)
            migration.progress = progress
            migration.process_steps(own, direction)
        if record:
            with self.transaction():
                self.record(migration, direction, time.monotonic() - started)

    def record(self, migration: SqlMigration, direction: Literal["apply", "rollback"], seconds: float) -> None:
        """Write down that a migration was applied or taken back, in the current transaction."""
        self.connection.execute("RESET SESSION AUTHORIZATION")  # and with it, the role
        self.log_migration(migration, direction)
        if direction == "rollback":
            self.unmark_one(migration, log=False)
            self.connection.execute(
                f"DELETE FROM {self._qualified(STATE_TABLE)} WHERE migration_id = %s".encode(), (migration.id,)
            )
            return
        self.mark_one(migration, log=False)
        self.write_state(migration, "applied", duration=timedelta(seconds=seconds))

    def write_state(
        self,
        migration: SqlMigration,
        state: Literal["applied", "applying", "rolling back"],
        *,
        duration: timedelta | None = None,
        done: int = 0,
        done_checksum: str | None = None,
        begun: int | None = None,
    ) -> None:
        """What we know about a migration, in place of what we knew before."""
        rollback = migration.file.rollback
        values: Mapping[str, object] = {
            "id": migration.id,
            "state": state,
            "checksum": migration.file.script.checksum,
            "rollback_checksum": rollback.checksum if rollback else None,
            "duration": duration,
            "done": done,
            "done_checksum": done_checksum,
            "begun": begun,
        }
        self.connection.execute(_UPSERT.format(self._qualified(STATE_TABLE)).encode(), values)

    def read_progress(self, migration: SqlMigration) -> tuple[str, int, str | None, int | None] | None:
        """State, statements done, their checksum, and the statement that was begun."""
        return self.connection.execute(
            "SELECT state, statements_done, statements_checksum, statement_begun "
            f"FROM {self._qualified(STATE_TABLE)} WHERE migration_id = %s".encode(),
            (migration.id,),
        ).fetchone()


def _locked_by(guard: Connection, waited: float) -> Diagnostic:
    row = guard.execute(
        "SELECT a.pid, a.usename, COALESCE(host(a.client_addr), 'a local socket'), a.backend_start::timestamptz(0) "
        "FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) "
        "WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = %s AND l.objsubid = 2 AND l.granted "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        _LOCK,
    ).fetchone()
    if row is None:
        return Diagnostic("SQW423", "another migrator is at work", help="Try again.")
    pid, user, place, since = row
    return Diagnostic(
        "SQW423",
        f"another migrator is at work: server process {pid} of {user}, from {place}, since {since}",
        notes=(f"I waited {waited:g} s for it.",),
        help=f"Try again when it has finished, or end it: SELECT pg_terminate_backend({pid})",
    )
