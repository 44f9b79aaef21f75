"""Questions about query trees that several analyses ask: which columns an expression uses, whether it can change.

In: nodes of tree.py. Out: nodes, numbers, booleans. The surprise: a `VAR` counts query levels from where it stands, so
every walk has to count the `QUERY` nodes that it enters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.tree import Datum, Node, Value

__all__ = [
    "CTE",
    "DELETE",
    "EXISTS_SUBLINK",
    "FUNCTION",
    "GROUP",
    "INSERT",
    "JOIN",
    "MERGE",
    "RELATION",
    "RESULT",
    "SELECT",
    "SUBQUERY",
    "UPDATE",
    "UTILITY",
    "VALUES",
    "Scope",
    "bare",
    "base_type",
    "conjuncts",
    "constant",
    "count",
    "function_of",
    "is_null_constant",
    "is_repeatable",
    "is_volatile",
    "rows_of",
    "variables",
    "visible_columns",
]

# CmdType
SELECT, UPDATE, INSERT, DELETE, MERGE, UTILITY = 1, 2, 3, 4, 5, 6
# RTEKind
RELATION, SUBQUERY, JOIN, FUNCTION, VALUES, CTE, RESULT, GROUP = 0, 1, 2, 3, 5, 6, 8, 9
# SubLinkType
EXISTS_SUBLINK = 0

_INTEGERS = {21: 2, 23: 4, 26: 4, 20: 8}
_TEXTS = frozenset((25, 1043))
_UNKNOWN = 705
#: int4 → int8 and int2 → int8: what the parser wraps around a constant LIMIT
_WIDENING = frozenset((481, 754))
_FUNCTIONS = ("funcid", "opfuncid", "aggfnoid", "winfnoid")


@dataclass(frozen=True, slots=True)
class Scope:
    """A query with the queries that enclose it, so that variables and CTE references can be followed upwards."""

    query: Node
    parent: Scope | None = None

    def entry(self, number: int) -> Node | None:
        """The range table entry with this number (they count from 1)."""
        table = self.query.nodes("rtable")
        return table[number - 1] if 0 < number <= len(table) else None

    def up(self, levels: int) -> Scope | None:
        """The scope so many levels outwards."""
        scope: Scope | None = self
        for _ in range(levels):
            if scope is None:
                return None
            scope = scope.parent
        return scope

    def common_table(self, entry: Node) -> tuple[Node, Scope] | None:
        """The COMMONTABLEEXPR that a range table entry names, and the scope it was written in."""
        scope = self.up(count(entry["ctelevelsup"]))
        if scope is None:
            return None
        for table in scope.query.nodes("cteList"):
            if table.text("ctename") == entry.text("ctename"):
                return table, scope
        return None


def count(value: Value) -> int:
    """A field that holds a number; 0 where it is absent."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def bare(node: Node) -> Node:
    """The expression under casts that leave the value's bytes as they are."""
    while node.tag in ("RELABELTYPE", "COLLATEEXPR") and isinstance(inner := node["arg"], Node):
        node = inner
    return node


def base_type(type_oid: int, catalog: Catalog) -> int:
    """The type under any number of domains."""
    known = catalog.types.get(type_oid)
    while known is not None and known.kind == "d" and known.base_oid:
        type_oid = known.base_oid
        known = catalog.types.get(type_oid)
    return type_oid


def conjuncts(condition: Value) -> Iterator[Node]:
    """The parts of a condition that must all be true."""
    if isinstance(condition, list):
        for part in condition:
            yield from conjuncts(part)
    elif isinstance(condition, Node):
        if condition.tag == "BOOLEXPR" and condition["boolop"] == "and":
            for part in condition.nodes("args"):
                yield from conjuncts(part)
        else:
            yield condition


def variables(node: Value, level: int = 0) -> Iterator[Node]:
    """Every VAR below that belongs to the query `level` levels above the node."""
    if isinstance(node, list):
        for item in node:
            yield from variables(item, level)
    elif isinstance(node, Node):
        if node.tag == "VAR":
            if count(node["varlevelsup"]) == level:
                yield node
            return
        inner = level + 1 if node.tag == "QUERY" else level
        for child, _, _ in node.children():
            yield from variables(child, inner)


def function_of(node: Node) -> int:
    """pg_proc.oid of the function that a node calls, or 0."""
    fields = node.fields
    for name in _FUNCTIONS:
        if name in fields and (number := count(fields[name])):
            return number
    return 0


def is_volatile(node: Node, catalog: Catalog) -> bool:
    """Whether two evaluations within one statement may differ; a function that is not known is taken to."""
    for each in node.walk():
        if each.tag == "NEXTVALUEEXPR" or (each.tag == "QUERY" and each["commandType"] != SELECT):
            return True
        number = function_of(each)
        if number:
            function = catalog.functions.get(number)
            if function is None or function.volatility == "v":
                return True
    return False


def is_repeatable(query: Node, catalog: Catalog) -> bool:
    """Whether a subquery that a plan runs twice within one statement gives the same rows both times."""
    return not is_volatile(query, catalog) and not any(each.nodes("rowMarks") for each in query.walk())


def is_null_constant(node: Node) -> bool:
    """NULL as written, cast or not."""
    node = bare(node)
    return node.tag == "CONST" and node["constisnull"] is True


def constant(node: Node) -> int | str | bool | None:
    """The value of an integer, text or boolean constant; `None` for NULL and for all that is not understood."""
    node = bare(node)
    if node.tag == "FUNCEXPR" and node["funcid"] in _WIDENING and len(arguments := node.nodes("args")) == 1:
        return constant(arguments[0])
    datum = node["constvalue"]
    if node.tag != "CONST" or node["constisnull"] is True or not isinstance(datum, Datum):
        return None
    kind = node["consttype"]
    if kind == 16:
        return datum.data[:1] != b"\0"
    if kind in _INTEGERS:
        return int.from_bytes(datum.data[: _INTEGERS[kind]], "little", signed=True)
    if kind == _UNKNOWN:
        return datum.data.rstrip(b"\0").decode("utf-8", "replace")
    if kind in _TEXTS:
        return datum.data[4:].decode("utf-8", "replace")
    return None


def visible_columns(query: Node) -> list[Node]:
    """The target entries that a statement returns, in order: of SELECT, or of RETURNING."""
    entries = query.nodes("targetList" if query["commandType"] == SELECT else "returningList")
    return [entry for entry in entries if not entry["resjunk"]]


def rows_of(entry: Node) -> int:
    """The number of rows of a VALUES list."""
    rows = entry.fields.get("values_lists")
    return len(rows) if isinstance(rows, list) else 0
