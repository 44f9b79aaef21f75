"""Rules for what is built of parts or taken from them: subqueries, arrays, rows, fields, elements.

In: SUBLINK, ARRAYEXPR, ROWEXPR, FIELDSELECT, SUBSCRIPTINGREF nodes. Out: verdicts that carry the parts. The surprise:
an array that has no NULL element still gives NULL for a subscript beyond its end.
"""

from __future__ import annotations

from dataclasses import replace

from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.foreign_keys import finds_referenced_row
from sqlwright.codegen.nullability.joins import query_always_has_row
from sqlwright.codegen.nullability.output import columns_of
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.shapes import type_of, values_of
from sqlwright.codegen.nullability.verdict import (
    NO_ELEMENT,
    ColumnVerdict,
    Verdict,
    all_of,
    merged,
    not_null,
    nullable,
)
from sqlwright.codegen.tree import Bitmapset, Node

__all__ = ["array_constructor", "field", "row_constructor", "subquery", "subscript"]

_EXISTS, _ALL, _ANY, _ROWCOMPARE, _EXPR, _MULTIEXPR, _ARRAY, _CTE = range(8)
#: CoercionForm of rows that are not written ROW(…)
_IMPLICIT = 2


@rule("SUBLINK")
def subquery(node: Node, context: Context) -> Verdict | None:
    """EXISTS and ARRAY(…) always have a value; IN, ANY and ALL when no compared value is NULL; a scalar subquery when
    it surely returns a row whose value is not NULL, for example the one that a foreign key points at.

    https://www.postgresql.org/docs/current/functions-subquery.html
    https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-SCALAR-SUBQUERIES
    """
    query = node["subselect"]
    if not isinstance(query, Node):
        return None
    kind = node["subLinkType"]
    if kind == _EXISTS:
        return not_null("EXISTS is true or false", node)
    scope = context.engine.scope(query, context)
    columns = [column.verdict for column in columns_of(scope)]
    if not columns:
        return None
    if kind == _ARRAY:
        element = columns[0]
        return not_null("ARRAY(…) of no rows is an empty array", node, element=element.element or element)
    if kind in (_ANY, _ALL, _ROWCOMPARE):
        outputs = [(it, column) for it, column in enumerate(columns, start=1)]
        test = _judge_test(node["testexpr"], dict(outputs), context)
        if kind == _ROWCOMPARE and not query_always_has_row(scope):
            return nullable("the subquery may return no row", node)
        return test
    if kind != _EXPR:
        return None
    value = columns[0]
    if value.nullable:
        return value
    if query_always_has_row(scope):
        return replace(value, origin=None)
    if finds_referenced_row(scope, context):
        return replace(value, origin=None, reason=f"a foreign key finds its row, and {value.reason}")
    return replace(value, nullable=True, reason="the subquery may return no row", location=node["location"] or None)


def _judge_test(test: Node | None, outputs: dict[int, Verdict], context: Context) -> Verdict | None:
    """`x IN (SELECT y)`: the comparison, in which a parameter of kind 2 stands for the subquery's column."""
    if test is None:
        return None
    if test.tag == "PARAM" and test["paramkind"] == 2:
        return outputs.get(test["paramid"])
    if test.tag == "BOOLEXPR":
        parts = [_judge_test(arg, outputs, context) for arg in test.nodes("args")]
        known = [part for part in parts if part is not None]
        return all_of(known, "neither side of the comparison is NULL", test) if len(known) == len(parts) else None
    if test.tag in ("RELABELTYPE", "COERCEVIAIO", "COLLATEEXPR"):
        return _judge_test(test["arg"], outputs, context)
    if test.tag in ("OPEXPR", "ROWCOMPAREEXPR"):
        names = ("args",) if test.tag == "OPEXPR" else ("largs", "rargs")
        if test.tag == "OPEXPR":
            # Judge the operator on constants first: it must be one that never returns NULL by itself.
            plain = Node("CONST", {"constisnull": False, "location": -1})
            if context.judge(Node("OPEXPR", {**test.fields, "args": [plain, plain]})).nullable:
                return None
        parts = [_judge_test(arg, outputs, context) for name in names for arg in test.nodes(name)]
        known = [part for part in parts if part is not None]
        return all_of(known, "neither side of the comparison is NULL", test) if len(known) == len(parts) else None
    if any(part.tag == "PARAM" and part["paramkind"] == 2 for part in test.walk()):
        if test.tag == "FUNCEXPR":
            parts = [_judge_test(arg, outputs, context) for arg in test.nodes("args")]
            plain = Node("CONST", {"constisnull": False, "location": -1})
            safe = not context.judge(Node("FUNCEXPR", {**test.fields, "args": [plain for _ in parts]})).nullable
            known = [part for part in parts if part is not None]
            return all_of(known, "neither side is NULL", test) if safe and len(known) == len(parts) else None
        return None
    return context.judge(test)


