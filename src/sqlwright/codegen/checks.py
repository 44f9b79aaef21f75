"""CHECK constraints that list literals: `CHECK (status IN ('draft', 'active'))` in, the literals out.

The constraint's own expression tree is read (pg_constraint.conbin), not its text. The surprise: a list proves nothing
about NULL, which every CHECK lets through.
"""

from __future__ import annotations

from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.tree import Datum, Node, TreeError, parse_tree

__all__ = ["literal_choices"]

_CASTS = ("RELABELTYPE", "ARRAYCOERCEEXPR", "COERCEVIAIO")
_TEXT_TYPES = frozenset((25, 1043, 19))  # text, varchar, name; char(n) compares without its padding
_INTEGER_TYPES = frozenset((20, 21, 23))

Choices = tuple[str | int, ...]


def literal_choices(relation: CatalogRelation, catalog: Catalog) -> dict[int, Choices]:
    """Per attnum, the literals to which validated CHECK constraints confine the column; several lists intersect."""
    found: dict[int, Choices] = {}
    for constraint in relation.constraints:
        if constraint.type != "c" or not constraint.validated or constraint.expression is None:
            continue
        try:
            (expression,) = parse_tree(constraint.expression)
        except (TreeError, ValueError):
            continue
        for attnum, choices in _lists(expression, catalog):
            earlier = found.get(attnum)
            found[attnum] = choices if earlier is None else tuple(each for each in earlier if each in choices)
    return {attnum: choices for attnum, choices in found.items() if choices}


def _lists(node: Node, catalog: Catalog) -> list[tuple[int, Choices]]:
    if node.tag == "BOOLEXPR" and node["boolop"] == "and":
        return [each for part in node.nodes("args") for each in _lists(part, catalog)]
    if node.tag == "BOOLEXPR" and node["boolop"] == "or":
        parts = [_lists(part, catalog) for part in node.nodes("args")]
        if parts and all(len(part) == 1 and part[0][0] == parts[0][0][0] for part in parts):
            merged = dict.fromkeys(choice for part in parts for choice in part[0][1])
            return [(parts[0][0][0], tuple(merged))]
        return []
    if node.tag not in ("SCALARARRAYOPEXPR", "OPEXPR"):
        return []
    operator = catalog.operators.get(node["opno"])
    arguments = [_bare(argument) for argument in node.nodes("args")]
    if operator is None or not operator.is_equality or len(arguments) != 2 or arguments[0].tag != "VAR":
        return []
    if node.tag == "SCALARARRAYOPEXPR":
        literals = arguments[1].nodes("elements") if node["useOr"] and arguments[1].tag == "ARRAYEXPR" else []
    else:
        literals = [arguments[1]]
    choices = [_literal(_bare(literal)) for literal in literals]
    if not choices or any(choice is None for choice in choices):
        return []
    return [(arguments[0]["varattno"], tuple(choice for choice in choices if choice is not None))]


def _bare(node: Node) -> Node:
    while node.tag in _CASTS and isinstance(inner := node["arg"], Node):
        node = inner
    return node


def _literal(node: Node) -> str | int | None:
    value = node["constvalue"] if node.tag == "CONST" else None
    if not isinstance(value, Datum) or node["constisnull"]:
        return None
    if node["consttype"] in _INTEGER_TYPES:
        return int.from_bytes(value.data[: node["constlen"]], "little", signed=True)
    if node["consttype"] in _TEXT_TYPES and node["constlen"] == -1:
        return value.data[4:].decode()  # a four-byte length comes first
    return None
