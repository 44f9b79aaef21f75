"""The join tree: which joins may pad which tables, and what their ON clauses prove.

In: a scope with its FROM clause. Out: `scope.paddings`, `scope.waiting`, and the facts that hold for every row. The
surprise: the ON clause of an outer join is not lost: it holds for the rows that found a match, so that it is kept
waiting until something else proves that there was one (`LEFT JOIN b ON b.x = a.y … WHERE b.id > 0` makes `a.y` not
NULL).
"""

from __future__ import annotations

from sqlwright.codegen.nullability.facts import when_true
from sqlwright.codegen.nullability.foreign_keys import follows_foreign_key
from sqlwright.codegen.nullability.implied import facts_of_checks
from sqlwright.codegen.nullability.scope import Atom, Context, Facts, RteKind, Scope, pad
from sqlwright.codegen.nullability.shapes import const_bool, const_int
from sqlwright.codegen.tree import Node

__all__ = ["always_has_row", "find_paddings", "from_facts", "query_always_has_row"]

_INNER, _LEFT, _FULL, _RIGHT = 0, 1, 2, 3  # JoinType

_INSERT = 3  # CMD_INSERT

_Side = tuple[int, str]


def find_paddings(scope: Scope) -> None:
    """Note for every range table entry (joins too) the sides of outer joins below which it stands."""

    def descend(node: Node | None, above: frozenset[_Side]) -> None:
        while node is not None and node.tag == "JOINEXPR":  # long chains of joins lean to the left
            index: int = node["rtindex"]
            scope.paddings[index] = above
            kind = node["jointype"]
            left = above | {(index, "left")} if kind in (_FULL, _RIGHT) else above
            right = above | {(index, "right")} if kind in (_LEFT, _FULL) else above
            if kind not in (_INNER, _LEFT, _FULL, _RIGHT):  # not known to the parser's output: anything may be padded
                left = right = above | {(index, "?")}
            descend(node["rarg"], right)
            node, above = node["larg"], left
        if node is None:
            return
        if node.tag == "RANGETBLREF":
            scope.paddings[node["rtindex"]] = above
        elif node.tag == "FROMEXPR":
            for item in node.nodes("fromlist"):
                descend(item, above)

    descend(scope.query["jointree"], frozenset())


def from_facts(scope: Scope, facts: Facts) -> Facts:
    """What FROM and WHERE prove of every row, on top of what is known from outside; some ON clauses must wait."""
    found: dict[Atom, int | None] = dict(facts)
    conditions: list[Node] = []

    def speak(quals: Node | None, path: frozenset[_Side]) -> None:
        """The condition holds for the rows that none of the joins of `path` has padded."""
        if quals is not None and not path:
            conditions.append(quals)
        for atom, place in when_true(quals, Context(scope, found)).items():
            missing = path
            if atom[0] in ("col", "pad") and atom[1] == scope.number and isinstance(atom[2], int):
                # All rows of that table are padded with those of this place: the fact is as good as its row.
                missing = path - scope.paddings.get(atom[2], frozenset())
            if missing:
                scope.waiting.append((frozenset(pad(scope, *side) for side in missing), {atom: place}))
            else:
                found.setdefault(atom, place)

    def descend(node: Node | None, path: frozenset[_Side]) -> None:
        while node is not None and node.tag == "JOINEXPR":
            index, kind = node["rtindex"], node["jointype"]
            left, right = {(index, "left")}, {(index, "right")}
            quals = node["quals"]
            if kind == _INNER:
                speak(quals, path)
                descend(node["rarg"], path)
                node = node["larg"]
                continue
            padded: set[_Side] = set()
            if kind in (_LEFT, _FULL):
                padded |= right
            if kind in (_RIGHT, _FULL):
                padded |= left
            speak(quals, path | padded)
            for side, kept, other in (("right", node["larg"], node["rarg"]), ("left", node["rarg"], node["larg"])):
                unless = _unmatched_only_if(scope, quals, kept, other, kind) if (index, side) in padded else None
                if unless is not None:
                    scope.waiting.append((unless, {pad(scope, index, side): None}))
            descend(node["rarg"], path | right if kind in (_LEFT, _FULL) else path)
            node, path = node["larg"], path | left if kind in (_RIGHT, _FULL) else path
        if node is not None and node.tag == "FROMEXPR":
            speak(node["quals"], path)
            for item in node.nodes("fromlist"):
                descend(item, path)

    descend(scope.query["jointree"], frozenset())
    known = scope.closed(found)
    implied = facts_of_checks(scope, conditions, known)
    return scope.closed({**implied, **known}) if implied else known


# --- joins that always find a match ---------------------------------------------------------------------------


