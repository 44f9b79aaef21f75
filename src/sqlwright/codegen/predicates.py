"""Whether a statement's conditions imply the predicate of a partial unique index.

In: the predicate as the server prints it and what is known of the row's columns. Out: yes, or no where it cannot be
told. The surprise: only predicates made of simple tests joined by AND are understood (`deleted_at IS NULL`,
`is_active`, `status = 'open'`), and a parameter never implies one, because its value is not known in advance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.tree import Node
from sqlwright.codegen.trees import bare, constant, count

__all__ = ["Condition", "conditions_of", "implied"]

Literal: TypeAlias = "int | str | bool"


@dataclass(frozen=True, slots=True)
class Condition:
    """One column of a row: `null`, `not null`, or `equals` a literal."""

    attnum: int
    kind: str
    value: Literal | None = None


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<number>-?\d+)(?![\w.])
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<word>[A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*)
      | (?P<sign>::|[()=])
    )""",
    re.VERBOSE,
)
_KEYWORDS = frozenset(("AND", "OR", "NOT", "IS", "NULL", "true", "false"))
#: What pg_get_expr writes between a literal and the column it is compared with: casts that leave the value as it is.
_HARMLESS_CASTS = frozenset(("text", "character varying", "varchar", "smallint", "integer", "bigint", "boolean"))


def implied(predicate: str, relation: CatalogRelation, known: Collection[Condition]) -> bool:
    """Whether every part of the predicate follows from the conditions and the table's not-null columns."""
    parsed = _Predicate(predicate, {column.name: attnum for attnum, column in relation.columns.items()}).parse()
    if parsed is None:
        return False
    columns = relation.columns
    return all(
        condition in known
        or (condition.kind == "not null" and (columns[condition.attnum].not_null_only or _not_null(condition, known)))
        for condition in parsed
    )


def _not_null(condition: Condition, known: Collection[Condition]) -> bool:
    return any(each.attnum == condition.attnum and each.kind in ("equals", "not null") for each in known)


def conditions_of(node: Node, catalog: Catalog) -> Iterator[tuple[int, Condition]]:
    """What one condition that is true says of columns, by range table entry."""
    if node.tag == "VAR":
        yield from _on(node, "equals", True)
    elif node.tag == "BOOLEXPR" and node["boolop"] == "not" and len(inner := node.nodes("args")) == 1:
        if inner[0].tag == "VAR":
            yield from _on(inner[0], "equals", False)
    elif node.tag == "BOOLEANTEST" and isinstance(node["arg"], Node) and count(node["booltesttype"]) in (0, 2):
        yield from _on(node["arg"], "equals", count(node["booltesttype"]) == 0)
    elif node.tag == "NULLTEST" and isinstance(node["arg"], Node) and not node["argisrow"]:
        yield from _on(node["arg"], "not null" if node["nulltesttype"] == 1 else "null")
    elif node.tag == "OPEXPR":
        operator = catalog.operators.get(count(node["opno"]))
        arguments = node.nodes("args")
        if operator is None or not operator.is_equality or operator.name != "=" or len(arguments) != 2:
            return
        for column, other in (arguments, reversed(arguments)):
            value = constant(other)
            if value is not None:
                yield from _on(column, "equals", value)


def _on(node: Node, kind: str, value: Literal | None = None) -> Iterator[tuple[int, Condition]]:
    column = bare(node)
    if column.tag == "VAR" and not count(column["varlevelsup"]):
        yield column["varno"], Condition(column["varattno"], kind, value)


class _Predicate:
    """A parser of what pg_get_expr prints for simple predicates."""

    def __init__(self, text: str, columns: dict[str, int]) -> None:
        self._columns = columns
        self._tokens: list[tuple[str, str]] = []
        self._position = 0
        end = 0
        while end < len(text.rstrip()):
            match = _TOKEN.match(text, end)
            if match is None or match.lastgroup is None:
                self._tokens = []
                return
            self._tokens.append((match.lastgroup, match[match.lastgroup]))
            end = match.end()

    def parse(self) -> list[Condition] | None:
        """The conditions, or `None` where any part is not understood."""
        found = self._conjunction()
        return found if found and self._position == len(self._tokens) else None

    def _conjunction(self) -> list[Condition] | None:
        found: list[Condition] = []
        while True:
            part = self._part()
            if part is None:
                return None
            found += part
            if not self._take("AND"):
                return found

    def _part(self) -> list[Condition] | None:
        start = self._position
        test = self._test()
        if test is not None:
            return [test]
        self._position = start
        if self._take("("):
            inner = self._conjunction()
            return inner if inner is not None and self._take(")") else None
        return None

    def _test(self) -> Condition | None:
        if self._take("NOT"):
            column = self._column()
            return None if column is None else Condition(column, "equals", False)
        column = self._column()
        if column is None:
            return None
        if self._take("IS"):
            kind = "not null" if self._take("NOT") else "null"
            return Condition(column, kind) if self._take("NULL") else None
        if self._take("="):
            value = self._literal()
            return None if value is None else Condition(column, "equals", value)
        return Condition(column, "equals", True)

    def _column(self) -> int | None:
        if self._take("("):
            column = self._column()
            if column is None or not self._take(")"):
                return None
            return column if self._casts() else None
        kind, text = self._next()
        if kind == "quoted":
            name = text[1:-1].replace('""', '"')
        elif kind == "word" and text not in _KEYWORDS:
            name = text
        else:
            return None
        self._position += 1
        return self._columns.get(name)

    def _literal(self) -> Literal | None:
        kind, text = self._next()
        if self._take("("):
            value = self._literal()
            return value if self._take(")") and self._casts() else None
        self._position += 1
        value = {"true": True, "false": False}.get(text)
        if kind == "string":
            value = text[1:-1].replace("''", "'")
        elif kind == "number":
            value = int(text)
        return value if self._casts() else None

    def _casts(self) -> bool:
        while self._take("::"):
            words: list[str] = []
            while self._next()[0] == "word" and self._next()[1] not in _KEYWORDS:
                words.append(self._next()[1])
                self._position += 1
            if " ".join(words) not in _HARMLESS_CASTS:
                return False
        return True

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("", "")

    def _take(self, token: str) -> bool:
        if self._next()[0] in ("word", "sign") and self._next()[1] == token:
            self._position += 1
            return True
        return False
