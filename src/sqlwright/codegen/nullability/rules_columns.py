"""Rules for what a column is: tables, subqueries, CTEs, joins, groups, whole rows; and for constants and parameters.

In: VAR, CONST and PARAM nodes. Out: verdicts with the table column they come from. The surprise: a column of an outer
join knows by itself which joins may have padded it; everything here is about the value it has while its row is real.
"""

from __future__ import annotations

from dataclasses import replace

from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.facts import array_literal_has
from sqlwright.codegen.nullability.grouping import left_out, left_out_shapes
from sqlwright.codegen.nullability.output import columns_of_cte, columns_of_query
from sqlwright.codegen.nullability.rules_returning import excluded_column, returned_column
from sqlwright.codegen.nullability.rules_sets import function_columns, table_function_column
from sqlwright.codegen.nullability.scope import Context, RteKind, Scope
from sqlwright.codegen.nullability.shapes import integers_of, type_of, values_of
from sqlwright.codegen.nullability.tables import table_column
from sqlwright.codegen.nullability.verdict import (
    NO_ELEMENT,
    ColumnVerdict,
    Verdict,
    location_of,
    merged,
    not_null,
    nullable,
)
from sqlwright.codegen.tree import Node, Value

__all__ = ["column", "constant", "parameter"]


@rule("CONST")
def constant(node: Node, context: Context) -> Verdict | None:
    """A literal is NULL only where it is written NULL; an array literal shows whether it has NULL elements.

    https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS
    """
    if node["constisnull"] is not False:
        return replace(nullable("NULL is written here", node), always_null=True)
    element = None
    kind = context.catalog.types.get(node["consttype"])
    if kind is not None and kind.category == "A" and kind.element_oid:
        if not array_literal_has(node, elements=True) and array_literal_has(node, nulls=True) is False:
            element = NO_ELEMENT
        elif not array_literal_has(node, nulls=True):
            element = not_null("the array literal has no NULL element", node)
    return not_null("a constant that is not NULL", node, element=element)


@rule("PARAM")
def parameter(node: Node, context: Context) -> Verdict | None:
    """A parameter is not NULL when the generated function refuses None for it, or a condition rejects NULL.

    https://www.postgresql.org/docs/current/sql-prepare.html
    """
    number = node["paramid"]
    if node["paramkind"] != 0:
        return None
    argument = context.engine.arguments.get(number)
    if argument is not None:  # the body of a function: what the call hands over, with its elements and fields
        if argument.nullable and ("param", number) in context.facts:
            reason = f"a condition rejects NULL in ${number}"
            return replace(argument, nullable=False, reason=reason, origin=None, always_null=False)
        return replace(argument, origin=None)
    if ("param", number) in context.facts:
        return Verdict(False, f"a condition rejects NULL in ${number}", context.facts["param", number])
    if context.engine.parameter_nullable(number):
        return nullable(f"${number} may be NULL", node)
    return not_null(f"${number} is never NULL", node)


@rule("VAR")
def column(node: Node, context: Context) -> Verdict | None:
    """A column is not NULL when its table, subquery or function says so and no outer join may have padded its row.

    Sound because a VAR names the outer joins that can replace it by NULL (varnullingrels, PostgreSQL 16+), and each is
    disproved only by a condition that is strict in a column of the padded side.
    https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN
    """
    place = context.at_level(node["varlevelsup"] or 0)
    if place is None:
        return None
    scope, index, attnum = place.scope, node["varno"], node["varattno"]
    entry = scope.entry(index)
    if entry is None:
        return None
    if place.returning:
        verdict = returned_column(node, place)
        if verdict is not None:
            return verdict
    real = _in_real_row(scope, entry, index, attnum)
    if entry["rtekind"] == RteKind.GROUP and left_out(scope, index, attnum):
        grouped = entry.nodes("groupexprs")[attnum - 1 : attnum]  # the VAR itself says no place
        place_of_it = location_of(grouped[0]) if grouped and not node["varlevelsup"] else None
        return replace(
            real,
            nullable=True,
            reason="a grouping set leaves this expression out",
            location=location_of(node) if place_of_it is None else place_of_it,
        )
    if node["varlevelsup"] and place.grouped and left_out_shapes(scope):  # before 18, in a subquery of a target list
        return replace(
            real, nullable=True, reason="a grouping set leaves this expression out", location=location_of(node)
        )
    padded = next((atom for atom in scope.pads_of(node) if atom not in context.facts), None)
    if padded is not None:
        return replace(real, nullable=True, reason=_padding_reason(scope, padded), location=location_of(node))
    fact = ("col", scope.number, index, attnum)
    if real.nullable and fact in context.facts:
        name = _column_name(entry, attnum, scope)
        return replace(real, nullable=False, reason=f"a condition rejects NULL in {name}", location=context.facts[fact])
    return real if real.location is not None else replace(real, location=location_of(node))


