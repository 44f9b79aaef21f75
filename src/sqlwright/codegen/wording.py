"""Where the words of a verdict are written, when the server's tree says no place: clauses, and the tables of FROM.

In: a `Clue`, which says what must be written somewhere in the statement, and the statement's words. Out: the offset of
the one word that it can be, or nothing. The surprise: nothing is parsed. Whoever gives a clue knows that it is written
in the statement (and not in a view or a rule), so that words which occur once are certain; words which occur twice are
no place at all.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlwright.codegen.tree import Node
from sqlwright.codegen.trees import CTE, RELATION, SUBQUERY
from sqlwright.runtime.sqltext import Token

__all__ = ["Clause", "Clue", "SetOperator", "TableName", "find", "first_place", "is_view", "named"]

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_LONGEST_NAME = 63
_SET_OPERATORS = ("UNION", "INTERSECT", "EXCEPT")
#: What may stand before the name of a table in FROM, or of the table that is written to.
_BEFORE_TABLES = frozenset(("FROM", "JOIN", "UPDATE", "INTO", "ONLY", "USING", "TABLE", ",", "("))


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that stand side by side, such as GROUP BY; the first of them is the place."""

    words: tuple[str, ...]
    #: of the statement's own query: not within parentheses
    is_outermost: bool = False


@dataclass(frozen=True, slots=True)
class SetOperator:
    """The `index`th of all the UNIONs, INTERSECTs and EXCEPTs that a statement should have."""

    index: int
    total: int


@dataclass(frozen=True, slots=True)
class TableName:
    """A table, view or common table where it is named as an item of FROM, or is written to; a subquery at its alias."""

    name: str | None
    alias: str | None


#: A byte offset in the statement, where the tree has one, or what to look for.
Clue: TypeAlias = "int | Clause | SetOperator | TableName"


def first_place(node: Node | None) -> int | None:
    """The byte offset of an expression: its own, or else that of the first part that has one."""
    if node is None or node.tag == "QUERY":
        return None
    location = node["location"]
    if isinstance(location, int) and location >= 0:
        return location
    below = (first_place(child) for child, _, _ in node.children())
    return min((each for each in below if each is not None), default=None)


def is_view(entry: Node) -> bool:
    """Whether a range table entry stands for a view, whose own text is not in the statement."""
    return entry["rtekind"] == SUBQUERY and bool(entry["relid"])


def named(entry: Node | None, relation: str | None) -> TableName | None:
    """What a range table entry is called in FROM; `relation` is the name of the table or view."""
    if entry is None or entry["rtekind"] not in (RELATION, SUBQUERY, CTE):
        return None
    name = entry.text("ctename") if entry["rtekind"] == CTE else relation
    alias = entry["alias"].text("aliasname") if isinstance(entry["alias"], Node) else None
    has_name = entry["rtekind"] != SUBQUERY or is_view(entry)
    return TableName(name if has_name else None, alias) if (name if has_name else alias) else None


def find(clue: Clause | SetOperator | TableName, text: str, tokens: Iterable[Token]) -> int | None:
    """The offset in `text` of what a clue says, among the words of the statement; `None` where it is not certain."""
    words = [token for token in tokens if token.kind not in ("comment", "block")]
    if isinstance(clue, TableName):
        found, total, index = list(_tables(clue, text, words)), 1, 0
    elif isinstance(clue, SetOperator):
        found = [each for operator in _SET_OPERATORS for each in _clauses((operator,), text, words)]
        total, index = clue.total, clue.index
    else:
        found, total, index = list(_clauses(clue.words, text, words, clue.is_outermost)), 1, 0
    return sorted(found)[index] if len(found) == total else None


def _clauses(clause: Sequence[str], text: str, words: Sequence[Token], is_outermost: bool = False) -> Iterator[int]:
    size, depth = len(clause), 0
    for at in range(len(words) - size + 1):
        depth += {"(": 1, ")": -1}.get(_keyword(text, words[at]), 0)
        if depth and is_outermost:
            continue
        if all(_keyword(text, words[at + step]) == clause[step] for step in range(size)):
            before = _keyword(text, words[at - 1]) if at else ""
            after = _keyword(text, words[at + size]) if at + size < len(words) else ""
            if before not in (".", "AS") and (clause, after) != (("DISTINCT",), "FROM"):
                yield words[at].start


def _tables(clue: TableName, text: str, words: Sequence[Token]) -> Iterator[int]:
    name, alias = clue.name, clue.alias
    if name is None:
        yield from _subqueries(alias, text, words)
        return
    for at, word in enumerate(words):
        if _name(text, word) != name:
            continue
        first = at
        while first >= 2 and _keyword(text, words[first - 1]) == ".":
            first -= 2
        following = [_keyword(text, each) for each in words[at + 1 : at + 3]]
        if not first or _keyword(text, words[first - 1]) not in _BEFORE_TABLES or following[:1] == ["."]:
            continue
        if following in (["AS", "("], ["AS", "NOT"]):
            continue  # a common table where it is defined
        rest = at + 1
        for optional in ("*", "AS"):
            rest += rest < len(words) and _keyword(text, words[rest]) == optional
        if alias is None or (rest < len(words) and _name(text, words[rest]) == alias):
            yield words[first].start


def _subqueries(alias: str | None, text: str, words: Sequence[Token]) -> Iterator[int]:
    for at in range(2, len(words)):
        if _name(text, words[at]) == alias:
            before = [_keyword(text, each) for each in words[at - 2 : at]]
            if before[1] == ")" or before == [")", "AS"]:
                yield words[at].start


def _keyword(text: str, word: Token) -> str:
    """A word in capitals; in quotes it is none."""
    return text[word.start : word.end].translate(_UPPER)


def _name(text: str, word: Token) -> str | None:
    """The name that a word is, as PostgreSQL folds it."""
    written = text[word.start : word.end]
    if word.kind == "quoted":
        # With escapes (U&"…") it is left to be anything, and no table is called so.
        name = written[1:-1].replace('""', '"') if written.startswith('"') else None
    else:
        name = written.translate(_LOWER) if word.kind == "name" else None
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore") if name is not None else None
