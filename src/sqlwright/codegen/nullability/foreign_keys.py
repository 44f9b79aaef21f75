"""Foreign keys: the row that is referenced is always there.

In: a join, or a scalar subquery with its place, that compares the columns of a foreign key. Out: whether it always
finds a row, or what must be known so that it does. The surprise: a foreign key holds in a snapshot, and a statement
that writes or locks rows reads more than one: whatever sees newer versions of rows proves nothing here.
"""

from __future__ import annotations

from sqlwright.codegen.catalog import CatalogConstraint, CatalogRelation
from sqlwright.codegen.nullability.scope import Atom, Context, RteKind, Scope, pad
from sqlwright.codegen.nullability.shapes import const_int
from sqlwright.codegen.tree import Node

__all__ = ["finds_referenced_row", "follows_foreign_key"]

_VARCHAR, _TEXT = 1043, 25
_LEFT = 1  # JOIN_LEFT


def follows_foreign_key(scope: Scope, quals: Node, kept: Node | None, other: Node | None) -> frozenset[Atom] | None:
    """`LEFT JOIN users u ON u.id = p.user_id` where p.user_id is a NOT NULL foreign key to users(id).

    Sound because a validated, immediate foreign key holds in every snapshot that a statement can see. It asks for:
    the bare referenced table (no ONLY, no TABLESAMPLE, no row-level security on either side), an equality on exactly
    the key's columns and nothing else, no data-modifying CTE (it shows rows that the join does not see), no FOR
    UPDATE (it reads the newest version of one row beside an old version of the other), no trigger that could stop a
    cascade. What must be known of the referencing row is returned: that it is real, and that the key is not NULL.
    PostgreSQL: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    """
    if other is None or other.tag != "RANGETBLREF" or scope.query["hasModifyingCTE"] or scope.query["hasForUpdate"]:
        return None
    target_index = other["rtindex"]
    target = _bare_table(scope, target_index)
    if target is None:
        return None
    pairs: dict[int, tuple[int, int]] = {}  # referenced column → (referencing table index, column)
    conjuncts = _conjuncts(quals)
    for conjunct in conjuncts:
        pair = _equal_columns(scope, conjunct, target_index)
        if pair is None or pair[1]["varlevelsup"]:
            return None
        pairs[pair[0]] = pair[1]["varno"], pair[1]["varattno"]
    sources = {index for index, _ in pairs.values()}
    if len(sources) != 1 or len(pairs) != len(conjuncts):
        return None
    source_index = sources.pop()
    source = _bare_table(scope, source_index)
    if source is None or source.before_row_triggers or not _stands_below(kept, source_index):
        return None
    if not _is_key(source, target, {(column, referenced) for referenced, (_, column) in pairs.items()}):
        return None
    needed: set[Atom] = set()
    for _, column in pairs.values():
        found = source.columns.get(column)
        if found is None or not found.not_null:
            needed.add(("col", scope.number, source_index, column))
    above = scope.paddings.get(source_index, frozenset()) - scope.paddings.get(target_index, frozenset())
    return frozenset(needed | {pad(scope, *side) for side in above})


def finds_referenced_row(scope: Scope, context: Context) -> bool:
    """`(SELECT u.email FROM users u WHERE u.id = p.user_id)` at a place where p.user_id is not NULL.

    What holds for a join along a foreign key holds here: nothing but the key is asked for, of the bare referenced
    table, in a statement that only reads. LEFT JOIN in the subquery keeps the row.
    https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
    """
    query = scope.query
    if query["commandType"] != 1 or query["setOperations"] is not None or query["hasTargetSRFs"]:
        return False
    if query["groupClause"] or query["groupingSets"] or query["havingQual"] is not None or query["hasAggs"]:
        return False
    if query["limitOffset"] is not None or (
        query["limitCount"] is not None and (const_int(query["limitCount"]) or 0) < 1
    ):
        return False
    around: Scope | None = scope
    while around is not None:
        if around.query["commandType"] != 1 or around.query["hasModifyingCTE"] or around.query["hasForUpdate"]:
            return False
        around = around.outer.scope if around.outer is not None else None
    jointree = query["jointree"]
    items = jointree.nodes("fromlist") if isinstance(jointree, Node) else []
    item = items[0] if len(items) == 1 else None
    while item is not None and item.tag == "JOINEXPR" and item["jointype"] == _LEFT:
        item = item["larg"]
    if item is None or item.tag != "RANGETBLREF" or not isinstance(jointree["quals"], Node):
        return False
    target = _bare_table(scope, item["rtindex"])
    return target is not None and _asks_for_key(scope, jointree["quals"], item["rtindex"], target, context)