def _padding_reason(scope: Scope, atom: tuple[object, ...]) -> str:
    index, side = atom[2], atom[3]
    entry = scope.entry(index) if isinstance(index, int) else None
    kind = {1: "LEFT JOIN", 2: "FULL JOIN", 3: "RIGHT JOIN"}.get(entry["jointype"] if entry is not None else -1)
    if kind is None:
        return "an outer join may have no match for its row"
    return f"the {side} side of a {kind} may have no match"


def _column_name(entry: Node, attnum: int, scope: Scope) -> str:
    names = _names(entry)
    name = names[attnum - 1] if 0 < attnum <= len(names) else "the row"
    table = _alias(entry)
    if entry["rtekind"] == RteKind.RELATION:
        relation = scope.catalog.relations.get(entry["relid"])
        table = relation.display if relation is not None else table
    return name if entry["rtekind"] in (RteKind.JOIN, RteKind.GROUP) or not table else f"{table}.{name}"


def _alias(entry: Node) -> str:
    eref = entry["eref"]
    return (eref.text("aliasname") or "") if isinstance(eref, Node) else ""


def _names(entry: Node) -> list[str]:
    eref = entry["eref"]
    return [str(name) for name in values_of(eref if isinstance(eref, Node) else None, "colnames")]


def _in_real_row(scope: Scope, entry: Node, index: int, attnum: int) -> Verdict:
    """The verdict of a column while its row is real, remembered: it is the same wherever the column stands."""
    key = (index, attnum)
    if key not in scope.columns:
        scope.columns[key] = _whole_row(scope, entry, index) if attnum == 0 else _column(scope, entry, index, attnum)
    return scope.columns[key]


def _column(scope: Scope, entry: Node, index: int, attnum: int) -> Verdict:
    rows = Context(scope, scope.facts)
    match entry["rtekind"]:
        case RteKind.RELATION:
            conflict = scope.query["onConflict"]
            if attnum > 0 and isinstance(conflict, Node) and conflict["exclRelIndex"] == index:
                excluded = excluded_column(entry, attnum, rows)
                if excluded is not None:
                    return excluded
            return _table_column(scope, entry, attnum)
        case RteKind.SUBQUERY | RteKind.CTE | RteKind.FUNCTION:
            columns = _columns_of_entry(scope, entry, index)
            if columns is not None and 0 < attnum <= len(columns):
                return columns[attnum - 1].verdict
        case RteKind.JOIN:
            aliases = entry.nodes("joinaliasvars")
            if 0 < attnum <= len(aliases):
                return rows.judge(aliases[attnum - 1])
        case RteKind.VALUES:
            cells = [row[attnum - 1] for row in _rows(entry) if 0 < attnum <= len(row)]
            if cells and len(cells) == len(values_of(entry, "values_lists")):
                return merged([rows.judge(cell if isinstance(cell, Node) else None) for cell in cells])
        case RteKind.GROUP:
            expressions = entry.nodes("groupexprs")
            if 0 < attnum <= len(expressions):
                return rows.judge(expressions[attnum - 1])
        case RteKind.TABLEFUNC:
            return table_function_column(entry, attnum)
        case _:
            pass
    return nullable(f"nothing is known of the columns of {_alias(entry) or 'this range table entry'}")


def _rows(entry: Node) -> list[list[Value]]:
    return [row for row in values_of(entry, "values_lists") if isinstance(row, list)]


