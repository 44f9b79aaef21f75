"""Functions written in SQL: what their last statement returns for the arguments of one call.

In: a call and the definition of the function. Out: the columns of the function's result. The surprise: inside the body
`$1` is the function's argument and no parameter of the statement, so that the body is judged by an engine of its own.
"""

from __future__ import annotations

from typing import Final

from sqlwright.codegen.catalog import Catalog, CatalogFunction
from sqlwright.codegen.nullability.engine import Engine
from sqlwright.codegen.nullability.joins import query_always_has_row
from sqlwright.codegen.nullability.output import columns_of
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.verdict import ColumnVerdict, Verdict, nullable, without_places
from sqlwright.codegen.tree import Node

__all__ = ["body_columns", "returns_unchanged"]

#: functions that call functions: deeper than this nobody needs to know
_DEPTH = 4

#: a function's result is cast to the declared type; between these types a cast is NULL for NULL only
_FAMILIES: Final = (
    frozenset({20, 21, 23, 700, 701, 1700}),
    frozenset({18, 19, 25, 1042, 1043}),
    frozenset({1082, 1114, 1184}),
)


def body_columns(call: Node, function: CatalogFunction, context: Context) -> list[ColumnVerdict] | None:
    """The columns of the body's last statement; None where they are unknown or there may be no row."""
    engine = context.engine
    query = engine.definitions.function(function.oid) if engine.depth < _DEPTH else None
    if query is None or function.language != "sql" or function.kind != "f":
        return None
    arguments = _arguments(call, function, context)
    if function.strict and not function.returns_set and any(it.nullable for it in arguments.values()):
        return None  # a function that returns a set returns no row for NULL
    inner = engine.inside(arguments)
    scope = inner.scope(query, None)
    if not function.returns_set and not query_always_has_row(scope):
        return None
    return columns_of(scope)


def _arguments(call: Node, function: CatalogFunction, context: Context) -> dict[int, Verdict]:
    """What is known of each argument, those that the call leaves to their defaults included."""
    inputs = sum(mode in "ibv" for mode in function.arg_modes)
    found = {
        (arg["argnumber"] + 1 if arg.tag == "NAMEDARGEXPR" else number): without_places(context.judge(arg))
        for number, arg in enumerate(call.nodes("args"), start=1)
    }
    if len(found) < inputs:
        defaults = context.engine.definitions.argument_defaults(function.oid)
        nowhere = _nowhere(context.engine)
        for number in range(1, inputs + 1):
            index = number - 1 - (inputs - len(defaults))
            if number not in found:
                known = 0 <= index < len(defaults)
                found[number] = (
                    without_places(nowhere.judge(defaults[index]))
                    if known
                    else nullable(f"${number} of {function.name} is not given")
                )
    return found


def _nowhere(engine: Engine) -> Context:
    """The place of an expression that sees no table: the default of an argument."""
    empty = Node("QUERY", {"commandType": 1, "rtable": [], "jointree": None, "targetList": None})
    return Context(engine.scope(empty, None), {})


def returns_unchanged(returned: int, declared: int, catalog: Catalog) -> bool:
    """Whether a value of the body's type, cast to the declared one, is NULL only when it was before."""
    if returned == declared:
        return True
    one, two = _base(returned, catalog), _base(declared, catalog)
    return one == two or any(one in family and two in family for family in _FAMILIES)


def _base(oid: int, catalog: Catalog) -> int:
    kind = catalog.types.get(oid)
    while kind is not None and kind.kind == "d":
        oid = kind.base_oid
        kind = catalog.types.get(oid)
    return oid
