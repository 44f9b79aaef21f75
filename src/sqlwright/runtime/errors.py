"""The errors that calls raise, and how an error of the server becomes one of them.

In: a psycopg error and the query that was running. Out: the same error, or the class that the generator wrote for its
constraint or SQLSTATE, with `query`, `file` and `line` and a note that names them. The surprise: the text of an error
that comes from the server is rewritten, because PostgreSQL quotes data in it ("Key (email)=(…) already exists") and
texts end up in logs. The server's own words stay available under `error.diag`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import ClassVar, Protocol, TypeAlias

import psycopg
import psycopg_pool

# Generated error classes refine psycopg's, and import from here alone.
from psycopg import errors as psycopg_errors

__all__ = [
    "ConstraintError",
    "DatabaseNotOpen",
    "ErrorClass",
    "ExecutorError",
    "NoRow",
    "ParameterError",
    "ParameterValueError",
    "PipelineOver",
    "RaisedError",
    "ResultPending",
    "RowError",
    "SchemaChanged",
    "SqlwrightError",
    "StaleStatement",
    "TooManyRows",
    "TransactionAborted",
    "TransactionOver",
    "psycopg_errors",
]


class Origin(Protocol):
    """What an error says about where it comes from; a Statement is one."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def sql(self) -> str: ...
    @property
    def errors(self) -> tuple[ErrorClass, ...]: ...


# ----------------------------------------------------------------------------------------------------------- classes


class SqlwrightError(Exception):
    """Base of the errors that are ours; those about a query carry its name, file and line."""

    query: str | None = None
    file: str | None = None
    line: int | None = None


class ParameterError(SqlwrightError, TypeError):
    """An argument is not what its parameter takes; nothing was sent."""


class ParameterValueError(ParameterError, ValueError):
    """An argument has the right type and a value that PostgreSQL cannot take; nothing was sent."""


class NoRow(SqlwrightError, LookupError):
    """A query that returns exactly one row returned none."""


class TooManyRows(SqlwrightError, LookupError):
    """A query that returns at most one row returned more."""


class RowError(SqlwrightError, psycopg.DataError):
    """A row is not what the generated model says: the database holds values that the types do not allow."""


class SchemaChanged(SqlwrightError, psycopg.ProgrammingError):
    """The database has another shape than the one the code was generated from."""


class StaleStatement(SqlwrightError, ImportError):
    """Generated code and the SQL that it loads do not belong together."""


class ExecutorError(SqlwrightError, TypeError):
    """What was handed in as `db` cannot run a query, or is of the other flavour (blocking or async)."""


class DatabaseNotOpen(SqlwrightError, psycopg_pool.PoolClosed):
    """The Database was not opened, or is closed again."""


class TransactionOver(SqlwrightError, psycopg.InterfaceError):
    """A Transaction was used after its block had ended."""


class TransactionAborted(SqlwrightError, psycopg.errors.InFailedSqlTransaction):
    """The block ended well, yet nothing could be committed: an error of a statement in it had been caught."""


class ResultPending(SqlwrightError, RuntimeError):
    """The result of a call in a pipeline was asked for before the pipeline had run, or after it had failed."""


class PipelineOver(SqlwrightError, RuntimeError):
    """A Pipeline was used after its block had ended."""


class ConstraintError(SqlwrightError):
    """Base of the generated errors for constraints, together with psycopg's class for that kind of constraint."""

    schema: ClassVar[str]
    table: ClassVar[str]
    #: the constraint's name; None for a NOT NULL, which is told by its column
    constraint: ClassVar[str | None] = None
    column: ClassVar[str | None] = None


class RaisedError(SqlwrightError):
    """Base of the generated errors for SQLSTATEs that functions and procedures raise (`-- @raises`)."""


ErrorClass: TypeAlias = type[ConstraintError] | type[RaisedError]

# -------------------------------------------------------------------------------------------------- errors of a query


def attribute(error: BaseException, origin: Origin) -> None:
    """Write down in the error which query it comes from, once."""
    if getattr(error, "query", None) is None:
        for name, value in (("query", origin.name), ("file", origin.file), ("line", origin.line)):
            setattr(error, name, value)
        error.add_note(f"in {place(origin)}")