def _unmatched_only_if(
    scope: Scope, quals: Node | None, kept: Node | None, other: Node | None, kind: int
) -> frozenset[Atom] | None:
    """What must be known so that every row of `kept` surely finds one in `other`; None where nothing is enough."""
    if quals is None or const_bool(quals) is True:
        return frozenset() if always_has_row(scope, other) else None
    return follows_foreign_key(scope, quals, kept, other) if kind != _FULL else None


def always_has_row(scope: Scope, node: Node | None) -> bool:
    """Whether this part of FROM yields at least one row for every row of what it is joined with."""
    if node is None:
        return False
    if node.tag == "JOINEXPR":
        kind, quals = node["jointype"], node["quals"]
        left, right = always_has_row(scope, node["larg"]), always_has_row(scope, node["rarg"])
        if kind == _INNER:
            return left and right and (quals is None or const_bool(quals) is True)
        return {_LEFT: left, _RIGHT: right, _FULL: left or right}.get(kind, False)
    if node.tag == "FROMEXPR":
        return (node["quals"] is None or const_bool(node["quals"]) is True) and all(
            always_has_row(scope, item) for item in node.nodes("fromlist")
        )
    entry = scope.entry(node["rtindex"]) if node.tag == "RANGETBLREF" else None
    if entry is None:
        return False
    match entry["rtekind"]:
        case RteKind.SUBQUERY:
            query = entry["subquery"]
            return isinstance(query, Node) and query_always_has_row(scope.engine.scope(query, Context(scope, {})))
        case RteKind.CTE:
            return _cte_always_has_row(scope, entry)
        case RteKind.VALUES:
            return bool(entry["values_lists"])
        case RteKind.FUNCTION:
            calls = [function["funcexpr"] for function in entry.nodes("functions")]
            return bool(calls) and any(isinstance(call, Node) and _is_scalar_call(call) for call in calls)
        case RteKind.RESULT:
            return True
        case _:
            return False


def _is_scalar_call(call: Node) -> bool:
    """A function in FROM that returns no set gives one row, even when it is strict and an argument is NULL."""
    return call.tag == "FUNCEXPR" and not call["funcretset"]


def _cte_always_has_row(scope: Scope, entry: Node) -> bool:
    definer = Context(scope, {}).at_level(entry["ctelevelsup"] or 0)
    if definer is None or entry["self_reference"]:
        return False
    cte = next((it for it in definer.scope.query.nodes("cteList") if it.text("ctename") == entry.text("ctename")), None)
    query = cte["ctequery"] if cte is not None and not cte["cterecursive"] else None
    if not isinstance(query, Node) or scope.engine.exhausted:
        return False
    return query_always_has_row(scope.engine.scope(query, Context(definer.scope, {})))


def query_always_has_row(scope: Scope) -> bool:
    """Whether a query returns at least one row, whatever the tables hold."""
    query = scope.query
    if query["commandType"] == _INSERT:
        return _insert_always_has_row(scope)
    if query["commandType"] != 1 or query["limitOffset"] is not None or query["hasTargetSRFs"]:
        return False
    if query["limitCount"] is not None and (const_int(query["limitCount"]) or 0) < 1:
        return False
    operation = query["setOperations"]
    if isinstance(operation, Node):
        return _set_operation_always_has_row(scope, operation)
    if query["havingQual"] is not None:
        return False
    if query["groupingSets"] is not None:
        return False
    if query["hasAggs"] and not query["groupClause"]:
        return True
    return always_has_row(scope, query["jointree"])


def _insert_always_has_row(scope: Scope) -> bool:
    """Whether INSERT … RETURNING returns a row: one is given, and only an error keeps it from being stored.

    A BEFORE trigger may drop it, and so may ON CONFLICT. A policy raises.
    https://www.postgresql.org/docs/current/sql-insert.html
    """
    query = scope.query
    entry = scope.entry(query["resultRelation"] or 0)
    target = scope.catalog.relations.get(entry["relid"]) if entry is not None else None
    if target is None or target.kind not in ("r", "p") or target.has_rules or not query.nodes("returningList"):
        return False
    if any(scope.engine.is_foreign(oid) for oid in target.descendants):
        return False
    if query["onConflict"] is not None or "I" in target.before_row_triggers:
        return False
    return always_has_row(scope, query["jointree"])


def _set_operation_always_has_row(scope: Scope, node: Node) -> bool:
    while node.tag == "SETOPERATIONSTMT":
        if node["op"] != 1:
            return False
        if isinstance(node["rarg"], Node) and _set_operation_always_has_row(scope, node["rarg"]):
            return True
        node = node["larg"]
    return node.tag == "RANGETBLREF" and always_has_row(scope, node)
