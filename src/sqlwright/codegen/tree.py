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
from functools import lru_cache
from typing import Any, TypeAlias

__all__ = ["Bitmapset", "Datum", "Node", "TreeError", "Value", "parse_stored", "parse_tree"]


class TreeError(ValueError):
    """The text is not a node tree that this reader knows."""


class Bitmapset(frozenset[int]):
    """A set of small integers, `(b 3 5)`: range table indexes, or attribute numbers plus seven."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A constant's stored value: its length and its bytes as the server holds them in memory."""

    length: int
    data: bytes


# Not frozen: there are many, and to make a frozen one takes three times as long.
@dataclass(slots=True, unsafe_hash=True)
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

    def children(self) -> list[tuple[Node, str, int]]:
        """The nodes right below, in the order of the text: in which field, and at which position of the inmost list."""
        found: list[tuple[Node, str, int]] = []
        nested = [(name, value) for name, value in self.fields.items() if value.__class__ in _NESTING]
        for name, value in nested:
            if isinstance(value, Node):
                found.append((value, name, 0))
            elif isinstance(value, list):
                _gather(value, name, found)
        return found

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the text."""
        pending = [self]
        while pending:  # not by recursion: a chain of a thousand operators is nested a thousand deep
            node = pending.pop()
            yield node
            pending += [child for child, _, _ in reversed(node.children())]


#: Most fields are neither, and this is the fastest way to tell.
_NESTING = frozenset((Node, list))


def _gather(items: list[Value], name: str, found: list[tuple[Node, str, int]]) -> None:
    for index, item in enumerate(items):
        if isinstance(item, str):
            continue
        if isinstance(item, Node):
            found.append((item, name, index))
        elif isinstance(item, list):
            _gather(item, name, found)


Value: TypeAlias = "Node | Datum | Bitmapset | list[Value] | str | int | float | bool | None"


_WORD = r"(?:[^\s{}()\[\]\\]++|\\.)++"
_FIELD = rf":{_WORD}[ ](?!:){_WORD}"
# What is often the same to the letter is one token and is read once: a run of fields that are single words, a list of
# strings, a list or set of numbers.
_TOKEN = re.compile(
    rf"""
      {_FIELD}(?:[ ]{_FIELD})*(?=\}}|[ ][:}}]) | {_WORD} | \{{\w* | \}}
    | \((?:[ ]?"{_WORD})+\) | \([biox](?:[ ]-?\d+)*\) | \[(?:[ ]-?\d+)*[ ]\] | [()\[\]]
    """,
    re.DOTALL | re.VERBOSE,
)
_WORDS = re.compile(_WORD, re.DOTALL)
_WRAP = re.compile(r"\n(?<!\\\n)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_INTEGER = re.compile(r"[+-]?\d+")
_FLOAT = re.compile(r"[+-]?(\d+\.\d*|\d*\.\d+|\d+)([eE][+-]?\d+)?")


def parse_tree(text: str) -> list[Node]:
    """The query trees in a notice's detail: one statement may be rewritten into several, or into none.

    Raises:
        TreeError: the text ends early or does not follow the format.
    """
    try:
        top = _Reader(_TOKEN.findall(_WRAP.sub(" ", text))).top()
    except StopIteration:
        raise TreeError("the tree ends early") from None
    if isinstance(top, Node):
        return [top]
    if isinstance(top, list) and all(isinstance(item, Node) for item in top):
        return [item for item in top if isinstance(item, Node)]
    if top is None:
        return []
    raise TreeError("expected a list of query trees")


@lru_cache(maxsize=5_000)
def parse_stored(text: str) -> Node:
    """The one expression that a table's CHECK consists of, which every statement on the table asks for.

    Raises:
        TreeError: the text does not follow the format, or is not one tree.
    """
    trees = parse_tree(text)
    if len(trees) != 1:
        raise TreeError("expected one expression")
    return trees[0]


class _Reader:
    """Turns tokens into values. Much of the time of an analysis goes by in here, so it looks at each token once."""

    def __init__(self, tokens: list[str]) -> None:
        self.take = iter(tokens).__next__

    def top(self) -> Value:
        return self.value(self.take())

    def value(self, token: str) -> Value:
        first = token[0]
        if first == "{":
            return self.node(token[1:])
        if token == "(":
            return self.items()
        if first == "(":
            items = _listed(token)
            return items if isinstance(items, Bitmapset) else list(items)
        if first == "[":  # a datum without a length: older versions of some fields
            return _datum(0, token)
        return _atom(token)

    def node(self, tag: str) -> Node:
        take = self.take
        fields = dict[str, Value]()
        token = take()
        while token != "}":
            if token[0] != ":":
                if fields or not token.isalpha():  # `{A_EXPR AND :lexpr …}` has a word before its first field
                    raise TreeError(f"expected a field of {tag}, found {token!r}")
                token = take()
                continue
            if " " in token:
                fields.update(_fields(token))
                token = take()
                continue
            name, value = token[1:], self.value(take())
            token = take()
            if token[0] == "[" and isinstance(value, int):
                value = _datum(value, token)
                token = take()
            # Raw parse nodes of utility statements may write several words for one field; the first one is the value.
            while token[0] != ":" and token != "}":
                self.value(token)
                token = take()
            fields[name] = value
        return Node(tag, fields)

    def items(self) -> list[Value]:
        take = self.take
        items: list[Value] = []
        while (token := take()) != ")":
            items.append(self.value(token))
        return items


# The same few thousand words, runs and lists make up all trees of a schema.
@lru_cache(maxsize=20_000)
def _fields(run: str) -> dict[str, Value]:
    words = _WORDS.findall(run)
    return {name[1:]: _atom(value) for name, value in zip(words[::2], words[1::2], strict=True)}


@lru_cache(maxsize=20_000)
def _listed(text: str) -> tuple[Value, ...] | Bitmapset:
    words = _WORDS.findall(text)
    if text[1] == '"':
        return tuple(map(_atom, words))
    numbers = map(int, words[1:])
    return Bitmapset(numbers) if words[0] == "b" else tuple(numbers)


def _datum(length: int, text: str) -> Datum:
    return Datum(length, bytes(int(word) & 0xFF for word in _WORDS.findall(text)))


@lru_cache(maxsize=50_000)
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
