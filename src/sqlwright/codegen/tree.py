"""Reader of PostgreSQL's node trees: the text of `debug_print_rewritten` in, `Node` objects out.

The format is the one of `nodeToString()` (src/backend/nodes/outfuncs.c): `{TAG :field value …}`, lists in round
brackets, `<>` for a null pointer, backslash escapes inside words, and datums as `length [ bytes ]`. Fields are read by
name and never by position, because PostgreSQL adds and moves them with every major version; a field that a version does
not have reads as `None`. The surprise: the text is wrapped at column 78 when it reaches us as a notice, so white space
never carries meaning (inside a word it is always escaped).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

__all__ = ["Bitmapset", "Datum", "Node", "TreeError", "Value", "parse_tree"]


class TreeError(ValueError):
    """The text is not a node tree that this reader knows."""


class Bitmapset(frozenset[int]):
    """A set of small integers, `(b 3 5)`: range table indexes, or attribute numbers plus seven."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A constant's stored value: its length and its bytes as the server holds them in memory."""

    length: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Node:
    """One `{TAG :field value …}`.

    `tag` is the node type in capitals (`QUERY`, `VAR`, `OPEXPR`); `fields` holds what the server printed, in order.
    """

    tag: str
    fields: dict[str, Value] = field(hash=False)

    # Any: the caller knows from the tag and the field which kind of value it asked for.
    def __getitem__(self, name: str) -> Any:
        """The field's value, or `None` where this version of PostgreSQL prints no such field."""
        return self.fields.get(name)

    def text(self, name: str) -> str | None:
        """A field that holds a name: names that look like another kind of value (`true`) are text all the same."""
        value = self.fields.get(name)
        if value is None:
            return None
        return str(value).lower() if isinstance(value, bool) else str(value)

    def nodes(self, name: str) -> list[Node]:
        """The nodes of a list field; empty where the list is `<>` or absent."""
        value = self.fields.get(name)
        return [item for item in value if isinstance(item, Node)] if isinstance(value, list) else []

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the text."""
        pending: list[Value] = [self]
        while pending:  # not by recursion: a chain of a thousand operators is nested a thousand deep
            value = pending.pop()
            if isinstance(value, Node):
                yield value
                pending.extend(reversed(value.fields.values()))
            elif isinstance(value, list):
                pending.extend(reversed(value))


Value: TypeAlias = "Node | Datum | Bitmapset | list[Value] | str | int | float | bool | None"


_TOKEN = re.compile(r"[{}()\[\]]|<>|(?:\\.|[^\s{}()\[\]\\])+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+")
_FLOAT = re.compile(r"[+-]?(\d+\.\d*|\d*\.\d+|\d+)([eE][+-]?\d+)?")


def parse_tree(text: str) -> list[Node]:
    """The query trees in a notice's detail: one statement may be rewritten into several, or into none.

    Raises:
        TreeError: the text ends early or does not follow the format.
    """
    tokens = _TOKEN.findall(text)
    position = 0

    def value() -> Value:
        nonlocal position
        token = take()
        if token == "{":
            tag, fields = take(), dict[str, Value]()
            while (name := take()) != "}":
                if name.startswith(":"):
                    fields[name[1:]] = field_value()
                elif fields or not name.isalpha():  # `{A_EXPR AND :lexpr …}` has a word before its first field
                    raise TreeError(f"expected a field of {tag}, found {name!r}")
            return Node(tag, fields)
        if token == "(":
            items: list[Value] = []
            kind = tokens[position] if position < len(tokens) else ""
            if kind in ("b", "i", "o", "x"):
                take()
                while (item := take()) != ")":
                    items.append(int(item))
                return Bitmapset(items) if kind == "b" else items  # type: ignore[arg-type]
            while position < len(tokens) and tokens[position] != ")":
                items.append(value())
            take()
            return items
        if token == "[":  # a datum without a length: older versions of some fields
            return datum(0)
        return _atom(token)

    def field_value() -> Value:
        nonlocal position
        first = value()
        if isinstance(first, int) and position < len(tokens) and tokens[position] == "[":
            take()
            return datum(first)
        # Raw parse nodes of utility statements may write several words for one field; the first one is the value.
        while position < len(tokens) and not (tokens[position].startswith(":") or tokens[position] == "}"):
            value()
        return first

    def datum(length: int) -> Datum:
        data: list[int] = []
        while (item := take()) != "]":
            data.append(int(item) & 0xFF)
        return Datum(length, bytes(data))

    def take() -> str:
        nonlocal position
        if position >= len(tokens):
            raise TreeError("the tree ends early")
        position += 1
        token: str = tokens[position - 1]
        return token

    top = value()
    if isinstance(top, Node):
        return [top]
    if isinstance(top, list) and all(isinstance(item, Node) for item in top):
        return [item for item in top if isinstance(item, Node)]
    if top is None:
        return []
    raise TreeError("expected a list of query trees")


def _atom(token: str) -> Value:
    if token == "<>":
        return None
    if token == "true":
        return True
    if token == "false":
        return False
    if token.startswith('"'):
        return _unescape(token.removeprefix('"').removesuffix('"'))
    if _INTEGER.fullmatch(token):
        return int(token)
    if _FLOAT.fullmatch(token):
        return float(token)
    return _unescape(token)


def _unescape(token: str) -> str:
    return _ESCAPE.sub(r"\1", token)
