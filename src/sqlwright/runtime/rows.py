"""Rows of a result to what a generated function returns.

In: the driver's tuples and the row function that the generator wrote. Out: its values. The surprise: an error in here
names the column and the kind of mismatch, and never the value, although pydantic and psycopg would both print it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar, cast

import psycopg
from psycopg import pq
from psycopg.abc import Transformer
from psycopg.pq.abc import PGresult
from psycopg.rows import RowMaker
from pydantic import BaseModel, ValidationError

from sqlwright.runtime.errors import NoRow, RowError, SchemaChanged, SqlwrightError, TooManyRows, attribute, place
from sqlwright.runtime.models import UNNAMED_ROW
from sqlwright.runtime.statement import Statement

__all__ = [
    "Loaded",
    "Outcome",
    "Row",
    "at_most_one",
    "column_indexes",
    "exactly_one",
    "read_error",
    "row_maker",
]

T = TypeVar("T")

#: A row as the driver returns it: jsonb is bytes, a composite is a tuple, an array is a list.
# Any: a row function knows the types of its row, position by position.
Row: TypeAlias = tuple[Any, ...]


class Outcome(Protocol):
    """What a statement came to."""

    @property
    def rowcount(self) -> int:
        """How many rows it returned; of a statement that returns none, how many it changed."""
        ...

    def rows(self, statement: Statement, row: Callable[[Row], T]) -> list[T]:
        """All rows, built; raises RowError, SchemaChanged."""
        ...


class Loaded(NamedTuple):
    """The rows of a cursor, as psycopg's tuples."""

    values: list[Row]
    rowcount: int

    def rows(self, statement: Statement, row: Callable[[Row], T]) -> list[T]:
        """All rows, built; raises RowError."""
        try:
            return [row(values) for values in self.values]
        except Exception as error:  # generated code and models: whatever it is, it is about this row
            raise _row_error(statement, error) from None


def column_indexes(statement: Statement, result: PGresult) -> list[int] | None:
    """Where the columns are that the statement had when its code was generated; None: they are all that there are.

    A `SELECT *` gets more of them with a later migration, and code that is running must survive that: the known ones
    are found by name. Raises SchemaChanged when one of them is gone.
    """
    expected = statement.columns
    if expected is None or result.nfields == len(expected):
        return None
    found = [(result.fname(index) or b"").decode(errors="replace") for index in range(result.nfields)]
    if any(found.count(name) != 1 for name in expected):
        raise _attributed(
            SchemaChanged(
                f"{place(statement)} returns the columns {', '.join(found)}, and {', '.join(expected)} when its code "
                "was generated: apply the migrations that are missing, or run `sqlwright generate`"
            ),
            statement,
        )
    return [found.index(name) for name in expected]


def row_maker(row: Callable[[Row], T], indexes: Sequence[int] | None) -> RowMaker[T]:
    """The row function as psycopg calls it; with `indexes` for rows that have other columns as well."""
    if indexes is None:
        # psycopg promises a sequence, and hands over tuples.
        return cast("RowMaker[T]", row)
    return lambda values: row(tuple(values[index] for index in indexes))


def at_most_one(statement: Statement, outcome: Outcome, row: Callable[[Row], T]) -> T | None:
    """The row, or None; raises TooManyRows as well."""
    count = outcome.rowcount
    if count > 1:
        raise _attributed(TooManyRows(f"{place(statement)} returned {count} rows instead of at most one"), statement)
    return outcome.rows(statement, row)[0] if count else None


def exactly_one(statement: Statement, outcome: Outcome, row: Callable[[Row], T]) -> T:
    """The row; raises NoRow as well."""
    count = outcome.rowcount
    if count > 1:
        raise _attributed(TooManyRows(f"{place(statement)} returned {count} rows instead of one"), statement)
    if not count:
        raise _attributed(NoRow(f"{place(statement)} returned no row instead of one"), statement)
    return outcome.rows(statement, row)[0]


E = TypeVar("E", bound=BaseException)


def _attributed(error: E, statement: Statement) -> E:
    attribute(error, statement)
    return error


# ------------------------------------------------------------------------------------------------------ errors of a row


def _row_error(statement: Statement, error: Exception) -> RowError:
    if isinstance(error, ValidationError):
        known = _field_names()
        columns = frozenset(str(item["loc"][0]) for item in error.errors() if error.title == UNNAMED_ROW)
        found = "; ".join(
            f"{_path(item['loc'], known | columns) or error.title}: {item['type']}"
            for item in error.errors(include_input=False, include_url=False, include_context=False)[:5]
        )
    else:
        # Its text would quote the value: "'x' is not a valid Mood".
        found = type(error).__name__
    return _attributed(RowError(f"{place(statement)}: a row is not what its type says: {found}"), statement)


def _path(location: tuple[int | str, ...], known: frozenset[str]) -> str:
    """Where in the row: names of fields and numbers of elements; the keys of a dict are data."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if step in known else ".…"
    return path.removeprefix(".")


def _field_names() -> frozenset[str]:
    """All fields of all models: slow, and only asked for when a row was wrong."""

    def models(cls: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield cls
        for subclass in cls.__subclasses__():
            yield from models(subclass)

    return frozenset(
        name
        for model in models(BaseModel)
        for field_name, info in getattr(model, "__pydantic_fields__", {}).items()
        for name in (field_name, info.alias)
        if isinstance(name, str)
    )


def read_error(statement: Statement, result: PGresult | None, transformer: Transformer, error: Exception) -> Exception:
    """The error for one that was raised while rows were read, by psycopg's loaders, or built, by the row function."""
    if isinstance(error, psycopg.Error) and (error.sqlstate is not None or not isinstance(error, psycopg.DataError)):
        return error
    if isinstance(error, SqlwrightError):
        return error
    if result is not None and (column := _unreadable_column(result, transformer)) is not None:
        return _attributed(
            RowError(f"{place(statement)}: a value{column} cannot be represented in Python ({type(error).__name__})"),
            statement,
        )
    return _row_error(statement, error)


def _unreadable_column(result: PGresult, transformer: Transformer) -> str | None:
    """The first column with a value that has no Python value ('infinity', as a datetime); None: all can be read."""
    # Only now, since reading all of it again column by column takes its time.
    for column in range(result.nfields):
        load = transformer.get_loader(result.ftype(column), pq.Format(result.fformat(column))).load
        for row in range(result.ntuples):
            try:
                value = result.get_value(row, column)
                if value is not None:
                    load(value)
            except Exception:
                name = result.fname(column)
                return f" of column {name.decode(errors='replace')}" if name else ""
    return None
