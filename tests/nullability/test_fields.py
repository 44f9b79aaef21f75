"""Trees are read by the names of fields: PostgreSQL adds fields and moves them with every major version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from sqlwright.codegen.cardinality import analyse_cardinality
from sqlwright.codegen.nullability import analyse_columns
from sqlwright.codegen.tree import Node, Value, parse_tree

from .test_cases import CASES

if TYPE_CHECKING:
    from .conftest import Laboratory

#: What a later version may print: a node, a list, numbers, a set, text, a constant, nothing.
_NOVELTY = (
    ":novelty {NOVELTY :a (1 {NOVELTY :b <>}) :c (i 1 2) :d (b 3)} :novelText a\\ b :novelDatum 4 [ 1 0 0 0 ] :novel <>"
)


@pytest.fixture(scope="module")
def trees(laboratory: Laboratory) -> list[tuple[str, str]]:
    """All cases that the server takes, and the texts of their trees."""
    found: list[tuple[str, str]] = []
    for _, case in CASES:
        try:
            _, details = laboratory.analysis.parse(case.sql)
        except psycopg.Error:
            continue  # of a newer server, which test_cases.py looks at
        found.append((case.sql, details[-1]))
    assert len(found) > 300
    return found


def _claims(tree: Node, laboratory: Laboratory) -> list[Any]:
    columns = analyse_columns(tree, laboratory.catalog, {}, laboratory.definitions)
    return [analyse_cardinality(tree, laboratory.catalog).cardinality, *(_shape(each.verdict) for each in columns)]


def _shape(verdict: Any) -> Any:
    fields = [(each.name, _shape(each.verdict)) for each in verdict.fields or ()]
    return verdict.nullable, verdict.element and _shape(verdict.element), fields


def _main(text: str) -> Node:
    trees = parse_tree(text)
    return next((tree for tree in trees if tree["canSetTag"]), trees[0])


def test_fields_that_are_not_known_change_no_claim(trees: list[tuple[str, str]], laboratory: Laboratory) -> None:
    for sql, text in trees:
        # In names and constants a bracket is always escaped.
        novel, count = re.subn(r"(?<!\\)\{([A-Z0-9_]+)(?=\s+:)", rf"{{\1 {_NOVELTY}".replace("\\ ", r"\\ "), text)
        assert count > 1
        assert _claims(_main(novel), laboratory) == _claims(_main(text), laboratory), sql


def test_fields_in_another_order_change_no_claim(trees: list[tuple[str, str]], laboratory: Laboratory) -> None:
    for sql, text in trees:
        moved = _reversed(_main(text))
        assert isinstance(moved, Node)
        assert _claims(moved, laboratory) == _claims(_main(text), laboratory), sql


def _reversed(value: Value) -> Value:
    if isinstance(value, Node):
        return Node(value.tag, {name: _reversed(item) for name, item in reversed(value.fields.items())})
    return [_reversed(item) for item in value] if isinstance(value, list) else value
