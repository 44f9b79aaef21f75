"""Rules for functions that return rows: in FROM, in the target list, XMLTABLE and JSON_TABLE.

In: a range table entry of kind FUNCTION or TABLEFUNC, or a call with funcretset. Out: verdicts of the columns. The
surprise: two set-returning functions side by side run in step, and the shorter one is padded with NULL.
https://www.postgresql.org/docs/current/functions-srf.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlwright.codegen.catalog import CatalogFunction
from sqlwright.codegen.nullability.builtins import is_builtin
from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.shapes import integers_of, type_of, values_of
from sqlwright.codegen.nullability.sql_bodies import body_columns, returns_unchanged
from sqlwright.codegen.nullability.verdict import ColumnVerdict, Verdict, not_null, nullable, without_places
from sqlwright.codegen.tree import Node

__all__ = ["function_columns", "set_in_target_list", "table_function_column"]

#: built-in functions whose every row is a value that is not NULL (they return no row where an argument is NULL)
_NEVER_NULL_ROWS: Final = frozenset(
    {
        "generate_series", "generate_subscripts", "json_array_elements", "jsonb_array_elements", "json_object_keys",
        "jsonb_object_keys", "regexp_split_to_table", "regexp_matches", "jsonb_path_query", "jsonb_path_query_tz",
        "pg_listening_channels", "pg_ls_dir", "pg_tablespace_databases", "txid_snapshot_xip", "pg_snapshot_xip",
    }
)  # fmt: skip

#: built-in functions that return rows: which columns are not NULL
_COLUMNS: Final[dict[str, frozenset[int]]] = {
    "json_each": frozenset({1, 2}),
    "jsonb_each": frozenset({1, 2}),
    "json_each_text": frozenset({1}),
    "jsonb_each_text": frozenset({1}),
    "aclexplode": frozenset({1, 2, 3, 4}),
    "ts_parse": frozenset({1, 2}),
    "ts_token_type": frozenset({1, 2, 3}),
    "ts_stat": frozenset({1, 2, 3}),
    "pg_get_keywords": frozenset({1, 2, 3}),
    "pg_timezone_names": frozenset({1, 2, 3, 4}),
}


def row_verdict(call: Node, context: Context) -> Verdict:
    """One row of a set-returning call that gives a single column."""
    if call.tag != "FUNCEXPR":
        return nullable("nothing is known of the rows that it returns", call)
    function = context.function(call["funcid"])
    if function is not None and not is_builtin(function):
        body = _columns_of_body(call, function, None, context)
        if body is not None and len(body) == 1:
            return body[0].verdict
    if function is None or not is_builtin(function):
        name = function.name if function is not None else "the function"
        return nullable(f"{name} is a function of the user's that may return NULL", call)
    args = call.nodes("args")
    if function.name == "unnest" and len(args) == 1:
        if function.all_arg_types and function.all_arg_types[0] != 2277:  # a multirange has no NULL ranges
            return not_null("unnest of a value without NULL parts", call)
        element = context.judge(args[0]).element
        if element is None:
            return nullable("the array may have NULL elements", call)
        return element
    if function.name in _NEVER_NULL_ROWS:
        element = None
        return not_null(f"{function.name} never returns NULL rows", call, element=element)
    if function.name == "string_to_table" and len(args) == 2:
        return not_null("string_to_table without a null string never returns NULL rows", call)
    return nullable(f"{function.name} may return NULL", call)


@rule("FUNCEXPR", "OPEXPR")
def set_in_target_list(node: Node, context: Context) -> Verdict | None:
    """A set-returning call in the target list is as its rows, if it is the only one; two are padded to equal length.

    https://www.postgresql.org/docs/current/xfunc-sql.html#XFUNC-SQL-FUNCTIONS-RETURNING-SET
    """
    if not node["funcretset"] and not node["opretset"]:
        return None
    if _set_calls(context.scope.query) > 1:
        return nullable("set-returning functions side by side are padded with NULL to equal length", node)
    return row_verdict(node, context)


def _set_calls(query: Node) -> int:
    """The set-returning calls in a target list, those in subqueries not counted."""
    count = 0
    pending: list[object] = list(query.nodes("targetList"))
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending += item
        elif isinstance(item, Node) and item.tag != "QUERY":
            count += bool(item["funcretset"] or item["opretset"])
            pending += item.fields.values()
    return count


def function_columns(entry: Node, context: Context) -> list[ColumnVerdict]:
    """The columns of functions in FROM, ordinality included."""
    functions = entry.nodes("functions")
    columns: list[ColumnVerdict] = []
    for function in functions:
        found = _columns_of_call(function, context)
        if len(functions) > 1:
            padded = "functions side by side are padded with NULL to equal length"
            found = [replace(it, verdict=replace(it.verdict, nullable=True, reason=padded)) for it in found]
        columns += found
    if entry["funcordinality"]:
        columns.append(ColumnVerdict("ordinality", 20, -1, not_null("WITH ORDINALITY numbers every row")))
    return columns


def _columns_of_call(function: Node, context: Context) -> list[ColumnVerdict]:
    call, count = function["funcexpr"], function["funccolcount"] or 0
    if not isinstance(call, Node):
        return [ColumnVerdict("?column?", 0, -1, nullable("nothing is known of this function")) for _ in range(count)]
    types = integers_of(function, "funccoltypes")
    if types:  # a column definition list
        names = [str(name) for name in values_of(function, "funccolnames")]
        reason = "a column definition list promises nothing"
        return [
            ColumnVerdict(name, kind, typmod, nullable(reason, call))
            for name, kind, typmod in zip(names, types, integers_of(function, "funccoltypmods"), strict=False)
        ]
    known = context.function(call["funcid"]) if call.tag == "FUNCEXPR" else None
    shape = _row_shape(call, context)
    if known is not None and not is_builtin(known):
        body = _columns_of_body(call, known, shape, context)
        if body is not None:
            return body
    if shape is None:  # a scalar
        verdict = row_verdict(call, context) if call["funcretset"] else context.judge(call)
        return [ColumnVerdict("?column?", *type_of(call, context), verdict)] * count
    never: frozenset[int] = frozenset()
    if known is not None and is_builtin(known) and call["funcretset"]:
        never = _COLUMNS.get(known.name, frozenset())
        if known.name == "unnest":
            return _unnested_rows(call, shape, context)
    return [
        ColumnVerdict(
            name,
            *kind,
            not_null(f"{known.name if known else ''} never returns NULL in {name}", call)
            if number in never
            else nullable(f"{known.name if known else 'the function'} may return NULL in {name}", call),
        )
        for number, (name, kind) in enumerate(shape, start=1)
    ]


def _columns_of_body(
    call: Node, function: CatalogFunction, shape: list[tuple[str, tuple[int, int]]] | None, context: Context
) -> list[ColumnVerdict] | None:
    """The columns of a function in LANGUAGE sql, where its body returns exactly the declared types."""
    columns = body_columns(call, function, context)
    if columns is None:
        return None
    declared = [kind for _, (kind, _) in shape] if shape is not None else [function.result_type]
    if len(columns) != len(declared) or not all(
        returns_unchanged(it.type_oid, kind, context.catalog) for it, kind in zip(columns, declared, strict=True)
    ):
        return None
    names = [name for name, _ in shape] if shape is not None else ["?column?"]
    return [
        replace(
            it,
            name=name,
            type_oid=kind,
            typmod=it.typmod if it.type_oid == kind else -1,
            verdict=without_places(it.verdict),
        )
        for name, kind, it in zip(names, declared, columns, strict=True)
    ]


def _unnested_rows(call: Node, shape: list[tuple[str, tuple[int, int]]], context: Context) -> list[ColumnVerdict]:
    """unnest of an array of rows: a NULL element gives a row of NULLs."""
    args = call.nodes("args")
    element = context.judge(args[0]).element if len(args) == 1 else None
    if (
        element is not None
        and not element.nullable
        and element.fields is not None
        and len(element.fields) == len(shape)
    ):
        return list(element.fields)
    reason = "the array may have NULL elements, and its rows NULL fields"
    return [ColumnVerdict(name, *kind, nullable(reason, call)) for name, kind in shape]


def _row_shape(call: Node, context: Context) -> list[tuple[str, tuple[int, int]]] | None:
    """The columns of a call that returns rows; None where it returns scalars."""
    type_oid, _ = type_of(call, context)
    catalog = context.catalog
    kind = catalog.types.get(type_oid)
    while kind is not None and kind.kind == "d":
        kind = catalog.types.get(kind.base_oid)
    if kind is not None and kind.kind == "c":
        relation = catalog.relations.get(kind.relation_oid)
        if relation is None:
            return []
        columns = sorted(relation.columns.values(), key=lambda it: it.attnum)
        return [(it.name, (it.type_oid, it.typmod)) for it in columns]
    function = context.function(call["funcid"]) if call.tag == "FUNCEXPR" else None
    if function is not None and type_oid == 2249:
        names = [*function.arg_names, *[""] * len(function.all_arg_types)]
        return [
            (name or "?column?", (arg_type, -1))
            for mode, name, arg_type in zip(function.arg_modes, names, function.all_arg_types, strict=False)
            if mode in "obt"
        ]
    return None


def table_function_column(entry: Node, attnum: int) -> Verdict:
    """XMLTABLE raises where a NOT NULL column would be NULL, and FOR ORDINALITY numbers rows; all else may be NULL.

    In JSON_TABLE the columns of a NESTED path are NULL where it finds nothing; outside of these, FOR ORDINALITY and
    EXISTS always have a value.

    https://www.postgresql.org/docs/current/functions-xml.html#FUNCTIONS-XML-PROCESSING-XMLTABLE
    """
    table = entry["tablefunc"]
    if isinstance(table, Node) and not table["functype"]:
        if attnum - 1 in (table["notnulls"] or ()):
            return not_null("XMLTABLE raises an error where this column would be NULL")
        if attnum - 1 == table["ordinalitycol"]:
            return not_null("FOR ORDINALITY numbers every row")
    if isinstance(table, Node) and table["functype"] == _JSON_TABLE and _is_outermost(table["plan"], attnum - 1):
        values = values_of(table, "colvalexprs")
        value = values[attnum - 1] if 0 < attnum <= len(values) else table
        if value is None:
            return not_null("FOR ORDINALITY numbers every row")
        if isinstance(value, Node) and value.tag == "JSONEXPR" and value["op"] == _JSON_EXISTS:
            on_error, returning = value["on_error"], value["returning"]
            certain = not isinstance(on_error, Node) or on_error["btype"] in _ERROR_TRUE_FALSE
            if certain and isinstance(returning, Node) and returning["typid"] == 16:
                return not_null("EXISTS is true or false")
    return nullable(
        "a table function gives NULL where its path finds nothing", table if isinstance(table, Node) else None
    )


_JSON_TABLE: Final = 1  # TFT_JSON_TABLE
_JSON_EXISTS: Final = 0  # JSON_EXISTS_OP
_ERROR_TRUE_FALSE: Final = (1, 3, 4)  # JsonBehaviorType


def _is_outermost(plan: object, index: int) -> bool:
    """Whether a column belongs to the row path itself, and not to a NESTED one."""
    if not isinstance(plan, Node) or plan.tag != "JSONTABLEPATHSCAN":
        return False
    first, last = plan["colMin"], plan["colMax"]
    return isinstance(first, int) and isinstance(last, int) and 0 <= first <= index <= last
