"""Narrowing: what a condition proves of the rows that pass it.

In: an expression of WHERE, ON, HAVING, FILTER or WHEN, and how it came out (true, false, not true, not NULL). Out:
`Facts`. The surprise: a strict function or operator passes facts on to its arguments even though "strict" never
proves that a result is not NULL: `f(x) = 1` can only be true when x is not NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlwright.codegen.nullability.scope import Atom, Context, Facts, RteKind
from sqlwright.codegen.nullability.shapes import const_bool, is_null_constant, is_repeatable, shape, values_of
from sqlwright.codegen.nullability.verdict import location_of
from sqlwright.codegen.tree import Datum, Node

__all__ = ["is_nonempty_array", "not_null_facts", "when_false", "when_not_false", "when_not_true", "when_true"]

_NOTHING: Final[Facts] = {}
_IS_NULL, _IS_NOT_NULL = 0, 1
_TRUE, _NOT_TRUE, _FALSE, _NOT_FALSE, _IS_UNKNOWN, _NOT_UNKNOWN = range(6)
_EXISTS, _ALL, _ANY, _ROWCOMPARE, _EXPR, _MULTIEXPR, _ARRAY, _CTE = range(8)


def union(parts: Iterable[Facts]) -> Facts:
    """All of them hold: AND."""
    result: dict[Atom, int | None] = {}
    for part in parts:
        for atom, place in part.items():
            result.setdefault(atom, place)
    return result


def intersection(parts: Sequence[Facts]) -> Facts:
    """One of them holds, nobody knows which: OR. `b.x = 1 OR b.y = 2` still proves that the row of b is real."""
    if not parts:
        return _NOTHING
    first, *others = parts
    return {atom: place for atom, place in first.items() if all(atom in other for other in others)}


# --- how a condition came out ---------------------------------------------------------------------------------


def when_true(node: Node | None, context: Context) -> Facts:
    """What holds where the condition is true."""
    if node is None:
        return _NOTHING
    match node.tag:
        case "BOOLEXPR":
            args = node.nodes("args")
            match node["boolop"]:
                case "and":
                    return union(when_true(arg, context) for arg in args)
                case "or":
                    # A branch that is literally false or NULL cannot be the true one.
                    return intersection([when_true(arg, context) for arg in args if not _never_true(arg)])
                case _:
                    return when_false(args[0], context) if args else _NOTHING
        case "NULLTEST":
            return _NOTHING if node["nulltesttype"] == _IS_NULL else _when_is_not_null(node, context)
        case "BOOLEANTEST":
            return _when_tested(node["booltesttype"], node["arg"], context)
        case "DISTINCTEXPR":
            return _NOTHING
        case "SCALARARRAYOPEXPR":
            return _when_array_compared(node, context, true=True)
        case "SUBLINK":
            return _when_sublink_true(node, context)
        case "CASEEXPR":
            return _when_case(node, context, wanted=True)
        case "COALESCEEXPR":
            return intersection([when_true(arg, context) for arg in node.nodes("args") if not _never_true(arg)])
        case "RELABELTYPE" | "COLLATEEXPR" | "COERCETODOMAIN":
            return when_true(node["arg"], context)
        case _:
            return not_null_facts(node, context)


def when_false(node: Node | None, context: Context) -> Facts:
    """What holds where the condition is false (not NULL): NOT, and the earlier branches of CASE."""
    if node is None:
        return _NOTHING
    match node.tag:
        case "BOOLEXPR":
            args = node.nodes("args")
            match node["boolop"]:
                case "and":
                    return intersection([when_false(arg, context) for arg in args])
                case "or":
                    return union(when_false(arg, context) for arg in args)
                case _:
                    return when_true(args[0], context) if args else _NOTHING
        case "NULLTEST":
            if node["nulltesttype"] == _IS_NOT_NULL:
                return _NOTHING
            if node["argisrow"]:
                return _row_is_real(node["arg"], context)
            return not_null_facts(node["arg"], context)
        case "BOOLEANTEST":
            opposite = {_TRUE: _NOT_TRUE, _NOT_TRUE: _TRUE, _FALSE: _NOT_FALSE, _NOT_FALSE: _FALSE}
            opposite |= {_IS_UNKNOWN: _NOT_UNKNOWN, _NOT_UNKNOWN: _IS_UNKNOWN}
            return _when_tested(opposite.get(node["booltesttype"], _IS_UNKNOWN), node["arg"], context)
        case "DISTINCTEXPR":
            return _when_not_distinct(node, context)
        case "SCALARARRAYOPEXPR":
            return _when_array_compared(node, context, true=False)
        case "SUBLINK" | "CASEEXPR":
            return _NOTHING
        case "RELABELTYPE" | "COLLATEEXPR" | "COERCETODOMAIN":
            return when_false(node["arg"], context)
        case "COALESCEEXPR":
            return _NOTHING
        case _:
            return not_null_facts(node, context)


def when_not_true(node: Node | None, context: Context) -> Facts:
    """What holds where the condition is false or NULL: the rows that an earlier WHEN did not take."""
    if node is None:
        return _NOTHING
    if node.tag == "BOOLEXPR":
        args = node.nodes("args")
        match node["boolop"]:
            case "and":
                return intersection([when_not_true(arg, context) for arg in args])
            case "or":
                return union(when_not_true(arg, context) for arg in args)
            case _:
                return when_not_false(args[0], context) if args else _NOTHING
    return when_false(node, context) if _never_null(node) else _NOTHING


def when_not_false(node: Node | None, context: Context) -> Facts:
    """What holds where the condition is true or NULL: a CHECK constraint lets both pass."""
    if node is None:
        return _NOTHING
    if node.tag == "BOOLEXPR":
        args = node.nodes("args")
        match node["boolop"]:
            case "and":
                return union(when_not_false(arg, context) for arg in args)
            case "or":
                return intersection([when_not_false(arg, context) for arg in args])
            case _:
                return when_not_true(args[0], context) if args else _NOTHING
    return when_true(node, context) if _never_null(node) else _NOTHING


def _never_null(node: Node) -> bool:
    """Tests that PostgreSQL answers with true or false only."""
    return node.tag in ("NULLTEST", "BOOLEANTEST", "DISTINCTEXPR") or (
        node.tag == "SUBLINK" and node["subLinkType"] == _EXISTS
    )


def _never_true(node: Node) -> bool:
    return const_bool(node) is False or is_null_constant(node)


def _when_tested(test: int, arg: Node | None, context: Context) -> Facts:
    """`arg IS [NOT] TRUE | FALSE | UNKNOWN` has come out true."""
    match test:
        case 0:
            return when_true(arg, context)
        case 1:
            return when_not_true(arg, context)
        case 2:
            return when_false(arg, context)
        case 3:
            return when_not_false(arg, context)
        case 5:
            return not_null_facts(arg, context)
        case _:
            return _NOTHING


def _when_is_not_null(node: Node, context: Context) -> Facts:
    arg = node["arg"]
    if not isinstance(arg, Node):
        return _NOTHING
    if not node["argisrow"]:
        return not_null_facts(arg, context)
    # `row IS NOT NULL` is true only when every field is not NULL.
    if arg.tag == "ROWEXPR":
        return union(not_null_facts(part, context) for part in arg.nodes("args"))
    real = _row_is_real(arg, context)
    if arg.tag == "VAR" and arg["varattno"] == 0:
        place = context.at_level(arg["varlevelsup"] or 0)
        entry = place.scope.entry(arg["varno"]) if place else None
        names = values_of(entry["eref"], "colnames") if entry is not None and isinstance(entry["eref"], Node) else []
        if place is not None and entry is not None and entry["rtekind"] != RteKind.JOIN:
            columns: dict[Atom, int | None] = {
                ("col", place.scope.number, arg["varno"], index + 1): location_of(node) for index in range(len(names))
            }
            return {**columns, **real}
    return real


def _row_is_real(arg: Node | None, context: Context) -> Facts:
    """A row that is not NULL as a whole: no join has padded it."""
    return not_null_facts(arg, context) if arg is not None and arg.tag != "ROWEXPR" else _NOTHING


def _when_not_distinct(node: Node, context: Context) -> Facts:
    """`a IS NOT DISTINCT FROM b`: when one side is surely not NULL, neither is the other."""
    args = node.nodes("args")
    if len(args) != 2:
        return _NOTHING
    found: list[Facts] = []
    for one, other in (args, args[::-1]):
        surely = (one.tag == "CONST" and not one["constisnull"]) or (
            one.tag == "PARAM" and one["paramkind"] == 0 and not context.engine.parameter_nullable(one["paramid"])
        )
        if surely:
            found.append(not_null_facts(other, context))
    return union(found)


def _when_array_compared(node: Node, context: Context, *, true: bool) -> Facts:
    """`x op ANY (array)`, `x op ALL (array)`; IN and NOT IN over a list are these too.

    The comparison with an empty array is false for ANY and true for ALL whatever x is, NULL included, so that only an
    array that surely has elements says something of x then.
    """
    args = node.nodes("args")
    if len(args) != 2:
        return _NOTHING
    x, array = args
    facts = [not_null_facts(array, context)]
    function = context.function(node["opfuncid"])
    strict = function is not None and function.strict
    if strict and ((true and node["useOr"]) or is_nonempty_array(array)):
        facts.append(not_null_facts(x, context))
    return union(facts)


def is_nonempty_array(node: Node | None) -> bool:
    """An ARRAY[…] with elements, or an array literal with at least one dimension."""
    while node is not None and node.tag in ("RELABELTYPE", "ARRAYCOERCEEXPR", "COLLATEEXPR"):
        node = node["arg"]
    if node is None:
        return False
    if node.tag == "ARRAYEXPR":
        return bool(node.nodes("elements")) and not node["multidims"]
    if node.tag == "CONST" and not node["constisnull"]:
        return array_literal_has(node, elements=True)
    return False


def array_literal_has(node: Node, *, elements: bool = False, nulls: bool = False) -> bool:
    """Whether an array literal surely has elements, or may have NULL ones: read from the header of its stored form."""
    datum = node["constvalue"]
    if not isinstance(datum, Datum) or len(datum.data) < 12:
        return nulls
    word = int.from_bytes(datum.data[:4], "little")
    if word & 3 or word >> 2 != len(datum.data):  # not a plain four-byte header: an array we cannot read
        return nulls
    if elements:
        return int.from_bytes(datum.data[4:8], "little") > 0
    return int.from_bytes(datum.data[8:12], "little") != 0


def _when_case(node: Node, context: Context, *, wanted: bool) -> Facts:
    """CASE came out true (or not NULL): one of the branches that can give that was taken."""
    if node["arg"] is not None:
        return _NOTHING  # `CASE x WHEN …`: its tests speak of a CASETESTEXPR, not of x
    branches: list[Facts] = []
    for when in node.nodes("args"):
        result = when["result"]
        if isinstance(result, Node) and not is_null_constant(result) and not (wanted and const_bool(result) is False):
            target = when_true(result, context) if wanted else not_null_facts(result, context)
            branches.append(union([when_true(when["expr"], context), target]))
    default = node["defresult"]
    if isinstance(default, Node) and not is_null_constant(default) and not (wanted and const_bool(default) is False):
        branches.append(when_true(default, context) if wanted else not_null_facts(default, context))
    return intersection(branches)


# --- subqueries -----------------------------------------------------------------------------------------------


def _when_sublink_true(node: Node, context: Context) -> Facts:
    query = node["subselect"]
    if not isinstance(query, Node):
        return _NOTHING
    match node["subLinkType"]:
        case 0:
            return _facts_of_a_row(query, context)
        case 2:
            return union([when_true(node["testexpr"], context), _facts_of_a_row(query, context)])
        case 4:
            return not_null_facts(node, context)
        case _:  # ALL is true over no rows
            return _NOTHING


def _facts_of_a_row(query: Node, context: Context, *, not_null: bool = False) -> Facts:
    """A subquery has given a row: its conditions held, and those that speak of the queries around it hold out here."""
    if query["commandType"] != 1 or query["setOperations"] is not None:
        return _NOTHING
    if (query["hasAggs"] or query["havingQual"] is not None) and not query["groupClause"]:
        return _NOTHING  # an aggregate without GROUP BY gives its row over no rows at all
    if query["groupingSets"] is not None:
        return _NOTHING
    scope = context.engine.scope(query, context, demanded=frozenset({1}) if not_null else frozenset())
    return {atom: place for atom, place in scope.facts.items() if atom[0] == "param" or atom[1] != scope.number}


# --- not NULL -------------------------------------------------------------------------------------------------


def not_null_facts(node: Node | None, context: Context) -> Facts:
    """What holds where an expression is not NULL: strictness, applied backwards."""
    if node is None:
        return _NOTHING
    match node.tag:
        case "VAR":
            return _var_facts(node, context)
        case "PARAM":
            return {("param", node["paramid"]): location_of(node)} if node["paramkind"] == 0 else _NOTHING
        case "CONST" | "CASETESTEXPR":
            return _NOTHING
        case _:
            return {**_expression_fact(node, context), **_argument_facts(node, context)}


def _argument_facts(node: Node, context: Context) -> Facts:
    match node.tag:
        case "RELABELTYPE" | "COERCEVIAIO" | "ARRAYCOERCEEXPR" | "COLLATEEXPR" | "COERCETODOMAIN" | "FIELDSELECT":
            return not_null_facts(node["arg"], context)
        case "CONVERTROWTYPEEXPR" | "NAMEDARGEXPR":
            return not_null_facts(node["arg"], context)
        case "FUNCEXPR" | "OPEXPR":
            function = context.function(node["funcid"] if node.tag == "FUNCEXPR" else node["opfuncid"])
            if function is None or not function.strict or function.kind != "f" or function.returns_set:
                return _NOTHING
            return union(not_null_facts(arg, context) for arg in node.nodes("args"))
        case "BOOLEXPR":
            args = node.nodes("args")
            return not_null_facts(args[0], context) if node["boolop"] == "not" and args else _NOTHING
        case "COALESCEEXPR" | "MINMAXEXPR":
            return intersection(
                [not_null_facts(arg, context) for arg in node.nodes("args") if not is_null_constant(arg)]
            )
        case "NULLIFEXPR":
            return not_null_facts(node.nodes("args")[0], context) if node.nodes("args") else _NOTHING
        case "CASEEXPR":
            return _when_case(node, context, wanted=False)
        case "SUBSCRIPTINGREF":
            indexes = [*node.nodes("refupperindexpr"), *node.nodes("reflowerindexpr")]
            return union(not_null_facts(arg, context) for arg in [node["refexpr"], *indexes])
        case "SCALARARRAYOPEXPR":
            return _when_array_compared(node, context, true=False)
        case "ROWCOMPAREEXPR":
            pairs = [node.nodes("largs")[:1], node.nodes("rargs")[:1]]
            return union(not_null_facts(arg, context) for side in pairs for arg in side)
        case "SUBLINK":
            if node["subLinkType"] == _EXPR and isinstance(node["subselect"], Node):
                return _facts_of_a_row(node["subselect"], context, not_null=True)
            return _NOTHING
        case _:
            return _NOTHING


def _var_facts(node: Node, context: Context) -> Facts:
    place = context.at_level(node["varlevelsup"] or 0)
    if place is None:
        return _NOTHING
    scope, location = place.scope, location_of(node)
    index: int = node["varno"]
    attnum: int = node["varattno"]
    entry = scope.entry(index)
    if entry is None or node["varreturningtype"]:
        return _NOTHING
    facts: dict[Atom, int | None] = {}
    if attnum != 0:
        facts["col", scope.number, index, attnum] = location
    for atom in scope.pads_of(node):
        facts[atom] = location
    # A column of a join or of a group is an expression over other columns: what holds for it holds for them.
    names = {RteKind.JOIN: "joinaliasvars", RteKind.GROUP: "groupexprs"}
    expressions = entry.nodes(names.get(entry["rtekind"], ""))
    if 0 < attnum <= len(expressions):
        facts = {**not_null_facts(expressions[attnum - 1], Context(scope, place.facts)), **facts}
    return facts


def _expression_fact(node: Node, context: Context) -> Facts:
    """The expression as a whole, so that `WHERE p.data ->> 'k' IS NOT NULL` proves `SELECT p.data ->> 'k'`."""
    if not is_repeatable(node, context):
        return _NOTHING
    return {("expr", context.scope.number, shape(node)): location_of(node)}