@rule("ARRAYEXPR")
def array_constructor(node: Node, context: Context) -> Verdict | None:
    """ARRAY[…] is never NULL; its elements are what is written, through all dimensions.

    https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ARRAY-CONSTRUCTORS
    """
    parts = context.judge_all(node.nodes("elements"))
    if node["multidims"]:
        inner = [part.element for part in parts]
        known = [it for it in inner if it is not None and it is not NO_ELEMENT]
        element = merged(known) if known and len(known) == len([it for it in inner if it is not NO_ELEMENT]) else None
        # NULL arrays in a multidimensional constructor are left out, they do not become NULL elements.
        return not_null("an array constructor always gives an array", node, element=element)
    return not_null("an array constructor always gives an array", node, element=merged(parts) if parts else NO_ELEMENT)


@rule("ROWEXPR")
def row_constructor(node: Node, context: Context) -> Verdict | None:
    """ROW(…) is never NULL as a whole, even when all its fields are.

    https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-ROW-CONSTRUCTORS
    """
    args = node.nodes("args")
    names = values_of(node, "colnames")
    kind = context.catalog.types.get(node["row_typeid"])
    relation = context.catalog.relations.get(kind.relation_oid) if kind is not None and kind.relation_oid else None
    if relation is not None and len(relation.columns) == len(args):
        names = [relation.columns[attnum].name for attnum in sorted(relation.columns)]
    fields = tuple(
        ColumnVerdict(
            str(names[index]) if index < len(names) else f"f{index + 1}", *type_of(arg, context), context.judge(arg)
        )
        for index, arg in enumerate(_padded(arg, node, context) for arg in args)
    )
    return not_null("ROW(…) always gives a row", node, fields=fields)


def _padded(arg: Node, row: Node, context: Context) -> Node:
    """A column in a row, with all joins above its table.

    For `u` over `JOIN … USING (…) AS u` PostgreSQL makes a row of VARs that do not say which joins can replace them by
    NULL.
    """
    nulling = arg["varnullingrels"]
    place = context.at_level(arg["varlevelsup"] or 0) if arg.tag == "VAR" else None
    if place is None or nulling is None or row["row_format"] != _IMPLICIT:
        return arg
    above = Bitmapset(join for join, _ in place.scope.paddings.get(arg["varno"], ()))
    return replace(arg, fields={**arg.fields, "varnullingrels": Bitmapset(nulling | above)})


@rule("FIELDSELECT")
def field(node: Node, context: Context) -> Verdict | None:
    """A field is not NULL when the row is not and the tree shows that the field is not.

    https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-ACCESSING
    """
    row = context.judge(node["arg"])
    index = (node["fieldnum"] or 0) - 1
    type_oid, _ = type_of(node["arg"], context)
    kind = context.catalog.types.get(type_oid)
    relation = context.catalog.relations.get(kind.relation_oid) if kind is not None and kind.relation_oid else None
    if relation is not None:  # field numbers count dropped columns, the fields of a verdict do not
        live = sorted(relation.columns)
        index = live.index(index + 1) if index + 1 in live and len(row.fields or ()) == len(live) else -1
    if row.fields is None or not 0 <= index < len(row.fields):
        return nullable("nothing is known of the fields of this row", node)
    found = row.fields[index].verdict
    return replace(found, nullable=True, reason=row.reason, location=row.location) if row.nullable else found


@rule("SUBSCRIPTINGREF")
def subscript(node: Node, context: Context) -> Verdict | None:
    """A subscript beyond the end gives NULL; a slice of an array that is not NULL is an array, at worst an empty one.

    https://www.postgresql.org/docs/current/arrays.html#ARRAYS-ACCESSING
    """
    container = context.judge(node["refexpr"])
    kind = context.catalog.types.get(node["refcontainertype"])
    if node["refassgnexpr"] is not None:
        return nullable("an assignment to a subscript is not followed", node)
    if kind is None or kind.category != "A" or not node["reflowerindexpr"]:
        element = container.element
        return nullable(
            "a subscript that does not exist gives NULL",
            node["refexpr"],  # the subscript itself says no place
            fields=element.fields if element else None,
        )
    bounds = context.judge_all([*node.nodes("refupperindexpr"), *node.nodes("reflowerindexpr")])
    verdict = all_of([container, *bounds], "a slice of an array that is not NULL", node)
    return replace(verdict, element=container.element)