def _asks_for_key(scope: Scope, quals: Node, index: int, target: CatalogRelation, context: Context) -> bool:
    """Whether a condition is the equality of a foreign key that the query around it has, and that is not NULL there."""
    wanted: set[tuple[int, int]] = set()
    sources: set[tuple[int, int]] = set()
    relation: CatalogRelation | None = None
    conjuncts = _conjuncts(quals)
    for conjunct in conjuncts:
        pair = _equal_columns(scope, conjunct, index)
        if pair is None or not pair[1]["varlevelsup"]:
            return False
        outer = Node("VAR", {**pair[1].fields, "varlevelsup": pair[1]["varlevelsup"] - 1})
        if context.judge(outer).nullable:
            return False
        place = context.at_level(outer["varlevelsup"])
        source = _ungrouped(place.scope, outer) if place is not None else None
        if place is None or source is None or source["varattno"] <= 0:
            return False
        relation = _bare_table(place.scope, source["varno"])
        sources.add((place.scope.number, source["varno"]))
        wanted.add((source["varattno"], pair[0]))
    if relation is None or len(sources) != 1 or len(wanted) != len(conjuncts):
        return False
    return not relation.before_row_triggers and _is_key(relation, target, wanted)


def _ungrouped(scope: Scope, var: Node) -> Node | None:
    """The table's column behind a column of a group or of a join."""
    for _ in range(8):
        entry = scope.entry(var["varno"])
        if entry is None:
            return None
        names = {RteKind.JOIN: "joinaliasvars", RteKind.GROUP: "groupexprs"}
        if entry["rtekind"] not in names:
            return var
        expressions = entry.nodes(names[entry["rtekind"]])
        attnum: int = var["varattno"]
        if not 0 < attnum <= len(expressions):
            return None
        var = expressions[attnum - 1]
        if var.tag != "VAR" or var["varlevelsup"]:
            return None
    return None


def _is_key(source: CatalogRelation, target: CatalogRelation, wanted: set[tuple[int, int]]) -> bool:
    if source.kind != "p" and source.descendants:
        return False  # a foreign key does not bind inheritance children
    return any(_is_enforced(key, target, wanted) for key in source.constraints)


def _conjuncts(quals: Node) -> list[Node]:
    return quals.nodes("args") if quals.tag == "BOOLEXPR" and quals["boolop"] == "and" else [quals]


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


def _equal_columns(scope: Scope, node: Node, target: int) -> tuple[int, Node] | None:
    """`target.column = source.column` by an equality of an operator class: the target's column, and the other VAR."""
    args = [_plain(scope, arg) for arg in node.nodes("args")]
    operator = scope.catalog.operators.get(node["opno"]) if node.tag == "OPEXPR" else None
    if operator is None or not operator.is_equality or len(args) != 2:
        return None
    for one, two in (args, args[::-1]):
        if (
            one.tag == two.tag == "VAR"
            and not one["varlevelsup"]
            and one["varno"] == target
            and (two["varlevelsup"] or two["varno"] != target)
            and one["varattno"] > 0
            and two["varattno"] > 0
        ):
            return one["varattno"], two
    return None


def _plain(scope: Scope, node: Node) -> Node:
    """The column below a relabelling that keeps equality as it is: varchar as text, a domain as its base type."""
    while node.tag == "RELABELTYPE" and isinstance(node["arg"], Node) and node["arg"].tag in ("VAR", "RELABELTYPE"):
        inner: Node = node["arg"]
        before, after = inner["vartype"] or inner["resulttype"], node["resulttype"]
        kind = scope.catalog.types.get(before)
        if (before, after) != (_VARCHAR, _TEXT) and (kind is None or kind.kind != "d" or kind.base_oid != after):
            return node
        node = inner
    return node


def _stands_below(node: Node | None, index: int) -> bool:
    if node is None:
        return False
    return any(part.tag == "RANGETBLREF" and part["rtindex"] == index for part in node.walk())
