"""Functions written in SQL: what their last statement returns for the arguments of one call.

In: a call and the definition of the function. Out: the columns of the function's result. The surprise: inside the body
`$1` is the function's argument and no parameter of the statement, so that the body is judged by an engine of its own.
"""

from __future__ import annotations

from sqlwright.codegen.catalog import CatalogFunction
from sqlwright.codegen.nullability.joins import query_always_has_row
from sqlwright.codegen.nullability.output import columns_of
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.verdict import ColumnVerdict
from sqlwright.codegen.tree import Node

__all__ = ["body_columns"]

#: functions that call functions: deeper than this nobody needs to know
_DEPTH = 4


def body_columns(call: Node, function: CatalogFunction, context: Context) -> list[ColumnVerdict] | None:
    """The columns of the body's last statement; None where they are unknown or there may be no row."""
    engine = context.engine
    query = engine.definitions.function(function.oid) if engine.depth < _DEPTH else None
    if query is None or function.language != "sql" or function.kind != "f":
        return None
    may_be_null = {
        (arg["argnumber"] + 1 if arg.tag == "NAMEDARGEXPR" else number): context.judge(arg).nullable
        for number, arg in enumerate(call.nodes("args"), start=1)
    }
    inputs = sum(mode in "ibv" for mode in function.arg_modes)
    if function.strict and not function.returns_set and (any(may_be_null.values()) or len(may_be_null) < inputs):
        return None  # a default may be NULL as well; a function that returns a set returns no row for NULL
    inner = engine.inside(may_be_null)
    scope = inner.scope(query, None)
    if not function.returns_set and not query_always_has_row(scope):
        return None
    return columns_of(scope)
