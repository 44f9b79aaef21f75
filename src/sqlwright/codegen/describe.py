"""Asking PostgreSQL what a statement means, without running it.

In: a connection to the migrated scratch database and `SourceQuery`s. Out: a `DescribedQuery` for each: parameter and
column types from Parse and Describe, and the server's own analysed tree. The surprise: the tree arrives as a notice.
With `debug_print_rewritten` on and `client_min_messages = log`, the Parse message alone makes the server send it, so
the statement is analysed, and its views and rules expanded, but nothing is planned or executed. Statements are sent
ahead of the answers that are read, so that the server parses the next ones while the rules work on this one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

import psycopg
from psycopg import pq
from psycopg.pq.abc import PGresult

from sqlwright.codegen.ir import Operation
from sqlwright.codegen.source import SourceParameter, SourceQuery, Span
from sqlwright.codegen.tree import Node, TreeError, parse_tree
from sqlwright.diagnostics import Diagnostic, Label

__all__ = [
    "AnalysisConnection",
    "Answer",
    "DescribedColumn",
    "DescribedQuery",
    "analysis_connections",
    "describe_queries",
]

#: What Describe said, and the details of all notices sent meanwhile.
Answer: TypeAlias = "tuple[PGresult, list[str]]"

#: How many statements are sent ahead; some 30 answers fit into the buffers of a socket.
_AHEAD = 50

#: Errors that a second use of a parameter meets: ambiguous_parameter, undefined_function (or operator),
#: datatype_mismatch. A parameter has one type, which its first use decides.
_TYPES_DISAGREE = frozenset(("42P08", "42883", "42804"))

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

    def parse(self, sql: str) -> Answer:
        """Parse and describe one statement.

        Raises:
            psycopg.Error: the server refused the statement; `diag` says where.
        """
        (answer,) = self.answers([sql])
        if isinstance(answer, psycopg.Error):
            raise answer
        return answer

    def answers(self, statements: Iterable[str]) -> Iterator[Answer | psycopg.Error]:
        """Parse and describe statements, in order; an error is the server's refusal of that statement.

        Until the last answer has been taken, the connection is good for nothing else.

        Raises:
            psycopg.OperationalError: the connection is lost.
        """
        pgconn = self.connection.pgconn
        # A blocking send takes in what arrives meanwhile; otherwise both sides might wait for the other to read.
        pgconn.nonblocking = 0
        pgconn.enter_pipeline_mode()
        self._details.clear()
        unsent = iter(statements)
        sent = sum(map(self._send, islice(unsent, _AHEAD)))
        while sent:
            yield self._answer()
            sent += sum(map(self._send, islice(unsent, 1))) - 1
        pgconn.exit_pipeline_mode()
        pgconn.nonblocking = 1

    def _send(self, sql: str) -> int:
        pgconn = self.connection.pgconn
        pgconn.send_prepare(b"", sql.encode())
        pgconn.send_describe_prepared(b"")
        # A statement that is refused ends here, and the next one is on its own.
        pgconn.pipeline_sync()
        return 1

    def _answer(self) -> Answer | psycopg.Error:
        prepared, described = self._result(), self._result()
        # Notices of the next statement are read along with the end of this one, and none before it.
        details, self._details = self._details, []
        synchronized = self._result()
        for result in (prepared, described, synchronized):
            if result.status == pq.ExecStatus.FATAL_ERROR:
                return psycopg.errors.error_from_result(result)
        return described, details

    def _result(self) -> PGresult:
        pgconn = self.connection.pgconn
        result = pgconn.get_result()
        if result is None:
            raise psycopg.OperationalError(pgconn.get_error_message())
        if result.status != pq.ExecStatus.PIPELINE_SYNC:
            pgconn.get_result()  # nothing: the end of that result
        return result


@contextmanager
def analysis_connections(conninfo: str) -> Generator[tuple[psycopg.Connection[Any], AnalysisConnection]]:
    """A connection to ask the catalogs on, and one for `describe_queries`, closed at the end.

    Raises:
        psycopg.OperationalError: no connection could be made.
    """
    with (
        psycopg.connect(conninfo, autocommit=True, client_encoding="UTF8") as connection,
        # Left in the midst of answers, it can only be closed.
        closing(psycopg.connect(conninfo, autocommit=True, client_encoding="UTF8")) as analysis,
    ):
        yield connection, AnalysisConnection(analysis)


def describe_queries(
    connection: psycopg.Connection[Any], analysis: AnalysisConnection, sources: Sequence[SourceQuery]
) -> Iterator[DescribedQuery | Diagnostic]:
    """What the server makes of each query, in order; a diagnostic where it refuses the query.

    The diagnostic's label stands at the server's position in the user's file. Scripts are tried on `connection`.

    Raises:
        psycopg.OperationalError: a connection is lost.
    """
    # Before all else: a script may wait for locks that statements sent ahead hold.
    scripts = iter([_tried(connection, source) for source in sources if source.operation is Operation.SCRIPT])
    answers = analysis.answers(source.sql for source in sources if source.operation is not Operation.SCRIPT)
    for source in sources:
        yield next(scripts) if source.operation is Operation.SCRIPT else _described(source, next(answers))


def _described(source: SourceQuery, answer: Answer | psycopg.Error) -> DescribedQuery | Diagnostic:
    if isinstance(answer, psycopg.Error):
        return refusal(source, answer)
    result, details = answer
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


def _tried(connection: psycopg.Connection[Any], source: SourceQuery) -> DescribedQuery | Diagnostic:
    """Run a script in a transaction that is rolled back: nothing less tells whether later statements are right."""
    connection.execute("SET check_function_bodies = on")
    connection.execute("BEGIN")
    try:
        connection.execute(source.sql.encode())
    except psycopg.errors.ActiveSqlTransaction:
        pass  # CREATE INDEX CONCURRENTLY, VACUUM and the like cannot be tried this way
    except psycopg.Error as error:
        return refusal(source, error)
    finally:
        connection.execute("ROLLBACK")
    return DescribedQuery(source, (), (), ())


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
            *_other_uses(source, span, state),
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


def _other_uses(source: SourceQuery, span: Span, state: str | None) -> list[Label]:
    """All other uses of the parameter that has another type here than there: an error names one place only."""
    if state not in _TYPES_DISAGREE:
        return []
    tokens = [token for token in source.tokens if token.kind not in ("comment", "block")]
    at = bisect_right(tokens, span.start, key=lambda token: token.start) - 1
    # Of a comparison the error names the operator.
    starts = (
        {token.start for token in tokens[max(at - 1, 0) : at + 2]} if tokens[at].kind == "operator" else {span.start}
    )
    uses = [each for each in source.parameters if any(use.start in starts for use in each.occurrences)]
    return [
        source.file.label(use, "also used here", primary=False)
        for each in uses
        for use in each.occurrences
        if use.start not in starts
    ]


def _spelled(parameter: SourceParameter) -> str:
    return parameter.name if parameter.attribute is None else f"{parameter.name}.{parameter.attribute}"


def _suggestion(hint: str | None) -> str:
    """`did you mean …?` from PostgreSQL's own `Perhaps you meant to reference the column "u.name".`"""
    if hint and hint.startswith("Perhaps you meant to reference the column ") and hint.count('"') == 2:
        return f"did you mean `{hint.split(chr(34))[1].rpartition('.')[2]}`?"
    return ""
