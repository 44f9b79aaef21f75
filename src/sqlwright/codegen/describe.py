"""Asking PostgreSQL what a statement means, without running it.

In: a connection to the migrated scratch database and a `SourceQuery`. Out: a `DescribedQuery`: parameter and column
types from Parse and Describe, and the server's own analysed tree. The surprise: the tree arrives as a notice. With
`debug_print_rewritten` on and `client_min_messages = log`, the Parse message alone makes the server send it, so the
statement is analysed, and its views and rules expanded, but nothing is planned or executed.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult

from sqlwright.codegen.ir import Operation
from sqlwright.codegen.source import SourceParameter, SourceQuery
from sqlwright.codegen.tree import Node, TreeError, parse_tree
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label

__all__ = ["AnalysisConnection", "DescribedColumn", "DescribedQuery", "analysis_connection", "describe_query"]

_TREE_SETTINGS = (
    "SET client_min_messages = log",
    "SET debug_print_rewritten = on",
    "SET debug_pretty_print = off",
    "SET check_function_bodies = on",
    # The server would write each tree into its log as well; only superusers may tell it not to.
    "SELECT set_config('log_min_messages', 'fatal', false) WHERE current_setting('is_superuser')::bool",
)


@dataclass(frozen=True, slots=True)
class DescribedColumn:
    """A column of RowDescription; domains arrive as their base type."""

    name: str
    type_oid: int
    typmod: int
    #: the table and column that the server names as origin, or zeros
    table_oid: int
    attnum: int


@dataclass(frozen=True, slots=True)
class DescribedQuery:
    """A source query, exactly as written, with the server's answer added."""

    source: SourceQuery
    columns: tuple[DescribedColumn, ...]
    #: type of each `$n`, in order
    parameter_types: tuple[int, ...]
    #: the analysed and rewritten trees; empty for scripts, and where the text could not be read
    trees: tuple[Node, ...]
    #: why `trees` is empty although there should be some
    warning: str | None = None

    @property
    def tree(self) -> Node | None:
        """The tree of the statement that the user wrote, where rules added others."""
        for tree in self.trees:
            if tree["canSetTag"]:
                return tree
        return self.trees[0] if self.trees else None


class AnalysisConnection:
    """A connection that keeps the trees which the server sends while it parses."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._details: list[str] = []
        connection.add_notice_handler(self._notice)
        for setting in _TREE_SETTINGS:
            connection.execute(setting)

    def _notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        # The message is translated by lc_messages, the shape of its detail is not.
        if diagnostic.severity_nonlocalized == "LOG" and (detail := diagnostic.message_detail):
            self._details.append(detail)

    def parse(self, sql: str) -> tuple[PGresult, list[str]]:
        """Parse and describe `sql`; the describe result and the details of all notices sent meanwhile.

        Raises:
            psycopg.Error: the server refused the statement; `diag` says where.
        """
        self._details.clear()
        pgconn = self.connection.pgconn
        encoded = sql.encode()
        for result in (pgconn.prepare(b"", encoded), pgconn.describe_prepared(b"")):
            if result.status == pq.ExecStatus.FATAL_ERROR:
                raise psycopg.errors.error_from_result(result)
        return result, list(self._details)


@contextmanager
def analysis_connection(conninfo: str) -> Generator[AnalysisConnection]:
    """A connection for `describe_query`, closed at the end.

    Raises:
        psycopg.OperationalError: no connection could be made.
    """
    with psycopg.connect(conninfo, autocommit=True, client_encoding="UTF8") as connection:
        yield AnalysisConnection(connection)


def describe_query(analysis: AnalysisConnection, source: SourceQuery) -> DescribedQuery:
    """What the server makes of one query.

    Raises:
        DiagnosticError: the server refuses it; the label stands at the server's position in the user's file.
    """
    if source.operation is Operation.SCRIPT:
        _try_script(analysis, source)
        return DescribedQuery(source, (), (), ())
    try:
        result, details = analysis.parse(source.sql)
    except psycopg.Error as error:
        raise DiagnosticError([refusal(source, error)]) from None
    columns = tuple(
        DescribedColumn(
            (result.fname(index) or b"").decode(),
            result.ftype(index),
            result.fmod(index),
            result.ftable(index),
            result.ftablecol(index),
        )
        for index in range(result.nfields)
    )
    types = tuple(result.param_type(index) for index in range(result.nparams))
    if not details:
        return DescribedQuery(source, columns, types, (), "the server sent no analysed tree")
    try:
        # Functions inlined while parsing may send trees of their own first: the statement's is the last.
        return DescribedQuery(source, columns, types, tuple(parse_tree(details[-1])))
    except (TreeError, RecursionError) as error:
        return DescribedQuery(source, columns, types, (), f"the analysed tree could not be read: {error}")


def _try_script(analysis: AnalysisConnection, source: SourceQuery) -> None:
    """Run a script in a transaction that is rolled back: nothing less tells whether later statements are right."""
    connection = analysis.connection
    connection.execute("BEGIN")
    try:
        connection.execute(source.sql.encode())
    except psycopg.errors.ActiveSqlTransaction:
        return  # CREATE INDEX CONCURRENTLY, VACUUM and the like cannot be tried this way
    except psycopg.Error as error:
        raise DiagnosticError([refusal(source, error)]) from None
    finally:
        connection.execute("ROLLBACK")


def refusal(source: SourceQuery, error: psycopg.Error) -> Diagnostic:
    """PostgreSQL's error as a diagnostic in the user's file."""
    diag = error.diag
    message, parameter = _named(
        source, diag.message_primary or str(error).strip() or "PostgreSQL refuses this statement"
    )
    state = error.sqlstate
    position = int(diag.statement_position) if diag.statement_position else None
    if position is not None:
        # The server counts characters from 1; at the end of the statement it points one past the last.
        at = source.file_offset(min(position - 1, max(len(source.sql) - 1, 0)))
        span = source.token_span(at)
    else:
        span = parameter.occurrences[0] if parameter is not None else source.name_span
    help_text = diag.message_hint
    if parameter is not None and state == psycopg.errors.IndeterminateDatatype.sqlstate:
        help_text = help_text or f"write its type, as in `:{_spelled(parameter)}::text`"
    suggestion = _suggestion(help_text)
    return Diagnostic(
        code="SQW201",
        message=f"{message} [{state}]" if state else message,
        labels=(
            Label(
                source.file.name,
                source.file.text,
                span.start,
                span.end,
                suggestion or (diag.message_detail or ""),
                True,
            ),
        ),
        notes=(diag.message_detail,) if diag.message_detail and suggestion else (),
        help=help_text,
        query=source.name,
    )


def _named(source: SourceQuery, message: str) -> tuple[str, SourceParameter | None]:
    """A message about `parameter $1`, in the user's words; and which parameter that is."""
    found = re.search(r"\bparameter \$(\d+)", message)
    parameter = next((each for each in source.parameters if found and each.number == int(found[1])), None)
    if found is None or parameter is None:
        return message, None
    return f"{message[: found.start()]}parameter :{_spelled(parameter)}{message[found.end() :]}", parameter


def _spelled(parameter: SourceParameter) -> str:
    return parameter.name if parameter.attribute is None else f"{parameter.name}.{parameter.attribute}"


def _suggestion(hint: str | None) -> str:
    """`did you mean …?` from PostgreSQL's own `Perhaps you meant to reference the column "u.name".`"""
    if hint and hint.startswith("Perhaps you meant to reference the column ") and hint.count('"') == 2:
        return f"did you mean `{hint.split(chr(34))[1].rpartition('.')[2]}`?"
    return ""
