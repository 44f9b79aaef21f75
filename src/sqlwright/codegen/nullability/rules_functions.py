"""Rules for calls: functions, operators, casts, array comparisons, SQL's own functions.

In: FUNCEXPR, OPEXPR and their kin. Out: verdicts. The surprise: "strict" is no proof. A strict function returns NULL
for NULL, but many return NULL for other reasons too; only the reviewed table of built-ins and the functions of
operator classes count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlwright.codegen.catalog import CatalogFunction
from sqlwright.codegen.nullability.builtins import null_class
from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.extensions import is_known_to_pass_null_only
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.shapes import is_null_constant
from sqlwright.codegen.nullability.sql_bodies import body_columns, returns_unchanged
from sqlwright.codegen.nullability.verdict import (
    NO_ELEMENT,
    ColumnVerdict,
    Verdict,
    all_of,
    any_of,
    location_of,
    merged,
    not_null,
    nullable,
    without_places,
)
from sqlwright.codegen.tree import Datum, Node

__all__ = [
    "array_comparison",
    "array_function",
    "builtin_call",
    "cast",
    "current_schema",
    "extension_call",
    "finite_time",
    "json_form",
    "operator_class",
    "row_comparison",
    "sql_function",
    "sql_value",
    "user_call",
    "xml_form",
]


def function_of(node: Node, context: Context) -> CatalogFunction | None:
    """The pg_proc row behind a call or an operator."""
    return context.function(node["funcid"] if node.tag == "FUNCEXPR" else node["opfuncid"])


def name_of(node: Node, context: Context) -> str:
    """What the DBA reads in the statement: the operator's sign or the function's name."""
    if node.tag == "OPEXPR":
        operator = context.catalog.operators.get(node["opno"])
        if operator is not None:
            return operator.name
    function = function_of(node, context)
    return function.name if function is not None else "the function"


# --- arrays: what is known of the elements --------------------------------------------------------------------


@rule("FUNCEXPR", "OPEXPR")
def array_function(node: Node, context: Context) -> Verdict | None:
    """Array functions that keep, add or drop elements say what the elements of their result are.

    Whether the array itself is NULL is left to the table of built-ins.
    https://www.postgresql.org/docs/current/functions-array.html
    """
    function = function_of(node, context)
    if function is None or null_class(function, context.catalog.server_version) == "no" or node["funcvariadic"]:
        return None
    args = node.nodes("args")
    element: Verdict | None = None
    match function.name, len(args):
        case "array_append", 2:
            element = _element_of([context.judge(args[0]).element, context.judge(args[1])])
        case "array_prepend", 2:
            element = _element_of([context.judge(args[0]), context.judge(args[1]).element])
        case "array_cat", 2:
            element = _element_of(
                [it.element or (NO_ELEMENT if it.always_null else None) for it in context.judge_all(args)]
            )
        case "array_remove", 2:
            element = context.judge(args[0]).element
            if is_null_constant(args[1]):
                known = element or not_null("array_remove has taken the NULL elements out", node)
                element = replace(known, nullable=False, reason="array_remove has taken the NULL elements out")
        case "array_replace", 3:
            element = _element_of([context.judge(args[0]).element, context.judge(args[2])])
        case (("trim_array" | "array_shuffle" | "array_sample" | "array_sort" | "array_reverse"), _) if args:
            element = context.judge(args[0]).element
        case ("string_to_array", 2) | ("regexp_split_to_array", _):
            element = not_null(f"{function.name} gives elements that are not NULL", node)
        case "string_to_array", 3 if is_null_constant(args[2]):
            element = not_null("string_to_array without a null string gives no NULL elements", node)
        case _:
            return None
    verdict = _by_class(node, function, context)
    return replace(verdict, element=element) if verdict is not None else None


def _element_of(parts: list[Verdict | None]) -> Verdict | None:
    present = [it for it in parts if it is not None and it is not NO_ELEMENT]
    return merged(present) if present and not any(it is None for it in parts) else None


# --- built-in functions and operators -------------------------------------------------------------------------


@rule("FUNCEXPR", "OPEXPR")
def finite_time(node: Node, context: Context) -> Verdict | None:
    """extract and date_part give NULL only for infinite dates, and not even there for year, century, epoch and the
    like.

    https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-EXTRACT
    """
    function = function_of(node, context)
    if function is None or function.schema != "pg_catalog" or function.name not in _OF_TIME:
        return None
    args = node.nodes("args")
    if function.name in ("time", "timetz") and len(args) == 1 and _is_finite(args[0], context):
        return all_of(context.judge_all(args), f"{function.name} of a value that is never infinite", node)
    if null_class(function, context.catalog.server_version) != "no" or len(args) != 2:
        return None
    value, text = (args[1], args[0]) if function.name != "to_char" else (args[0], args[1])
    field = _text_constant(text)
    if not field:
        return None
    if function.name != "to_char" and field.lower() in _MONOTONIC_FIELDS:
        return all_of([context.judge(value)], f"{function.name}({field}) is not NULL for infinite values either", node)
    if _is_finite(value, context):
        return all_of([context.judge(value)], f"{function.name} of a value that is never infinite", node)
    return None


_OF_TIME: Final = frozenset({"extract", "date_part", "to_char", "time", "timetz"})
_MONOTONIC_FIELDS: Final = frozenset({"year", "years", "decade", "century", "millennium", "julian", "isoyear", "epoch"})
#: now, clock_timestamp, statement_timestamp, transaction_timestamp
_CLOCKS: Final = frozenset({"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"})


def _is_finite(node: Node, context: Context) -> bool:
    """A moment that comes from a clock, perhaps cast or cut."""
    if node.tag == "SQLVALUEFUNCTION":
        return True
    function = function_of(node, context) if node.tag == "FUNCEXPR" else None
    if function is None or function.schema != "pg_catalog":
        return False
    args = node.nodes("args")
    if function.name in _CLOCKS and not args:
        return True
    if function.name in ("date_trunc", "timezone") and len(args) == 2:
        return _is_finite(args[1], context)
    return function.name in ("date", "timestamp", "timestamptz") and len(args) == 1 and _is_finite(args[0], context)


def _text_constant(node: Node) -> str | None:
    if node.tag != "CONST" or node["consttype"] != 25 or node["constisnull"]:
        return None
    value = node["constvalue"]
    return value.data[4:].decode("utf-8", "replace") if isinstance(value, Datum) and len(value.data) >= 4 else None


@rule("FUNCEXPR", "OPEXPR")
def builtin_call(node: Node, context: Context) -> Verdict | None:
    """A built-in function is not NULL under the condition that the reviewed table names for it.

    https://www.postgresql.org/docs/current/functions.html
    """
    function = function_of(node, context)
    return _by_class(node, function, context) if function is not None else None


def _by_class(node: Node, function: CatalogFunction, context: Context) -> Verdict | None:
    name, args = name_of(node, context), node.nodes("args")
    kind = null_class(function, context.catalog.server_version)
    if kind in ("first", "two") and any(arg.tag == "NAMEDARGEXPR" for arg in args):
        kind = "strict"  # arguments by name need not stand in their order
    match kind:
        case "strict":
            if not args:
                return not_null(f"{name} never returns NULL", node)
            return all_of(context.judge_all(args), f"{name} returns NULL only for NULL, and gets none", node)
        case "never":
            if node["funcvariadic"]:  # `concat(VARIADIC array)`: a NULL array gives NULL
                return all_of(context.judge_all(args[-1:]), f"{name} never returns NULL", node)
            return not_null(f"{name} never returns NULL", node)
        case "first":
            deciding = [*args[:1], *args[-1:]] if node["funcvariadic"] else args[:1]
            return all_of(context.judge_all(deciding), f"{name} returns NULL only for a NULL first argument", node)
        case "two":
            return all_of(context.judge_all(args[:2]), f"{name} returns NULL only for NULL, and gets none", node)
        case "anyarg":
            return any_of(context.judge_all(args), node)
        case _:
            return None


@rule("OPEXPR")
def operator_class(node: Node, context: Context) -> Verdict | None:
    """Comparison operators of btree and hash operator classes never return NULL for operands that are not NULL.

    Indexes could not work otherwise, so that this holds for types of extensions and users too.
    https://www.postgresql.org/docs/current/xindex.html#XINDEX-OPCLASS-DEPENDENCIES
    """
    operator = context.catalog.operators.get(node["opno"])
    if operator is None or not operator.in_operator_class:
        return None
    return all_of(context.judge_all(node.nodes("args")), f"{operator.name} compares values that are not NULL", node)


@rule("FUNCEXPR", "OPEXPR")
def extension_call(node: Node, context: Context) -> Verdict | None:
    """Functions of extensions that are known to return NULL for NULL only: crypt, uuid_generate_v4, similarity …

    https://www.postgresql.org/docs/current/contrib.html
    """
    function = function_of(node, context)
    if function is None or not is_known_to_pass_null_only(function):
        return None
    name = name_of(node, context)
    return all_of(context.judge_all(node.nodes("args")), f"{name} returns NULL only for NULL, and gets none", node)


@rule("FUNCEXPR", "OPEXPR")
def sql_function(node: Node, context: Context) -> Verdict | None:
    """A function in LANGUAGE sql is as the last statement of its body says for these arguments.

    It needs a statement that surely returns a row, and where the function is STRICT, arguments that are not NULL.
    https://www.postgresql.org/docs/current/xfunc-sql.html
    """
    function = function_of(node, context)
    if function is None or function.returns_set:
        return None
    columns = body_columns(node, function, context)
    if columns is None or len(columns) != 1:
        return _row_of_body(node, columns, function, context)
    if not returns_unchanged(columns[0].type_oid, function.result_type, context.catalog):
        return _row_of_body(node, columns, function, context)
    return without_places(columns[0].verdict)


def _row_of_body(
    node: Node, columns: list[ColumnVerdict] | None, function: CatalogFunction, context: Context
) -> Verdict | None:
    """The columns of a body that returns a row surely, as the row of the declared composite type."""
    kind = context.catalog.types.get(function.result_type)
    relation = context.catalog.relations.get(kind.relation_oid) if kind is not None and kind.kind == "c" else None
    if columns is None or relation is None:
        return None
    declared = sorted(relation.columns.values(), key=lambda it: it.attnum)
    if [it.type_oid for it in columns] != [it.type_oid for it in declared]:
        return None
    fields = tuple(
        ColumnVerdict(it.name, it.type_oid, it.typmod, without_places(column.verdict))
        for it, column in zip(declared, columns, strict=True)
    )
    return not_null(f"the body of {function.name} returns a row", node, fields=fields)


@rule("FUNCEXPR", "OPEXPR")
def user_call(node: Node, context: Context) -> Verdict | None:
    """Functions of users and extensions, and built-ins that are not in the table, may return NULL.

    https://www.postgresql.org/docs/current/sql-createfunction.html
    """
    return nullable(f"{name_of(node, context)} may return NULL", node)


# --- casts ----------------------------------------------------------------------------------------------------


@rule(
    "NAMEDARGEXPR",
    "RELABELTYPE",
    "COERCEVIAIO",
    "ARRAYCOERCEEXPR",
    "CONVERTROWTYPEEXPR",
    "COLLATEEXPR",
    "COERCETODOMAIN",
)
def cast(node: Node, context: Context) -> Verdict | None:
    """A cast that is not a function call is NULL exactly when its argument is; a cast to a NOT NULL domain raises then.

    A cast through text may not turn a value into NULL either: the server raises "input function returned NULL".
    https://www.postgresql.org/docs/current/sql-expressions.html#SQL-SYNTAX-TYPE-CASTS
    """
    arg = context.judge(node["arg"])
    place = arg.location if arg.location is not None else location_of(node)
    match node.tag:
        case "COLLATEEXPR" | "NAMEDARGEXPR":
            return arg
        case "RELABELTYPE":
            return replace(arg, origin=None, location=place)
        case "ARRAYCOERCEEXPR":
            # Casts of elements keep NULL NULL; a cast that is a function may add some of its own.
            inner = node["elemexpr"]
            element = arg.element
            if element is not None and element is not NO_ELEMENT and isinstance(inner, Node):
                element = context.with_test(element, None).judge(inner)
            return replace(arg, origin=None, location=place, element=element)
        case "COERCETODOMAIN":
            kind = context.catalog.types.get(node["resulttype"])
            if arg.nullable and kind is not None and kind.not_null:
                return replace(
                    arg, nullable=False, reason=f"the cast to domain {kind.name} raises for NULL", origin=None
                )
            return replace(arg, origin=None, location=place)
        case "COERCEVIAIO":
            return Verdict(arg.nullable, arg.reason, place, always_null=arg.always_null)
        case _:
            return Verdict(arg.nullable, arg.reason, place)


@rule("CASETESTEXPR")
def case_test(_node: Node, context: Context) -> Verdict | None:
    """The value under test stands for what is being cast or compared."""
    return context.test


# --- comparisons ----------------------------------------------------------------------------------------------


@rule("SCALARARRAYOPEXPR")
def array_comparison(node: Node, context: Context) -> Verdict | None:
    """`x op ANY (array)` and IN over a list: not NULL when x, the array and its elements are not NULL.

    https://www.postgresql.org/docs/current/functions-comparisons.html
    """
    args = node.nodes("args")
    function = context.function(node["opfuncid"])
    operator = context.catalog.operators.get(node["opno"])
    if len(args) != 2 or function is None:
        return None
    safe = null_class(function, context.catalog.server_version) == "strict"
    if not safe and (operator is None or not operator.in_operator_class):
        return None
    x, array = context.judge_all(args)
    elements = array.element or nullable("the array may have NULL elements", node)
    return all_of([x, array, elements], "neither side of the comparison is NULL", node)


@rule("ROWCOMPAREEXPR")
def row_comparison(node: Node, context: Context) -> Verdict | None:
    """`(a, b) < (c, d)` is not NULL when no field is NULL.

    https://www.postgresql.org/docs/current/functions-comparisons.html#ROW-WISE-COMPARISON
    """
    sides = context.judge_all([*node.nodes("largs"), *node.nodes("rargs")])
    return all_of(sides, "no field of the compared rows is NULL", node)


# --- forms with their own syntax ------------------------------------------------------------------------------

_CURRENT_SCHEMA: Final = 14


@rule("SQLVALUEFUNCTION")
def current_schema(node: Node, _context: Context) -> Verdict | None:
    """CURRENT_SCHEMA is NULL when no schema of the search path exists.

    https://www.postgresql.org/docs/current/functions-info.html
    """
    return nullable("CURRENT_SCHEMA may be NULL", node) if node["op"] == _CURRENT_SCHEMA else None


@rule("SQLVALUEFUNCTION", "NEXTVALUEEXPR", "GROUPINGFUNC", "MERGESUPPORTFUNC")
def sql_value(node: Node, _context: Context) -> Verdict | None:
    """CURRENT_DATE, CURRENT_USER, nextval of an identity column, GROUPING(…), MERGE_ACTION() always have a value.

    https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
    """
    return not_null("it always has a value", node)


_XML_CONCAT, _XML_ELEMENT, _XML_FOREST, _XML_PARSE, _XML_PI, _XML_ROOT, _XML_SERIALIZE, _IS_DOCUMENT = range(8)


@rule("XMLEXPR")
def xml_form(node: Node, context: Context) -> Verdict | None:
    """xmlelement always gives an element; xmlforest and xmlconcat pass over NULL; the others are as their argument.

    https://www.postgresql.org/docs/current/functions-xml.html
    """
    args = context.judge_all(node.nodes("args"))
    named = context.judge_all(node.nodes("named_args"))
    match node["op"]:
        case 1:
            return not_null("xmlelement always gives an element", node)
        case 0:
            return any_of(args, node)
        case 2:
            return any_of(named, node)
        case 4:
            return all_of(args, "xmlpi of a value that is not NULL", node)
        case 3 | 5 | 6 | 7 if args:
            return all_of(args[:1], "its argument is not NULL", node)
        case _:
            return None


_JSON_OBJECT, _JSON_ARRAY, _JSON_OBJECTAGG, _JSON_ARRAYAGG = 1, 2, 3, 4


@rule("JSONCONSTRUCTOREXPR", "JSONISPREDICATE", "JSONVALUEEXPR", "JSONEXPR")
def json_form(node: Node, context: Context) -> Verdict | None:
    """JSON_OBJECT and JSON_ARRAY always give a value, aggregates are as their aggregate, JSON_EXISTS as its argument.

    JSON_VALUE is NULL for a missing item and for JSON null, JSON_QUERY for a missing item, unless the clauses ON
    EMPTY and ON ERROR say otherwise.
    https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-SQLJSON-QUERYING
    """
    match node.tag:
        case "JSONVALUEEXPR":
            return context.judge(node["formatted_expr"] or node["raw_expr"])
        case "JSONISPREDICATE":
            return all_of([context.judge(node["expr"])], "IS JSON of a value that is not NULL", node)
        case "JSONCONSTRUCTOREXPR":
            return _json_constructor(node, context)
        case _:
            return _json_query(node, context)


def _json_constructor(node: Node, context: Context) -> Verdict | None:
    match node["type"]:
        case 1 | 2:
            built = not_null("the JSON constructor always gives a value", node)
        case 3 | 4:
            built = context.judge(node["func"])
        case _:
            built = all_of(context.judge_all(node.nodes("args")), "its argument is not NULL", node)
    coercion = node["coercion"]
    return context.with_test(built, None).judge(coercion) if isinstance(coercion, Node) else built


_EXISTS_OP, _QUERY_OP = 0, 1
_ERROR, _EMPTY, _TRUE, _FALSE, _UNKNOWN, _EMPTY_ARRAY, _EMPTY_OBJECT = range(1, 8)


def _json_query(node: Node, context: Context) -> Verdict:
    behaviours = {
        name: node[name]["btype"] if isinstance(node[name], Node) else None for name in ("on_empty", "on_error")
    }
    item = [context.judge(node["formatted_expr"]), context.judge(node["path_spec"])]
    item += context.judge_all(node.nodes("passing_values"))
    if node["op"] == _EXISTS_OP and behaviours["on_error"] in (_ERROR, _TRUE, _FALSE, None):
        return all_of(item, "JSON_EXISTS of a value that is not NULL", node)
    plain = isinstance(node["returning"], Node) and node["returning"]["typid"] == 3802
    if node["op"] == _QUERY_OP and plain and not node["use_io_coercion"] and not node["use_json_coercion"]:
        certain = (_ERROR, _EMPTY, _EMPTY_ARRAY, _EMPTY_OBJECT)
        if behaviours["on_empty"] in certain and behaviours["on_error"] in certain:
            return all_of(item, "JSON_QUERY that never falls back to NULL", node)
    return nullable("an SQL/JSON query gives NULL where its path finds nothing", node)
