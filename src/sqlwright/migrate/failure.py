"""What PostgreSQL said about a statement of a migration, as a diagnostic at its place in the file.

In: a statement and the psycopg error it ended with. Out: a `Diagnostic`.
The surprise: PostgreSQL's DETAIL is left out where it quotes rows (bad values, broken constraints): what is in the
tables does not belong on a screen or in a deployment's log.
"""

from __future__ import annotations

import psycopg

from sqlwright.diagnostics import Diagnostic, DiagnosticError
from sqlwright.migrate.files import Script, Statement
from sqlwright.runtime.sqltext import SqlTextError, tokenize

__all__ = ["failed_connection", "failed_statement"]

_QUOTE_ROWS = ("22", "23")  # SQLSTATE classes: data exception, integrity constraint violation
_HELP = {
    "25001": "Put `-- transactional: false` at the top of the file; such a migration best has only this statement.",
    "55P03": "Another session is in the way. Try again when it is quiet, or write SET LOCAL lock_timeout = '…' first.",
    "57014": "Write SET LOCAL statement_timeout = '…' before it, if it may take that long.",
    "42501": "Run the migrations as the owner of these objects.",
}


def failed_statement(
    script: Script, statement: Statement | None, error: psycopg.Error, *, help: str | None = None
) -> DiagnosticError:
    """The error of a statement; without one, of the migration's COMMIT."""
    said = error.diag
    state = error.sqlstate
    message = said.message_primary or str(error).strip() or type(error).__name__
    if statement is None:
        message = f"at the end of the migration: {message}"
    notes: list[str] = []
    if said.message_detail and state and not state.startswith(_QUOTE_ROWS):
        notes.append(said.message_detail)
    if said.context and state and not state.startswith(_QUOTE_ROWS):
        notes.append("\n".join(said.context.splitlines()[:3]))
    start, end = _place(script, statement, said.statement_position)
    return DiagnosticError(
        Diagnostic(
            "SQW420",
            f"{message} [{state}]" if state else message,
            (script.label(start, end),),
            notes=tuple(notes),
            help=help or said.message_hint or _HELP.get(state or ""),
        )
    )


def failed_connection(error: psycopg.Error) -> DiagnosticError:
    """The database cannot be reached, or the connection was lost."""
    return DiagnosticError(
        Diagnostic(
            "SQW421",
            f"I couldn't work on the database: {str(error).strip()}",
            help="Correct DATABASE_URL, or unset it to use the embedded PostgreSQL.",
        )
    )


def _place(script: Script, statement: Statement | None, position: str | None) -> tuple[int, int]:
    """The token that the server points at, else the statement's first line, in characters of the file."""
    if statement is None:
        return 0, 0
    if position is not None:
        offset = statement.start + int(position) - 1  # the server counts characters, from 1
        try:
            for token in tokenize(script.text, statement.start):
                if token.start <= offset < token.end:
                    return token.start, token.end
                if token.start > offset:
                    break
        except SqlTextError:
            pass
        return min(offset, statement.end - 1), min(offset, statement.end - 1) + 1
    return statement.start, statement.start + len(statement.text.splitlines()[0])
