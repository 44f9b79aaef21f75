"""Apply, roll back, list, begin migrations.

In: a connection string and a folder of migrations. Out: what was done, or a DiagnosticError that says why not.
The surprise: whatever can be known beforehand (names, numbers, edits, missing rollbacks, text that cannot run) is
checked before anything is applied; what only the server can know fails inside the migration's own transaction.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, nearest
from sqlwright.migrate._yoyo import Connection, MigrationList
from sqlwright.migrate.backend import Backend
from sqlwright.migrate.failure import failed_connection
from sqlwright.migrate.files import MigrationFile, number_of, read_migrations
from sqlwright.migrate.status import Entry, Status, read_status
from sqlwright.migrate.steps import SqlMigration

__all__ = ["Applied", "Migrator", "apply_all"]

_LOCK_TIMEOUT = "5s"
_STATEMENT_TIMEOUT = "1h"


@dataclass(frozen=True)
class Applied:
    """A migration that was applied or taken back, and how long that took."""

    id: str
    duration: timedelta


@dataclass(frozen=True)
class Migrator:
    """The migrations of one folder on one database.

    `wait` is how many seconds to wait for another migrator to finish. The time-outs hold for every statement, unless
    the role or the connection string sets others; a migration that needs more says so with SET LOCAL.
    """

    conninfo: str
    directory: Path
    wait: float = 60.0
    lock_timeout: str = _LOCK_TIMEOUT
    statement_timeout: str = _STATEMENT_TIMEOUT

    def status(self) -> Status:
        """Where the database stands. Changes nothing. Raises DiagnosticError."""
        files = read_migrations(self.directory)
        with _connected(), psycopg.connect(self.conninfo, autocommit=True) as connection:
            return read_status(connection, files)

    def up(
        self,
        to: str | None = None,
        *,
        allow_out_of_order: bool = False,
        allow_edited: bool = False,
        on_done: Callable[[Applied], None] = lambda _: None,
    ) -> list[Applied]:
        """Apply what is due, up to and including the migration `to` (its id or number).

        `on_done` is called after each, so that a failure later on does not hide what was done.
        Raises DiagnosticError when something is not as it should be, or when a migration fails: then those before it
        stay applied, and it itself is undone or, without a transaction, continued by the next call.
        """
        files = read_migrations(self.directory)
        with self._locked() as backend:
            status = read_status(backend.connection, files)
            due = _until(status, to)
            _refuse(status, due, allow_out_of_order, allow_edited)
            migrations = MigrationList([SqlMigration(entry.file) for entry in due if entry.file])
            return [
                _timed(backend.apply_one, migration, on_done)
                for migration in backend.to_apply(migrations)
                if isinstance(migration, SqlMigration)
            ]

    def down(self, steps: int = 1, *, on_done: Callable[[Applied], None] = lambda _: None) -> list[Applied]:
        """Take back the last migrations, from the highest number down.

        Raises DiagnosticError when one of them cannot be taken back, before any of them is.
        """
        files = read_migrations(self.directory)
        with self._locked() as backend:
            entries = read_status(backend.connection, files).entries
            undoable = [entry for entry in reversed(entries) if entry.is_applied or entry.state.startswith("half-")]
            undoable.sort(key=lambda entry: not entry.state.startswith("half-"))  # what was interrupted comes first
            chosen = undoable[:steps]
            if problems := [problem for entry in chosen if (problem := _irreversible(entry, self.directory))]:
                raise DiagnosticError(problems)
            return [_timed(backend.rollback_one, SqlMigration(entry.file), on_done) for entry in chosen if entry.file]

    def new(self, name: str) -> tuple[Path, Path]:
        """Begin a migration with the next free number: its file, and that of its rollback.

        Raises DiagnosticError when the name has no letter or digit to make a file name of.
        """
        slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        if not slug:
            raise DiagnosticError(
                Diagnostic("SQW402", f"{name!r} has nothing to name a file with", help="Use letters and digits.")
            )
        self.directory.mkdir(parents=True, exist_ok=True)
        used = [path.stem for path in self.directory.glob("*.sql") if number_of(path.stem)]
        last = max(used, key=number_of, default="0000")
        digits = re.match(r"\d+", last)
        width = max(4, len(digits[0])) if digits else 4
        stem = f"{number_of(last)[0] + 1:0{width}d}_{slug}"
        apply, rollback = self.directory / f"{stem}.sql", self.directory / f"{stem}.rollback.sql"
        with apply.open("x", encoding="utf-8", newline="\n") as file:
            file.write(f"-- {name}\n\n")
        with rollback.open("x", encoding="utf-8", newline="\n") as file:
            file.write(f"-- Takes back: {name}\n\n")
        return apply, rollback

    @contextlib.contextmanager
    def _locked(self) -> Generator[Backend]:
        with _connected():
            backend = Backend.open(
                self.conninfo, lock_timeout=self.lock_timeout, statement_timeout=self.statement_timeout
            )
            with backend, backend.lock(self.wait):
                backend.prepare()
                yield backend


def apply_all(target: str | Connection, directory: Path) -> None:
    """Apply all migrations to an empty scratch database, given as a connection string or by any connection to it.

    Nothing is recorded, no lock is taken: nobody else knows the database. Raises DiagnosticError.
    """
    if not isinstance(target, str):
        target = make_conninfo(target.info.dsn, password=target.info.password or None)
    files = read_migrations(directory)
    with _connected():
        backend = Backend.open(target, lock_timeout="0", statement_timeout="0")
        with backend:
            for file in files:
                backend.apply_one(SqlMigration(file), mark=False)


@contextlib.contextmanager
def _connected() -> Generator[None]:
    """What goes wrong outside of a migration's statements is the connection's fault, or a missing privilege."""
    try:
        yield
    except psycopg.Error as error:
        raise failed_connection(error) from error


def _timed(run: Callable[[SqlMigration], None], migration: SqlMigration, on_done: Callable[[Applied], None]) -> Applied:
    started = time.monotonic()
    run(migration)
    done = Applied(migration.id, timedelta(seconds=time.monotonic() - started))
    on_done(done)
    return done


def _until(status: Status, to: str | None) -> Sequence[Entry]:
    if to is None:
        return status.due
    ids = [entry.id for entry in status.entries]
    number = number_of(to) if to.isdigit() else None
    target = next((id for id in ids if id == to or number_of(id) == number), None)
    if target is None:
        near = nearest(to, ids)
        raise DiagnosticError(
            Diagnostic("SQW412", f"there is no migration {to}", help=f"Did you mean {near}?" if near else None)
        )
    return [entry for entry in status.due if ids.index(entry.id) <= ids.index(target)]


def _refuse(status: Status, due: Sequence[Entry], allow_out_of_order: bool, allow_edited: bool) -> None:
    found: list[Diagnostic] = []
    for entry in status.entries:
        detail = f"{entry.id}: {entry.detail}"
        if entry.state == "half-rolled-back":
            found.append(Diagnostic("SQW413", detail, _labels(entry.file), help="Finish the rollback first."))
        if entry.state == "edited" and not allow_edited:
            help = "Write the file as it was and put the change into a new migration (or allow edited ones)."
            found.append(Diagnostic("SQW414", detail, _labels(entry.file), help=help))
        if entry.state == "half-applied" and entry.file is None:
            found.append(Diagnostic("SQW413", detail, help="Bring its file back."))
    for entry in due:
        if entry.state == "out-of-order" and not allow_out_of_order:
            help = "Give it the next free number, or allow migrations out of order."
            found.append(Diagnostic("SQW415", f"{entry.id}: {entry.detail}", _labels(entry.file), help=help))
    if found:
        raise DiagnosticError(found)


def _irreversible(entry: Entry, directory: Path) -> Diagnostic | None:
    if entry.file is None:
        return Diagnostic("SQW416", f"{entry.id} cannot be rolled back: its file is gone", help="Bring it back.")
    if entry.file.rollback is None:
        return Diagnostic(
            "SQW416",
            f"{entry.id} cannot be rolled back: there is no {entry.id}.rollback.sql",
            _labels(entry.file),
            help=f"Write {directory / entry.id}.rollback.sql; when there is nothing to take back, a comment is enough.",
        )
    return None


def _labels(file: MigrationFile | None) -> tuple[Label, ...]:
    return (file.script.label(0, 0),) if file else ()