def _columns_of_entry(scope: Scope, entry: Node, index: int) -> list[ColumnVerdict] | None:
    if index not in scope.children:
        demanded = _demanded(scope, index)
        columns: list[ColumnVerdict] | None
        match entry["rtekind"]:
            case RteKind.SUBQUERY if isinstance(entry["subquery"], Node):
                columns = columns_of_query(entry["subquery"], Context(scope, scope.facts), demanded)
            case RteKind.CTE:
                definer = Context(scope, scope.facts).at_level(entry["ctelevelsup"] or 0)
                name = entry.text("ctename")
                if entry["self_reference"]:
                    columns = definer.scope.ctes.get(name or "") if definer is not None else None
                    return columns
                columns = columns_of_cte(definer.scope, name, demanded) if definer is not None and name else None
            case RteKind.FUNCTION:
                columns = function_columns(entry, Context(scope, scope.facts))
            case _:
                columns = None
        if columns is None:
            return None
        scope.children[index] = columns
    return scope.children[index]


def _demanded(scope: Scope, index: int) -> list[int]:
    """The columns of an entry that the query around it knows not to be NULL."""
    found = [atom[3] for atom in scope.facts if atom[0] == "col" and atom[1] == scope.number and atom[2] == index]
    return sorted(attnum for attnum in found if isinstance(attnum, int))


# --- tables ---------------------------------------------------------------------------------------------------


def _table_column(scope: Scope, entry: Node, attnum: int) -> Verdict:
    if attnum < 0:
        return not_null("system columns always have a value")
    relation = scope.catalog.relations.get(entry["relid"])
    found = relation.columns.get(attnum) if relation is not None else None
    if relation is None or found is None:
        return nullable("the catalog snapshot does not know this table")
    return table_column(scope.engine, relation, found, with_descendants=bool(entry["inh"]))


# --- whole rows -----------------------------------------------------------------------------------------------


def _whole_row(scope: Scope, entry: Node, index: int) -> Verdict:
    """A whole row is not NULL while it is real, even when all its fields are NULL."""
    fields = row_fields(scope, entry, index)
    return not_null(f"the row of {_alias(entry)} is there", fields=fields)


def row_fields(scope: Scope, entry: Node, index: int) -> tuple[ColumnVerdict, ...] | None:
    """The columns of a range table entry as fields of its row."""
    if entry["rtekind"] == RteKind.RELATION:
        relation = scope.catalog.relations.get(entry["relid"])
        if relation is None:
            return None
        return tuple(
            ColumnVerdict(it.name, it.type_oid, it.typmod, _field(scope, entry, index, it.attnum))
            for it in sorted(relation.columns.values(), key=lambda it: it.attnum)
        )
    types = _types_of_entry(scope, entry, index)
    names = _names(entry)
    if types is None or len(types) != len(names):
        return None
    return tuple(
        ColumnVerdict(name, *kind, _field(scope, entry, index, number))
        for number, (name, kind) in enumerate(zip(names, types, strict=True), start=1)
    )


def _field(scope: Scope, entry: Node, index: int, attnum: int) -> Verdict:
    """A field of a row that is real: what conditions prove of it holds, paddings of the row itself do not matter."""
    verdict = _in_real_row(scope, entry, index, attnum)
    fact = ("col", scope.number, index, attnum)
    if verdict.nullable and fact in scope.facts:
        name = _column_name(entry, attnum, scope)
        return replace(
            verdict, nullable=False, reason=f"a condition rejects NULL in {name}", location=scope.facts[fact]
        )
    return verdict


def _types_of_entry(scope: Scope, entry: Node, index: int) -> list[tuple[int, int]] | None:
    rows = Context(scope, scope.facts)
    match entry["rtekind"]:
        case RteKind.SUBQUERY | RteKind.CTE | RteKind.FUNCTION:
            columns = _columns_of_entry(scope, entry, index)
            return None if columns is None else [(it.type_oid, it.typmod) for it in columns]
        case RteKind.JOIN:
            return [type_of(it, rows) for it in entry.nodes("joinaliasvars")]
        case RteKind.VALUES:
            return list(zip(integers_of(entry, "coltypes"), integers_of(entry, "coltypmods"), strict=False))
        case _:
            return None
