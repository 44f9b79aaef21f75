"""Expressions as values: their type, and whether two of them are the same.

In: expression nodes. Out: their (type, typmod), and hashable shapes without source locations. The surprise: PostgreSQL
keeps no type on a node in general; each kind of node has its own field for it, or takes it from its arguments.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Final

from sqlwright.codegen.tree import Bitmapset, Datum, Node, Value

if TYPE_CHECKING:
    from sqlwright.codegen.nullability.scope import Context

__all__ = [
    "const_bool",
    "const_int",
    "integers_of",
    "is_null_constant",
    "is_repeatable",
    "output_entries",
    "shape",
    "type_of",
    "values_of",
]

_BOOL: Final = 16
_UNKNOWN: Final = (0, -1)

#: node → the fields of its type and of its type modifier
_TYPE_FIELDS: Final[dict[str, tuple[str, str | None]]] = {
    "VAR": ("vartype", "vartypmod"),
    "CONST": ("consttype", "consttypmod"),
    "PARAM": ("paramtype", "paramtypmod"),
    "FUNCEXPR": ("funcresulttype", None),
    "OPEXPR": ("opresulttype", None),
    "NULLIFEXPR": ("opresulttype", None),
    "DISTINCTEXPR": ("opresulttype", None),
    "AGGREF": ("aggtype", None),
    "WINDOWFUNC": ("wintype", None),
    "RELABELTYPE": ("resulttype", "resulttypmod"),
    "COERCEVIAIO": ("resulttype", None),
    "ARRAYCOERCEEXPR": ("resulttype", "resulttypmod"),
    "CONVERTROWTYPEEXPR": ("resulttype", None),
    "COERCETODOMAIN": ("resulttype", "resulttypmod"),
    "COERCETODOMAINVALUE": ("typeId", "typeMod"),
    "CASEEXPR": ("casetype", None),
    "CASETESTEXPR": ("typeId", "typeMod"),
    "COALESCEEXPR": ("coalescetype", None),
    "MINMAXEXPR": ("minmaxtype", None),
    "ARRAYEXPR": ("array_typeid", None),
    "ROWEXPR": ("row_typeid", None),
    "SUBSCRIPTINGREF": ("refrestype", "reftypmod"),
    "FIELDSELECT": ("resulttype", "resulttypmod"),
    "SQLVALUEFUNCTION": ("type", "typmod"),
    "NEXTVALUEEXPR": ("typeId", None),
    "MERGESUPPORTFUNC": ("msftype", None),
    "SETTODEFAULT": ("typeId", "typeMod"),
}

_BOOLEAN_NODES: Final = frozenset(
    {"BOOLEXPR", "NULLTEST", "BOOLEANTEST", "SCALARARRAYOPEXPR", "ROWCOMPAREEXPR", "JSONISPREDICATE", "CURRENTOFEXPR"}
)

#: fields that say where an expression stands in the text, not what it is
_PLACES: Final = frozenset(
    {"location", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end", "stmt_location", "stmt_len"}
)


def type_of(node: Node | None, context: Context) -> tuple[int, int]:
    """The type and type modifier of an expression; (0, -1) where the tree does not tell."""
    if node is None:
        return _UNKNOWN
    names = _TYPE_FIELDS.get(node.tag)
    if names is not None:
        type_oid = node[names[0]]
        if not isinstance(type_oid, int):
            return _UNKNOWN
        typmod = node[names[1]] if names[1] else None
        return type_oid, typmod if isinstance(typmod, int) else _typmod_of_call(node, context)
    if node.tag in _BOOLEAN_NODES:
        return _BOOL, -1
    match node.tag:
        case "COLLATEEXPR" | "NAMEDARGEXPR":
            return type_of(node["arg"], context)
        case "RETURNINGEXPR":
            return type_of(node["retexpr"], context)
        case "GROUPINGFUNC":
            return 23, -1
        case "XMLEXPR":
            return {6: 25, 7: _BOOL}.get(node["op"], 142), -1
        case "JSONVALUEEXPR":
            return type_of(node["formatted_expr"] or node["raw_expr"], context)
        case "JSONCONSTRUCTOREXPR" | "JSONEXPR":
            returning = node["returning"]
            return (returning["typid"], returning["typmod"]) if isinstance(returning, Node) else _UNKNOWN
        case "SUBLINK":
            return _type_of_sublink(node, context)
        case _:
            return _UNKNOWN


def _typmod_of_call(node: Node, context: Context) -> int:
    """The n of `varchar(n)`: such a cast is a call with the modifier as second argument (exprIsLengthCoercion)."""
    if node.tag == "FUNCEXPR" and node["funcformat"] in (1, 2):
        args = node.nodes("args")
        if len(args) in (2, 3) and args[1].tag == "CONST" and args[1]["consttype"] == 23:
            value = const_int(args[1])
            return value if value is not None else -1
    if node.tag in ("COALESCEEXPR", "MINMAXEXPR"):
        found = {type_of(arg, context) for arg in node.nodes("args")}
        return next(iter(found))[1] if len(found) == 1 else -1
    return -1


def _type_of_sublink(node: Node, context: Context) -> tuple[int, int]:
    kind, query = node["subLinkType"], node["subselect"]
    if kind not in (4, 6) or not isinstance(query, Node):
        return _BOOL, -1
    entries = output_entries(query)
    if not entries:
        return _UNKNOWN
    type_oid, typmod = type_of(entries[0]["expr"], context)
    if kind == 4:
        return type_oid, typmod
    element = context.catalog.types.get(type_oid)
    if element is not None and element.element_oid and element.category == "A":
        return type_oid, typmod
    return (element.array_oid if element is not None else 0), -1


def values_of(node: Node | None, name: str) -> list[Value]:
    """The items of a list field, whatever they are; empty where the list is `<>` or absent."""
    value = node.fields.get(name) if node is not None else None
    return value if isinstance(value, list) else []


def integers_of(node: Node | None, name: str) -> list[int]:
    """The numbers of a list field."""
    return [value for value in values_of(node, name) if isinstance(value, int)]


def output_entries(query: Node) -> list[Node]:
    """The target entries that a query returns, in order."""
    name = "targetList" if query["commandType"] == 1 else "returningList"
    return [entry for entry in query.nodes(name) if not entry["resjunk"]]


def is_null_constant(node: Node | None) -> bool:
    """A literal NULL, whatever it is cast to."""
    while node is not None and node.tag in ("RELABELTYPE", "COLLATEEXPR", "COERCEVIAIO", "ARRAYCOERCEEXPR"):
        node = node["arg"]
    return node is not None and node.tag == "CONST" and node["constisnull"] is True


def const_bool(node: Node | None) -> bool | None:
    """The value of a boolean literal; None for anything else."""
    if node is None or node.tag != "CONST" or node["consttype"] != _BOOL or node["constisnull"]:
        return None
    value = node["constvalue"]
    return bool(value.data[0]) if isinstance(value, Datum) and value.data else None


def const_int(node: Node | None) -> int | None:
    """The value of an integer literal, also widened; None for anything else."""
    if node is not None and node.tag == "FUNCEXPR" and node["funcformat"] == 2 and len(node.nodes("args")) == 1:
        node = node.nodes("args")[0]
    if node is None or node.tag != "CONST" or node["constisnull"] or node["consttype"] not in (20, 21, 23):
        return None
    value = node["constvalue"]
    width = {20: 8, 21: 2, 23: 4}[node["consttype"]]
    if not isinstance(value, Datum) or len(value.data) < width:
        return None
    return int.from_bytes(value.data[:width], "little", signed=True)


def shape(value: Value) -> Hashable:
    """A value that is equal for two expressions that differ only in where they stand."""
    if isinstance(value, Node):
        return (value.tag, *((name, shape(item)) for name, item in value.fields.items() if name not in _PLACES))
    if isinstance(value, Bitmapset):
        return frozenset(value)
    if isinstance(value, list):
        return tuple(shape(item) for item in value)
    return value


def is_repeatable(node: Node, context: Context) -> bool:
    """Whether the same text elsewhere in the query gives the same value for the same row.

    Not so for volatile functions, for subqueries whose rows depend on chance (LIMIT, DISTINCT ON, TABLESAMPLE, numbered
    rows), and for parts that stand for something else in every place (CASETESTEXPR, a subquery's output).
    """
    for part in node.walk():
        match part.tag:
            case "NEXTVALUEEXPR" | "CASETESTEXPR" | "COERCETODOMAINVALUE":
                return False
            case "PARAM" if part["paramkind"] != 0:
                return False
            case "QUERY" if (
                part["commandType"] != 1
                or part["limitCount"] is not None
                or part["limitOffset"] is not None
                or part["hasDistinctOn"]
                or part["hasWindowFuncs"]
            ):
                return False
            case "RANGETBLENTRY" if part["tablesample"] is not None:
                return False
            case "FUNCEXPR" | "OPEXPR" | "SCALARARRAYOPEXPR" | "DISTINCTEXPR" | "NULLIFEXPR":
                function = context.function(part["funcid"] if part.tag == "FUNCEXPR" else part["opfuncid"])
                if function is None or function.volatility == "v":
                    return False
            case _:
                pass
    return True
