"""The join tree: which joins may pad which tables, and what their ON clauses prove.

In: a scope with its FROM clause. Out: `scope.paddings`, `scope.waiting`, and the facts that hold for every row. The
surprise: the ON clause of an outer join is not lost: it holds for the rows that found a match, so that it is kept
waiting until something else proves that there was one (`LEFT JOIN b ON b.x = a.y … WHERE b.id > 0` makes `a.y` not
NULL).
"""

from __future__ import annotations

from sqlwright.codegen.catalog import CatalogConstraint, CatalogRelation
from sqlwright.codegen.nullability.facts import when_true
from sqlwright.codegen.nullability.scope import Atom, Context, Facts, RteKind, Scope, pad
from sqlwright.codegen.nullability.shapes import const_bool, const_int
from sqlwright.codegen.tree import Node

__all__ = ["always_has_row", "find_paddings", "from_facts", "query_always_has_row"]

_INNER, _LEFT, _FULL, _RIGHT = 0, 1, 2, 3

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

    def speak(quals: Node | None, path: frozenset[_Side]) -> None:
        """The condition holds for the rows that none of the joins of `path` has padded."""
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
                    scope.waiting.append((frozenset(pad(scope, *it) for it in unless), {pad(scope, index, side): None}))
            descend(node["rarg"], path | right if kind in (_LEFT, _FULL) else path)
            node, path = node["larg"], path | left if kind in (_RIGHT, _FULL) else path
        if node is not None and node.tag == "FROMEXPR":
            speak(node["quals"], path)
            for item in node.nodes("fromlist"):
                descend(item, path)

    descend(scope.query["jointree"], frozenset())
    return scope.closed(found)


# --- joins that always find a match ---------------------------------------------------------------------------


def _unmatched_only_if(
    scope: Scope, quals: Node | None, kept: Node | None, other: Node | None, kind: int
) -> frozenset[_Side] | None:
    """Whether every row of `kept` surely finds one in `other`, unless one of the sides that are returned is padded."""
    if quals is None or const_bool(quals) is True:
        return frozenset() if always_has_row(scope, other) else None
    return _follows_foreign_key(scope, quals, kept, other) if kind != _FULL else None


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


def query_always_has_row(scope: Scope) -> bool:
    """Whether a query returns at least one row, whatever the tables hold."""
    query = scope.query
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


def _set_operation_always_has_row(scope: Scope, node: Node) -> bool:
    while node.tag == "SETOPERATIONSTMT":
        if node["op"] != 1:
            return False
        if isinstance(node["rarg"], Node) and _set_operation_always_has_row(scope, node["rarg"]):
            return True
        node = node["larg"]
    return node.tag == "RANGETBLREF" and always_has_row(scope, node)


def _follows_foreign_key(scope: Scope, quals: Node, kept: Node | None, other: Node | None) -> frozenset[_Side] | None:
    """`LEFT JOIN users u ON u.id = p.user_id` where p.user_id is a NOT NULL foreign key to users(id).

    Sound because a validated, immediate foreign key holds in every snapshot that a statement can see. It asks for:
    the bare referenced table (no ONLY, no TABLESAMPLE, no row-level security on either side), an equality on exactly
    the key's columns and nothing else, no data-modifying CTE (it shows rows that the join does not see), no FOR
    UPDATE (it reads the newest version of one row beside an old version of the other), no trigger that could stop a
    cascade. Where the referencing row may be padded itself, its sides are returned.
    PostgreSQL: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    """
    if other is None or other.tag != "RANGETBLREF" or scope.query["hasModifyingCTE"] or scope.query["hasForUpdate"]:
        return None
    target_index = other["rtindex"]
    target = _bare_table(scope, target_index)
    if target is None:
        return None
    pairs: dict[int, tuple[int, int]] = {}  # referenced column → (referencing table index, column)
    conjuncts = quals.nodes("args") if quals.tag == "BOOLEXPR" and quals["boolop"] == "and" else [quals]
    for conjunct in conjuncts:
        pair = _equal_columns(scope, conjunct, target_index)
        if pair is None:
            return None
        pairs[pair[0]] = pair[1]
    sources = {index for index, _ in pairs.values()}
    if len(sources) != 1 or len(pairs) != len(conjuncts):
        return None
    source_index = sources.pop()
    source = _bare_table(scope, source_index)
    if source is None or source.before_row_triggers or not _stands_below(kept, source_index):
        return None
    if source.kind != "p" and source.descendants:
        return None  # a foreign key does not bind inheritance children
    for column in (column for _, column in pairs.values()):
        found = source.columns.get(column)
        if found is None or not found.not_null:
            return None
    wanted = {(column, referenced) for referenced, (_, column) in pairs.items()}
    if not any(_is_enforced(key, target, wanted) for key in source.constraints):
        return None
    return scope.paddings.get(source_index, frozenset()) - scope.paddings.get(target_index, frozenset())


def _is_enforced(key: CatalogConstraint, target: CatalogRelation, wanted: set[tuple[int, int]]) -> bool:
    return (
        key.type == "f"
        and key.validated
        and not key.deferrable
        and key.references == target.oid
        and "PERIOD" not in key.definition  # a temporal key asks for a range that is covered, not for an equal one
        and set(zip(key.columns, key.referenced_columns, strict=False)) == wanted
    )


def _bare_table(scope: Scope, index: int) -> CatalogRelation | None:
    entry = scope.entry(index)
    if entry is None or entry["rtekind"] != RteKind.RELATION or not entry["inh"] or entry["tablesample"] is not None:
        return None
    if entry["securityQuals"] is not None:
        return None
    relation = scope.catalog.relations.get(entry["relid"])
    return relation if relation is not None and relation.kind in ("r", "p") and not relation.row_security else None


def _equal_columns(scope: Scope, node: Node, target: int) -> tuple[int, tuple[int, int]] | None:
    """`target.column = source.column` by an equality of an operator class."""
    args = node.nodes("args")
    operator = scope.catalog.operators.get(node["opno"]) if node.tag == "OPEXPR" else None
    if operator is None or not operator.is_equality or len(args) != 2:
        return None
    for one, two in (args, args[::-1]):
        if (
            one.tag == two.tag == "VAR"
            and not one["varlevelsup"]
            and not two["varlevelsup"]
            and one["varno"] == target != two["varno"]
            and one["varattno"] > 0
            and two["varattno"] > 0
        ):
            return one["varattno"], (two["varno"], two["varattno"])
    return None


def _stands_below(node: Node | None, index: int) -> bool:
    if node is None:
        return False
    return any(part.tag == "RANGETBLREF" and part["rtindex"] == index for part in node.walk())
