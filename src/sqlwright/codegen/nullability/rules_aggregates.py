"""Rules for aggregates and window functions.

In: AGGREF and WINDOWFUNC nodes. Out: verdicts. The surprise: the argument matters less than the rows. Over no rows,
every aggregate but count gives NULL, and no rows means: no GROUP BY, an empty grouping set, FILTER, or an empty
window frame.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlwright.codegen.nullability.builtins import is_builtin
from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.facts import when_true
from sqlwright.codegen.nullability.grouping import group_may_be_empty
from sqlwright.codegen.nullability.joins import always_has_row
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.verdict import Verdict, all_of, not_null, nullable
from sqlwright.codegen.tree import Node

__all__ = ["aggregate", "count", "window_aggregate", "window_function"]

#: not NULL over any rows, none included
_COUNTS: Final = frozenset({"count", "regr_count"})
#: not NULL over rows that have an argument that is not NULL
_OF_VALUES: Final = frozenset(
    {
        "sum", "avg", "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or", "bit_xor", "string_agg",
        "stddev_pop", "var_pop", "any_value", "range_agg", "range_intersect_agg", "xmlagg",
    }
)  # fmt: skip
#: not NULL over any rows, whatever their arguments
_OF_ROWS: Final = frozenset(
    {
        "array_agg", "json_agg", "jsonb_agg", "json_agg_strict", "jsonb_agg_strict", "json_object_agg",
        "jsonb_object_agg", "json_object_agg_strict", "jsonb_object_agg_strict", "json_object_agg_unique",
        "jsonb_object_agg_unique", "json_object_agg_unique_strict", "jsonb_object_agg_unique_strict", } )  # fmt: skip
#: array_agg(anyarray)
_ARRAY_AGG_OF_ARRAYS: Final = 4053
_ORDERED: Final = frozenset({"percentile_cont", "percentile_disc", "mode"})
_HYPOTHETICAL: Final = frozenset({"rank", "dense_rank", "percent_rank", "cume_dist"})


def _aggregate_name(node: Node, context: Context) -> str | None:
    function = context.function(node["aggfnoid"] if node.tag == "AGGREF" else node["winfnoid"])
    return function.name if function is not None and is_builtin(function) else None


def _filtered(node: Node, context: Context) -> Context:
    """Where the arguments are computed: rows, and of these only the ones that FILTER lets pass.

    An aggregate has more to go by than the row that it ends up in, for WHERE holds for all of its rows; a window
    function has less, for its rows are not those of the CASE branch in which it stands.
    """
    scope = context.scope
    if node.tag == "WINDOWFUNC":
        rows = replace(context, facts=scope.output_facts)
    elif node["agglevelsup"]:
        rows = context
    else:
        rows = replace(context.row(), facts={**context.facts, **scope.facts})
    return rows.with_facts(when_true(node["aggfilter"], rows)) if isinstance(node["aggfilter"], Node) else rows


def _arguments(node: Node) -> list[Node]:
    """AGGREF wraps its arguments in target entries, those of ORDER BY marked as junk; WINDOWFUNC does not."""
    found = [arg["expr"] if arg.tag == "TARGETENTRY" else arg for arg in node.nodes("args") if not arg["resjunk"]]
    return [arg for arg in found if isinstance(arg, Node)]


@rule("AGGREF", "WINDOWFUNC")
def count(node: Node, context: Context) -> Verdict | None:
    """count is 0 over no rows, never NULL; so are the ranks of hypothetical rows.

    https://www.postgresql.org/docs/current/functions-aggregate.html
    """
    name = _aggregate_name(node, context)
    if name in _COUNTS or (name in _HYPOTHETICAL and node["aggkind"] == "h"):
        return not_null(f"{name} never returns NULL", node)
    return None


@rule("AGGREF")
def aggregate(node: Node, context: Context) -> Verdict | None:
    """An aggregate is not NULL over rows that surely exist: under GROUP BY, without an empty grouping set, without
    FILTER.

    sum, avg, min, max and their like also need an argument that is not NULL; array_agg and the JSON aggregates do not.
    Sample statistics (stddev, corr …) are NULL over one row, and nothing is known of users' aggregates.
    https://www.postgresql.org/docs/current/functions-aggregate.html
    """
    name = _aggregate_name(node, context)
    place = _filtered(node, context)
    arguments = place.judge_all(_arguments(node))
    element = _elements_of(name, node, arguments)
    needed: list[Verdict]
    if name in _OF_ROWS:
        needed = []
    elif name in _OF_VALUES:
        needed = arguments[:1]
    elif name in _ORDERED:
        needed = [*arguments, *context.judge_all(node.nodes("aggdirectargs"))]
    else:
        return nullable(f"the aggregate {name or ''} may return NULL".replace("  ", " "), node, element=element)
    fields = arguments[0].fields if name in ("min", "max", "any_value", "mode") and arguments else None
    if isinstance(node["aggfilter"], Node):
        return nullable(f"{name} returns NULL where FILTER leaves no rows", node, element=element, fields=fields)
    owner = context.at_level(node["agglevelsup"] or 0)
    if owner is None:
        return None
    query = owner.scope.query
    if group_may_be_empty(owner.scope) and not (
        query["groupingSets"] is None and always_has_row(owner.scope, query["jointree"])
    ):
        return nullable(f"{name} over no rows returns NULL", node, element=element, fields=fields)
    verdict = all_of(needed, f"{name} of a group, which has at least one row", node)
    return Verdict(verdict.nullable, verdict.reason, verdict.location, element=element, fields=fields)


def _elements_of(name: str | None, node: Node, arguments: list[Verdict]) -> Verdict | None:
    """What array_agg collects; of arrays it builds one more dimension and their elements stay the elements."""
    if name != "array_agg" or not arguments:
        return None
    of_arrays = (node["aggfnoid"] or node["winfnoid"]) == _ARRAY_AGG_OF_ARRAYS
    return arguments[0].element if of_arrays else arguments[0]


# --- windows --------------------------------------------------------------------------------------------------

_END_UNBOUNDED_PRECEDING, _START_UNBOUNDED_FOLLOWING = 0x40, 0x80
_START_BEFORE: Final = 0x20 | 0x200 | 0x800
_END_AFTER: Final = 0x100 | 0x400 | 0x4000
_EXCLUDES_CURRENT: Final = 0x8000 | 0x10000

_RANKS: Final = frozenset({"row_number", "rank", "dense_rank", "percent_rank", "cume_dist"})


def _frame_has_current_row(node: Node, context: Context) -> bool:
    """Whether the window's frame surely holds the row that it is computed for."""
    for window in context.scope.query.nodes("windowClause"):
        if window["winref"] == node["winref"]:
            options = window["frameOptions"] or 0
            return bool(options & _START_BEFORE and options & _END_AFTER and not options & _EXCLUDES_CURRENT)
    return False