def place(origin: Origin) -> str:
    """How messages name a query: `get_project (queries/projects.sql:12)`."""
    return f"{origin.name} ({origin.file}:{origin.line})"


def translate(error: psycopg.Error, origin: Origin, extra: Iterable[ErrorClass] = ()) -> psycopg.Error:
    """The error to raise for an error of this query: without data in its text, and of the generated class if there is
    one.

    `extra` are classes of other queries: a deferred constraint fails at COMMIT, long after its statement.
    """
    translated = as_listed(censor(error, origin.sql), (*origin.errors, *extra))
    attribute(translated, origin)
    if translated.sqlstate in ("26000", "42P05"):
        translated.add_note("a PgBouncer in transaction mode does this: open the database with pgbouncer=True")
    return translated


def commit_error(error: psycopg.Error, listed: Iterable[ErrorClass]) -> psycopg.Error:
    """The error to raise for one of COMMIT, where deferred constraints fail; `listed`: the classes of all queries."""
    translated = as_listed(censor(error), listed)
    translated.add_note("at the end of the transaction")
    return translated


@contextmanager
def errors_of(origin: Origin) -> Generator[None]:
    """Around everything that is done for a query: whatever fails in it says so."""
    try:
        yield
    except psycopg.Error as error:
        raise translate(error, origin) from None
    except SqlwrightError as error:
        attribute(error, origin)
        raise


def as_listed(error: psycopg.Error, classes: Iterable[ErrorClass]) -> psycopg.Error:
    """The error as the first of these classes that fits it; itself if none does."""
    if error.sqlstate is None or isinstance(error, SqlwrightError):
        return error
    for cls in classes:
        if _fits(error, cls):
            listed = cls(*error.args)
            # diag and sqlstate live in the instance: they are the server's, whatever the class.
            listed.__dict__.update(error.__dict__)
            assert isinstance(listed, psycopg.Error), cls
            return listed
    return error


def _fits(error: psycopg.Error, cls: ErrorClass) -> bool:
    if getattr(cls, "sqlstate", None) != error.sqlstate:
        return False
    if not issubclass(cls, ConstraintError):
        return True
    diag = error.diag
    if (diag.schema_name, diag.table_name) != (cls.schema, cls.table):
        return False
    # Not by its name: a not-null constraint has none before PostgreSQL 18.
    return diag.column_name == cls.column if cls.column is not None else diag.constraint_name == cls.constraint


# ----------------------------------------------------------------------------------------------- texts without values

#: Between a single pair of quotes; and from one quote to the last of the text, for values that contain quotes.
_QUOTED = re.compile(r'"([^"]*)"')
_QUOTED_TO_THE_LAST = re.compile(r'".*"', re.DOTALL)
_BYTES = re.compile(r"0x[0-9a-f]{2}(?: 0x[0-9a-f]{2})*", re.IGNORECASE)

#: Classes whose texts quote names, and data where a name was made of data ('…'::regclass, to_tsquery(…), SET ROLE …).
_NAMING_CLASSES = ("0A", "28", "2B", "34", "3D", "3F", "42", "F0", "HV")


def censor(error: psycopg.Error, sql: str = "") -> psycopg.Error:
    """Rewrite the error's text so that it holds nothing that came from a table or an argument.

    DETAIL, CONTEXT and LINE go. In errors about data (SQLSTATE class 22) everything quoted goes; in those about
    names, what is quoted stays when it stands in the statement. What a procedure says by RAISE is its author's choice
    and stays.
    """
    if isinstance(error, SqlwrightError) or error.sqlstate is None:
        return error
    text = error.diag.message_primary or type(error).__name__
    if error.sqlstate.startswith("22"):
        text = _BYTES.sub("…", _QUOTED_TO_THE_LAST.sub('"…"', text))
    elif error.sqlstate[:2] in _NAMING_CLASSES:
        for quoted in _QUOTED.finditer(text):
            if quoted[1] not in sql:
                # The rest goes too: where a value contains quotes, its end cannot be told.
                text = text[: quoted.start()] + _QUOTED_TO_THE_LAST.sub('"…"', text[quoted.start() :])
                break
    error.args = (text,)
    return error
