"""What generated statements know of a generated schema: names, columns, and kinds of values.

The surprise: a kind is not a type. All that is of one kind can be compared, merged and unioned, so that whatever the
generator puts together fits; a domain over int is of the kind of int.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["KINDS", "LITERALS", "NAMES", "Columns", "Function", "Schema", "Table"]

#: name in the statement → kind
Columns = list[tuple[str, str]]

#: kind → type: integer, text, boolean, array, enum, jsonb, range, multirange, composite, and an array of these
NAMES: Final[Mapping[str, str]] = {
    "i": "int", "t": "text", "b": "boolean", "a": "int[]", "e": "mood", "j": "jsonb", "x": "int4range",
    "y": "int4multirange", "o": "pair", "q": "pair[]",
}  # fmt: skip
#: how often each kind is chosen
KINDS: Final = "iiiiiiiittttttbbbbaaeejxxyooq"
LITERALS: Final[Mapping[str, tuple[str, ...]]] = {
    "i": ("0", "1", "1", "2", "3", "NULL::int"),
    "t": ("''::text", "'a'::text", "'b'::text", "NULL::text"),
    "b": ("true", "false", "NULL::boolean"),
    "a": ("ARRAY[1, 2]", "'{}'::int[]", "ARRAY[1, NULL]", "'{{1,2},{3,NULL}}'::int[]", "NULL::int[]"),
    "e": ("'sad'::mood", "'happy'::mood", "NULL::mood"),
    "j": (
        """'{"a": 1, "b": null}'::jsonb""",
        "'null'::jsonb",
        "'[1, null]'::jsonb",
        """'{"a": {"a": "x"}}'::jsonb""",
        "NULL::jsonb",
    ),
    "x": ("'[1,3)'::int4range", "'empty'::int4range", "'(,2]'::int4range", "NULL::int4range"),
    "y": ("'{[1,3),[5,)}'::int4multirange", "'{}'::int4multirange", "'{(,)}'::int4multirange", "NULL::int4multirange"),
    "o": ("'(1,a)'::pair", "'(2,)'::pair", "'(,)'::pair", "NULL::pair"),
    "q": ("ARRAY['(1,a)'::pair]", "'{}'::pair[]", """'{"(1,b)",NULL,"(,)"}'::pair[]""", "NULL::pair[]"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view: its columns, and which of them a statement can write."""

    name: str
    columns: tuple[tuple[str, str], ...]
    #: empty for what cannot be written
    written: tuple[tuple[str, str], ...] = ()
    #: the columns of a unique key that ON CONFLICT can name
    key: tuple[str, ...] = ()
    #: a view that is written through
    view: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function: a scalar of a kind, or rows of these columns.

    Its calls are texts such as `most({i}, b => {t})`, which say of what kind an argument must be.
    """

    kind: str | None
    calls: tuple[str, ...]
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """All that statements can name."""

    tables: tuple[Table, ...]
    functions: tuple[Function, ...] = ()
    #: calls of procedures
    procedures: tuple[str, ...] = ()
    #: SQL that runs when there are rows, which it does not look at
    afterwards: tuple[str, ...] = ()
    #: some tables have policies, so that statements run as a role that they bind
    policies: bool = False
    #: of the server: what a later one has brought is not made
    version: int = 18
