"""Plain SQL into a database: what `sqlwright describe --schema` runs before it asks about queries.

In: files and folders. Out: diagnostics for what the server refused. The surprise: a file is sent whole first, so that
the server itself finds where statements end; only when that fails is it run statement by statement, so that one
refused statement, such as an extension that is not to be had here, does not take the rest of the schema with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from sqlwright.diagnostics import Diagnostic, Label
from sqlwright.runtime.sqltext import SqlTextError, split_queries, tokenize

__all__ = ["load_schema"]

# pg_dump guards its output with these since 2025; they mean something to psql alone.
_PSQL_GUARD = re.compile(r"^\\(un)?restrict\b[^\n]*", re.MULTILINE)


def load_schema(conninfo: str, schemas: Sequence[Path]) -> list[Diagnostic]:
    """Run the SQL of files, and of folders in order of name; what failed, where."""
    diagnostics: list[Diagnostic] = []
    for path in schemas:
        for file, problem in _files(path):
            diagnostics += [problem] if problem else _load(conninfo, file)
    return diagnostics


def _files(path: Path) -> Iterator[tuple[Path, Diagnostic | None]]:
    if path.is_dir():
        yield from ((file, None) for file in sorted(path.rglob("*.sql")) if not file.name.endswith(".rollback.sql"))
    elif path.is_file():
        yield path, None
    else:
        name = path.as_posix()
        yield (
            path,
            Diagnostic("SQW203", f"{name} does not exist", (Label(name, "", 0, 0),), help="name a file or folder"),
        )


def _load(conninfo: str, path: Path) -> list[Diagnostic]:
    name = path.as_posix()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return [Diagnostic("SQW203", f"{name} cannot be read: {error}", (Label(name, "", 0, 0),))]
    blanked = _PSQL_GUARD.sub(lambda match: " " * len(match[0]), text)
    # A dump ends with an empty search path: each file gets a connection of its own.
    with psycopg.connect(conninfo, autocommit=True) as connection:
        try:
            connection.execute(blanked.encode())
        except psycopg.Error as error:
            try:
                statements = [span for part in split_queries(blanked) for span in part.statements]
            except SqlTextError:
                return [_refusal(name, text, 0, len(text), error)]
        else:
            return []
        return list(_one_by_one(connection, name, text, blanked, statements))


def _one_by_one(
    connection: psycopg.Connection[Any], name: str, text: str, blanked: str, statements: Sequence[tuple[int, int]]
) -> Iterator[Diagnostic]:
    for start, end in statements:
        try:
            connection.execute(blanked[start:end].encode())
        except psycopg.Error as error:
            yield _refusal(name, text, start, end, error)


def _refusal(name: str, text: str, start: int, end: int, error: psycopg.Error) -> Diagnostic:
    position = error.diag.statement_position
    at = start + int(position) - 1 if position else start
    span = _word_at(text, start, end, at) if position else (start, end)
    message = error.diag.message_primary or str(error)
    return Diagnostic(
        "SQW202",
        f"{message} [{error.sqlstate}]",
        (Label(name, text, *span, error.diag.message_detail or ""),),
        help=error.diag.message_hint or "the statement was left out; the rest of the schema is there",
    )


def _word_at(text: str, start: int, end: int, offset: int) -> tuple[int, int]:
    try:
        for token in tokenize(text, start):
            if token.start <= offset < token.end or token.start >= end:
                return (token.start, token.end) if token.start < end else (max(end - 1, start), end)
    except SqlTextError:
        pass
    return offset, min(offset + 1, end)
