"""A statement that can be run: reviewed SQL, together with what the generator knows of it.

In: a query as `load_queries` returns it, and the parameters of the generated function. Out: a `Statement`, whose
`bind` turns a call's arguments into the values of `$1, $2 …`. The surprise: both sides are compared once, at import,
so a generated module that does not fit its SQL cannot be imported, and nothing needs to be compared again in a call.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import psycopg

from sqlwright.runtime.encoding import Refused
from sqlwright.runtime.errors import (
    ErrorClass,
    ParameterError,
    ParameterValueError,
    StaleStatement,
    attribute,
    place,
)
from sqlwright.runtime.parameters import CopyParameter, Specification

__all__ = ["Bound", "Source", "Statement", "is_binary_copy"]

#: The values of `$1, $2 …`: text for the server to read, bytes in binary format, or None for NULL.
Bound: TypeAlias = Sequence[str | bytes | None]


class Source(Protocol):
    """A query as it was loaded from its file; `adapter.LoadedQuery` is one."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def sql(self) -> str: ...
    @property
    def parameters(self) -> Sequence[tuple[str, str | None]]:
        """The (name, attribute) of `$1`, `$2`, …"""
        ...


_SETS_SESSION = re.compile(r"\A\s*(?:set|reset)\b|\bset_config\b", re.IGNORECASE)
#: What stands between STDIN and WHERE, which may be a list in brackets or, as of old, just words.
_COPY_OPTIONS = re.compile(r"\bstdin\b\s*(?:with\b)?\s*(\([^)]*\)|(?:(?!\bwhere\b)[^()])*)", re.IGNORECASE)
_COPY_UNKNOWN = re.compile(r"\b(csv|delimiters?|header|quote|escape|null|default|encoding)\b", re.IGNORECASE)


class Statement:
    """One query of a `.sql` file, ready to run. Immutable; shared by the blocking and the async functions.

    Args:
        source: the loaded query.
        parameters: of the function, in the order in which calls hand over their arguments.
        errors: the generated classes for the constraints that can fail and the SQLSTATEs that can be raised.
        types: the enums, composites and domains in the result, schema-qualified.
        columns: the names of the result's columns when the code was generated; None for any.
        binary: whether every column has a type that psycopg reads in binary format.
        read_only: whether it was proved to change nothing; such a statement is sent again when the connection was lost.

    Raises:
        StaleStatement: the placeholders of the SQL are not those of the parameters.
    """

    __slots__ = (
        "_order",
        "binary",
        "columns",
        "copies_binary",
        "copy",
        "errors",
        "file",
        "line",
        "name",
        "oids",
        "parameters",
        "query",
        "read_only",
        "sets_session",
        "sql",
        "types",
    )

    def __init__(
        self,
        source: Source,
        *parameters: Specification,
        errors: Sequence[ErrorClass] = (),
        types: Sequence[str] = (),
        columns: Sequence[str] | None = None,
        binary: bool = True,
        read_only: bool = False,
    ) -> None:
        self.name = source.name
        self.file = source.file
        self.line = source.line
        self.sql = source.sql
        self.parameters = parameters
        self.errors = tuple(errors)
        self.types = frozenset(types)
        self.columns = None if columns is None else tuple(columns)
        self.binary = binary
        self.read_only = read_only
        #: SET and set_config() reach beyond the statement: the connection is reset before another caller gets it.
        self.sets_session = _SETS_SESSION.search(source.sql) is not None
        self.copy = next((item for item in parameters if isinstance(item, CopyParameter)), None)
        try:
            self.copies_binary = self.copy is not None and is_binary_copy(source.sql)
        except ValueError as error:
            raise StaleStatement(f"{place(self)}: {error}") from None
        self.query = source.sql.encode()
        self._order = self._placeholder_order(source)
        oids = [oid for parameter in parameters for oid in parameter.oids]
        #: the declared types of `$1, $2 …`, 0 where the server infers one; None when it infers them all
        self.oids: tuple[int, ...] | None = None
        if any(oids):
            self.oids = tuple(oids if self._order is None else (oids[index] for index in self._order))

    def __repr__(self) -> str:
        return f"<Statement {place(self)}>"

    def bind(self, arguments: Sequence[Any]) -> Bound:
        """The values of `$1, $2 …` for these arguments.

        Raises:
            ParameterError: an argument is not what its parameter takes.
        """
        if len(arguments) != len(self.parameters):
            raise ParameterError(f"{place(self)} takes {len(self.parameters)} arguments, got {len(arguments)}")
        values: list[str | bytes | None] = []
        for parameter, argument in zip(self.parameters, arguments, strict=True):
            try:
                values.extend(parameter.bind(argument))
            except Refused as refused:
                raise self._parameter_error(parameter.name, refused) from None
        return values if self._order is None else [values[index] for index in self._order]

    def bind_items(self, items: Sequence[Any], start: int) -> str:
        """Some rows of COPY in text format; `start` is the number of the first. Raises ParameterError."""
        assert self.copy is not None, self
        try:
            return self.copy.bind_items(items, start)
        except Refused as refused:
            raise self._parameter_error(self.copy.name, refused) from None

    def bind_item_binary(self, item: Any, index: int) -> list[Any]:
        """The columns of one row of COPY in binary format; raises ParameterError."""
        assert self.copy is not None, self
        try:
            return self.copy.bind_item_binary(item, index)
        except Refused as refused:
            raise self._parameter_error(self.copy.name, refused) from None

    def query_for(self, connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bytes:
        """The SQL in the connection's encoding: always the same object for UTF-8, psycopg compares by identity."""
        encoding = connection.info.encoding
        return self.query if encoding in ("utf-8", "ascii") else self.sql.encode(encoding)

    def _parameter_error(self, parameter: str, refused: Refused) -> ParameterError:
        cls = ParameterValueError if refused.value else ParameterError
        error = cls(f"{place(self)}: parameter {parameter}{refused.inside} {refused.reason}")
        attribute(error, self)
        return error

    def _placeholder_order(self, source: Source) -> tuple[int, ...] | None:
        """For each `$n` the index of its value among those of all parameters; None when they are in the same order."""
        ours = [(parameter.name, attribute) for parameter in self.parameters for attribute in parameter.attributes]
        theirs = list(source.parameters)
        if sorted(map(repr, ours)) != sorted(map(repr, theirs)):
            raise StaleStatement(
                f"{place(self)}: the SQL has the placeholders {_listed(theirs)}, the generated code {_listed(ours)}: "
                "run `sqlwright generate`"
            )
        order = tuple(ours.index(placeholder) for placeholder in theirs)
        return None if order == tuple(range(len(order))) else order


def _listed(placeholders: Sequence[tuple[str, str | None]]) -> str:
    names = [f":{name}" if attribute is None else f":{name}.{attribute}" for name, attribute in placeholders]
    return ", ".join(names) or "none"


def is_binary_copy(sql: str) -> bool:
    """Whether a COPY … FROM STDIN wants its rows in binary format.

    Raises:
        ValueError: it has options that the written rows would not follow.
    """
    options = _COPY_OPTIONS.search(sql)
    words = options[1] if options else ""
    if unknown := _COPY_UNKNOWN.search(words):
        raise ValueError(f"COPY rows are written in text or binary format, without {unknown[1].upper()}")
    return re.search(r"\bbinary\b", words, re.IGNORECASE) is not None
