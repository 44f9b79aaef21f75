"""`sqlwright init`: a project that generates, runs and type-checks, in a folder that had none.

The surprise: it touches no file that is there; a folder that has a configuration is left alone.
"""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from sqlwright.diagnostics import Diagnostic, DiagnosticError

__all__ = ["scaffold"]

_CONFIGURATION = """\
# Every key has a default; these are the ones that most projects change.
queries = ["queries"]
migrations = "migrations"
package = "{package}"
output = "{package}"

[json]
# "notes.tags" = "myapp.types:Tags"   a JSONB column, validated as a pydantic model
"""

_MIGRATION = """\
-- The first table. Applied by `sqlwright migrate up`, undone by `sqlwright migrate down`.
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL CHECK (title <> ''),
    body text,
    created_at timestamptz NOT NULL DEFAULT now()
);
"""

_ROLLBACK = "DROP TABLE notes;\n"

_QUERIES = """\
-- name: add_note(title, body)<!
-- Writes a note and returns it.
INSERT INTO notes (title, body) VALUES (:title, :body) RETURNING *;

-- name: get_note(id)^
-- One note, or nothing when the id is unknown.
SELECT * FROM notes WHERE id = :id;

-- name: list_notes(limit)
-- The newest notes.
-- @param limit = 20  How many at most.
SELECT * FROM notes ORDER BY created_at DESC, id DESC LIMIT :limit;

-- name: count_notes()$
-- How many notes there are.
SELECT count(*) FROM notes;
"""

_INIT = '"""The data layer: typed functions over reviewed SQL."""\n'


def scaffold(folder: Path, package: str | None) -> list[Path]:
    """Write a configuration, a migration with its rollback, a query file and the package's folder.

    Returns the files that were written.

    Raises:
        DiagnosticError: the package's name is no identifier, or something is there already.
    """
    name = "db" if package is None else package
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or keyword.iskeyword(name):
        raise DiagnosticError(
            Diagnostic("SQW010", f"`{name}` is not a package name", help="use letters, digits and underscores")
        )
    files = {
        "sqlwright.toml": _CONFIGURATION.format(package=name),
        "migrations/0001_notes.sql": _MIGRATION,
        "migrations/0001_notes.rollback.sql": _ROLLBACK,
        "queries/notes.sql": _QUERIES,
        f"{name}/__init__.py": _INIT,
        f"{name}/py.typed": "",
    }
    there = [path for path in files if (folder / path).exists()]
    if there:
        raise DiagnosticError(
            Diagnostic(
                "SQW011",
                f"{', '.join(there)} {'is' if len(there) == 1 else 'are'} there already",
                help="run `sqlwright init` in an empty folder; nothing was written",
            )
        )
    written: list[Path] = []
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        written.append(target)
    return written
