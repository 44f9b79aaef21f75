"""Where a database stands: which migrations it has, which are to come, which do not agree.

In: the migrations of a folder and a connection. Out: a `Status`, an entry for each migration.
The surprise: reading it changes nothing, not even in a database that has never been migrated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from psycopg import sql

from sqlwright.migrate._yoyo import Connection
from sqlwright.migrate.backend import MIGRATION_TABLE, STATE_TABLE, find_schema
from sqlwright.migrate.files import MigrationFile, Script, number_of

__all__ = ["Entry", "State", "Status", "read_status"]

State = Literal["applied", "pending", "edited", "missing", "out-of-order", "half-applied", "half-rolled-back"]


@dataclass(frozen=True)
class Entry:
    """One migration."""

    id: str
    state: State
    applied_at: datetime | None = None
    applied_by: str | None = None
    duration: timedelta | None = None
    detail: str | None = None
    """A sentence about what is not as it should be."""
    file: MigrationFile | None = None

    @property
    def is_applied(self) -> bool:
        """Whether the database has it, all of it."""
        return self.state in ("applied", "edited", "missing")

    @property
    def is_due(self) -> bool:
        """Whether `up` is to apply it, or the rest of it."""
        return self.state in ("pending", "out-of-order", "half-applied")


@dataclass(frozen=True)
class Status:
    """All migrations, in the order of their numbers."""

    entries: tuple[Entry, ...]

    @property
    def due(self) -> tuple[Entry, ...]:
        """What `up` has to do."""
        return tuple(entry for entry in self.entries if entry.is_due)

    @property
    def problems(self) -> tuple[Entry, ...]:
        """What somebody should look at."""
        return tuple(entry for entry in self.entries if entry.state not in ("applied", "pending"))


@dataclass(frozen=True)
class _Recorded:
    state: str
    checksum: str
    rollback_checksum: str | None
    duration: timedelta | None
    done: int
    begun: int | None


def read_status(connection: Connection, files: Sequence[MigrationFile]) -> Status:
    """Compare the folder with the database. Raises psycopg.Error."""
    schema = find_schema(connection)
    marked = _marked(connection, schema) if schema else {}
    recorded = _recorded(connection, schema) if schema else {}
    by_id: Mapping[str, MigrationFile] = {file.id: file for file in files}
    half = {id for id, known in recorded.items() if known.state == "rolling back" or id not in marked}
    half = {id for id in half if recorded[id].state != "applied"}
    last = max((number_of(id) for id in marked), default=())
    entries: list[Entry] = []
    for id in sorted({*by_id, *marked, *half}, key=lambda id: (number_of(id), id)):
        applied_at, applied_by = marked.get(id, (None, None))
        known, file = recorded.get(id), by_id.get(id)
        state: State
        detail: str | None = None
        if known and id in half:
            state, detail = _half(known, file)
        elif id not in marked:
            late = number_of(id) < last
            state = "out-of-order" if late else "pending"
            detail = "a migration with a higher number is already applied" if late else None
        elif file is None:
            state, detail = "missing", "it is applied, but its file is gone"
        elif known and known.checksum != file.script.checksum:
            state, detail = "edited", "its file has been edited since it was applied"
        else:
            state = "applied"
            if known and known.rollback_checksum != (file.rollback.checksum if file.rollback else None):
                detail = "its rollback has been edited since it was applied"
        entries.append(Entry(id, state, applied_at, applied_by, known.duration if known else None, detail, file))
    return Status(tuple(entries))


def _half(known: _Recorded, file: MigrationFile | None) -> tuple[State, str]:
    forth = known.state == "applying"
    script = None if file is None else file.script if forth else file.rollback
    what = "its" if forth else "its rollback's"
    next_step = "migrate goes on there, rollback takes it back" if forth else "rollback goes on there"
    if script is None:
        return ("half-applied" if forth else "half-rolled-back"), "it was interrupted, and its file is gone"
    interrupted = " may have been done" if known.begun else " was not"
    place = _place(script, known.done)
    detail = f"{known.done} of {what} {len(script.statements)} statements were done, {place}{interrupted}; {next_step}"
    return ("half-applied" if forth else "half-rolled-back"), detail


def _place(script: Script, done: int) -> str:
    if done >= len(script.statements):
        return "that it was"
    line, _ = script.label(script.statements[done].start, script.statements[done].end).position
    return f"statement {done + 1} (line {line})"


def _marked(connection: Connection, schema: str) -> dict[str, tuple[datetime | None, str | None]]:
    """What yoyo has marked as applied: when (yoyo's clock is UTC) and by whom."""
    if not _has(connection, schema, MIGRATION_TABLE):
        return {}
    rows = connection.execute(
        sql.SQL(
            "SELECT m.migration_id, m.applied_at_utc, (SELECT l.username FROM {log} AS l"
            " WHERE l.migration_hash = m.migration_hash AND l.operation IN ('apply', 'mark')"
            " ORDER BY l.created_at_utc DESC LIMIT 1) FROM {marks} AS m"
        ).format(log=sql.Identifier(schema, "_yoyo_log"), marks=sql.Identifier(schema, MIGRATION_TABLE))
    )
    return {id: (at.replace(tzinfo=UTC) if at else None, by) for id, at, by in rows}


def _recorded(connection: Connection, schema: str) -> dict[str, _Recorded]:
    if not _has(connection, schema, STATE_TABLE):
        return {}
    rows = connection.execute(
        sql.SQL(
            "SELECT migration_id, state, checksum, rollback_checksum, duration, statements_done, statement_begun"
            " FROM {}"
        ).format(sql.Identifier(schema, STATE_TABLE))
    )
    return {row[0]: _Recorded(*row[1:]) for row in rows}


def _has(connection: Connection, schema: str, table: str) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = %s AND tablename = %s)", (schema, table)
    ).fetchone()
    return bool(row and row[0])