@rule("WINDOWFUNC")
def window_function(node: Node, context: Context) -> Verdict | None:
    """Ranks always have a value; lag and lead need a default; first_value and last_value a frame with rows.

    https://www.postgresql.org/docs/current/functions-window.html
    """
    name = _aggregate_name(node, context)
    if node["winagg"]:
        return None
    arguments = _filtered(node, context).judge_all(_arguments(node))
    if name in _RANKS:
        return not_null(f"{name} always has a value", node)
    if name == "ntile":
        return all_of(arguments, "ntile of a number that is not NULL", node)
    fields = arguments[0].fields if arguments else None
    if name in ("lag", "lead"):
        if len(arguments) != 3:
            return nullable(f"{name} without a default is NULL at the edge of the window", node, fields=fields)
        return replace(all_of(arguments, f"{name} has a default that is not NULL", node), fields=fields)
    if name in ("first_value", "last_value"):
        if not _frame_has_current_row(node, context):
            return nullable(f"{name} over an empty frame returns NULL", node, fields=fields)
        return replace(all_of(arguments, f"{name} over a frame that holds the current row", node), fields=fields)
    return nullable(f"{name or 'the window function'} may return NULL", node, fields=fields)


@rule("WINDOWFUNC")
def window_aggregate(node: Node, context: Context) -> Verdict | None:
    """An aggregate over a window is not NULL when its frame surely holds the current row, and that row's argument is
    not.

    https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-WINDOW-FUNCTIONS
    """
    name = _aggregate_name(node, context)
    place = _filtered(node, context)
    arguments = place.judge_all(_arguments(node))
    element = _elements_of(name, node, arguments)
    if name not in _OF_VALUES and name not in _OF_ROWS:
        return nullable(f"the aggregate {name or ''} may return NULL".replace("  ", " "), node, element=element)
    if isinstance(node["aggfilter"], Node):
        return nullable(f"{name} returns NULL where FILTER leaves no rows", node, element=element)
    if not _frame_has_current_row(node, context):
        return nullable(f"{name} over an empty frame returns NULL", node, element=element)
    needed = arguments[:1] if name in _OF_VALUES else []
    verdict = all_of(needed, f"{name} over a frame that holds the current row", node)
    return Verdict(verdict.nullable, verdict.reason, verdict.location, element=element)
