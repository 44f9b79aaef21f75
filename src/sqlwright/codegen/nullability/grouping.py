"""GROUP BY with its grouping sets: which groups there are, and what they leave out.

In: a scope. Out: whether an aggregate may see no row, and which grouping expressions may be NULL because a grouping set
leaves them out. The surprise: PostgreSQL 18 has a range table entry for the groups, so that a left-out expression is
a VAR of it; before, it is an expression like any other, recognised by being the same as one in the GROUP BY list.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product

from sqlwright.codegen.nullability.scope import RteKind, Scope
from sqlwright.codegen.nullability.shapes import integers_of, shape
from sqlwright.codegen.tree import Node

__all__ = ["active_sets", "group_may_be_empty", "is_grouped", "left_out", "left_out_shapes"]

_EMPTY, _SIMPLE, _ROLLUP, _CUBE, _SETS = range(5)
_TOO_MANY = 4096

_Set = frozenset[int]


def is_grouped(query: Node) -> bool:
    """Whether the output is computed from groups rather than from rows."""
    return bool(query["hasAggs"] or query["groupClause"] or query["groupingSets"] or query["havingQual"])


def active_sets(scope: Scope) -> list[_Set] | None:
    """The grouping sets that can give a row that is not filtered out; None for an ordinary GROUP BY, or for too many.

    A condition outside or in HAVING that a grouping expression is not NULL rules out the sets without it. Not where the
    same expression is grouped twice: `SELECT a, a AS b … GROUP BY a, ROLLUP (b)` has two columns, and the tree does not
    say which of them a condition means.
    """
    items = scope.query.nodes("groupingSets")
    if not items:
        return None
    sets = _expand(items)
    if sets is None:
        return [frozenset()]
    grouped: dict[Hashable, list[int]] = {}
    for entry in scope.query.nodes("targetList"):
        if _is_grouping_ref(scope, entry["ressortgroupref"]) and _is_known(scope, entry["expr"]):
            grouped.setdefault(shape(entry["expr"]), []).append(entry["ressortgroupref"])
    known = {refs[0] for refs in grouped.values() if len(refs) == 1}
    return [it for it in sets if known <= it]


def _is_known(scope: Scope, expression: Node | None) -> bool:
    """Whether the groups that remain have a value that is not NULL here."""
    if expression is None:
        return False
    if expression.tag == "VAR":
        return ("col", scope.number, expression["varno"], expression["varattno"]) in scope.group_facts
    return ("expr", scope.number, shape(expression)) in scope.group_facts


def group_may_be_empty(scope: Scope) -> bool:
    """Whether an aggregate of this query may be computed over no rows at all."""
    query = scope.query
    sets = active_sets(scope)
    if sets is not None:
        return any(not it for it in sets)
    return not query["groupClause"]


def left_out(scope: Scope, index: int, attnum: int) -> bool:
    """Whether a column of the GROUP range table entry is missing in some grouping set."""
    sets = active_sets(scope)
    if sets is None:
        return False
    # An expression that is grouped twice has two columns, and both are written as the first of them.
    refs = {ref for ref, column in _group_columns(scope).items() if column == (index, attnum)}
    return not refs or any(not refs <= it for it in sets)


def left_out_shapes(scope: Scope) -> frozenset[Hashable]:
    """Before PostgreSQL 18: the grouping expressions that some grouping set leaves out."""
    if scope.left_out is None:
        found: set[Hashable] = set()
        sets = None if scope.query["hasGroupRTE"] else active_sets(scope)
        if sets is not None:
            for entry in scope.query.nodes("targetList"):
                ref = entry["ressortgroupref"]
                if _is_grouping_ref(scope, ref) and any(ref not in it for it in sets):
                    found.add(shape(entry["expr"]))
        scope.left_out = frozenset(found)
    return scope.left_out


def _is_grouping_ref(scope: Scope, ref: int) -> bool:
    return bool(ref) and any(clause["tleSortGroupRef"] == ref for clause in scope.query.nodes("groupClause"))


def _group_columns(scope: Scope) -> dict[int, tuple[int, int]]:
    """The columns of the GROUP range table entry by the references of the GROUP BY clause."""
    found: dict[int, tuple[int, int]] = {}
    for entry in scope.query.nodes("targetList"):
        expression = entry["expr"]
        if (
            isinstance(expression, Node)
            and expression.tag == "VAR"
            and _is_grouping_ref(scope, entry["ressortgroupref"])
        ):
            source = scope.entry(expression["varno"])
            if source is not None and source["rtekind"] == RteKind.GROUP and not expression["varlevelsup"]:
                found[entry["ressortgroupref"]] = (expression["varno"], expression["varattno"])
    return found


def _expand(items: list[Node]) -> list[_Set] | None:
    """The sets that GROUP BY's items multiply to; None where there are too many."""
    combined: list[_Set] = [frozenset()]
    for item in items:
        alternatives = _alternatives(item)
        if alternatives is None or len(combined) * len(alternatives) > _TOO_MANY:
            return None
        combined = [one | two for one, two in product(combined, alternatives)]
    return combined


def _alternatives(item: Node) -> list[_Set] | None:
    if item["kind"] == _EMPTY:
        return [frozenset()]
    if item["kind"] == _SIMPLE:
        return [frozenset(integers_of(item, "content"))]
    parts = item.nodes("content")
    if item["kind"] == _SETS:
        found: list[_Set] = []
        for part in parts:
            alternatives = _alternatives(part)
            if alternatives is None or len(found) + len(alternatives) > _TOO_MANY:
                return None
            found += alternatives
        return found
    simple = [frozenset(integers_of(part, "content")) for part in parts]
    if item["kind"] == _ROLLUP:
        return [frozenset().union(*simple[:length]) for length in range(len(simple), -1, -1)]
    if item["kind"] == _CUBE and len(simple) <= 12:
        return [
            frozenset().union(*(part for bit, part in enumerate(simple) if mask >> bit & 1))
            for mask in range(1 << len(simple))
        ]
    return None
