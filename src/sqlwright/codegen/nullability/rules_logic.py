"""Rules for conditions, branches and the forms that choose between values.

In: BOOLEXPR, NULLTEST, CASEEXPR, COALESCEEXPR and their kin. Out: verdicts. The surprise: a branch of CASE knows that
its WHEN came out true and that the earlier ones did not, so that `CASE WHEN x IS NULL THEN 0 ELSE x END` is never
NULL.
"""

from __future__ import annotations

from dataclasses import replace

from sqlwright.codegen.nullability.engine import rule
from sqlwright.codegen.nullability.exhaustive import leaves_nothing_out
from sqlwright.codegen.nullability.facts import when_not_false, when_not_true, when_true
from sqlwright.codegen.nullability.scope import Atom, Context
from sqlwright.codegen.nullability.shapes import const_bool, is_null_constant
from sqlwright.codegen.nullability.verdict import Verdict, all_of, any_of, merged, not_null, nullable
from sqlwright.codegen.tree import Node

__all__ = ["boolean", "case", "coalesce", "coalesce_of_full_join", "greatest", "nullif", "test_of_null"]

_IS_NOT_NULL = 1


@rule("NULLTEST", "BOOLEANTEST", "DISTINCTEXPR")
def test_of_null(node: Node, _context: Context) -> Verdict | None:
    """IS [NOT] NULL, IS [NOT] TRUE / FALSE / UNKNOWN and IS [NOT] DISTINCT FROM answer true or false, never NULL.

    https://www.postgresql.org/docs/current/functions-comparison.html
    """
    return not_null("such a test never returns NULL", node)


@rule("BOOLEXPR")
def boolean(node: Node, context: Context) -> Verdict | None:
    """AND, OR and NOT are not NULL when their operands are not.

    `x IS NOT NULL AND x > 2` is not NULL either: AND is NULL only where no operand is false and one is NULL, and where
    none is false x is not NULL. OR is NULL only where no operand is true.
    https://www.postgresql.org/docs/current/functions-logical.html
    """
    args = node.nodes("args")
    decides = {"and": False, "or": True}.get(node["boolop"])
    if decides is not None and any(const_bool(arg) is decides for arg in args):
        return not_null("one operand decides the result", node)
    plain = all_of(context.judge_all(args), "no operand is NULL", node)
    if decides is None or not plain.nullable:
        return plain
    came_out = when_not_true if decides else when_not_false
    facts: dict[Atom, int | None] = {}
    for arg in args:
        facts.update(came_out(arg, context))
    if not facts:
        return plain
    inside = all_of(context.with_facts(facts).judge_all(args), "where an operand is NULL, another one decides", node)
    return plain if inside.nullable else inside


@rule("COALESCEEXPR")
def coalesce_of_full_join(node: Node, context: Context) -> Verdict | None:
    """COALESCE(a.id, b.id) over a FULL JOIN: a row comes from one side at least, so not both are padded by that join.

    This is also what `USING (id)` gives for a FULL JOIN.
    https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN
    """
    missing: dict[Atom, Node] = {}
    for arg in node.nodes("args"):
        lone = _lone_padding(arg, context)
        if lone is not None:
            missing[lone] = arg
    for atom in missing:
        other = (*atom[:3], "left" if atom[3] == "right" else "right")
        if other in missing:
            return not_null("a FULL JOIN has a row on one side at least", node)
    return None


def _lone_padding(node: Node, context: Context) -> Atom | None:
    """The one padding that stands between a column and not NULL."""
    while node.tag in ("RELABELTYPE", "COLLATEEXPR"):
        node = node["arg"]
    if node.tag != "VAR" or node["varlevelsup"]:
        return None
    open_pads = [atom for atom in context.scope.pads_of(node) if atom not in context.facts]
    if len(open_pads) != 1:
        return None
    real = context.with_facts({open_pads[0]: None})
    return None if real.judge(node).nullable else open_pads[0]


@rule("COALESCEEXPR")
def coalesce(node: Node, context: Context) -> Verdict | None:
    """COALESCE is not NULL when one of its arguments is not; its parts are those of any argument.

    https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-COALESCE-NVL-IFNULL
    """
    return _chosen(context.judge_all(node.nodes("args")), node)


@rule("MINMAXEXPR")
def greatest(node: Node, context: Context) -> Verdict | None:
    """GREATEST and LEAST pass over NULL: they are not NULL when one argument is not.

    https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-GREATEST-LEAST
    """
    return _chosen(context.judge_all(node.nodes("args")), node)


def _chosen(parts: list[Verdict], node: Node) -> Verdict:
    shape = merged(parts)
    return replace(any_of(parts, node), element=shape.element, fields=shape.fields, always_null=shape.always_null)


@rule("NULLIFEXPR")
def nullif(node: Node, context: Context) -> Verdict | None:
    """NULLIF is NULL where its arguments are equal: that is its purpose.

    https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-NULLIF
    """
    args = context.judge_all(node.nodes("args"))
    return nullable(
        "NULLIF returns NULL where its arguments are equal", node, element=args[0].element if args else None
    )


@rule("CASEEXPR")
def case(node: Node, context: Context) -> Verdict | None:
    """CASE is not NULL when no branch that can be reached is; without ELSE one may be missing, unless the branches
    leave nothing out.

    A branch knows that its condition is true and that the earlier ones were not. Branches behind a condition that is
    surely not true, such as IS NULL of what is not NULL, are never taken; those behind a true one end the search.
    https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-CASE
    """
    results: list[Verdict] = []
    place = context
    simple = node["arg"] is not None
    for when in node.nodes("args"):
        condition = when["expr"]
        if not isinstance(condition, Node):
            return None
        outcome = _outcome(condition, place)
        if outcome is False or is_null_constant(condition):
            continue
        inside = place if simple else place.with_facts(when_true(condition, place))
        results.append(inside.judge(when["result"]))
        if outcome is True:
            return merged(results)
        if not simple:
            place = place.with_facts(when_not_true(condition, place))
    default = node["defresult"]
    if not isinstance(default, Node) or is_null_constant(default):
        if results and leaves_nothing_out(node, context):
            return merged(results)
        shape = merged(results) if results else None
        return nullable(
            "CASE without ELSE returns NULL where no branch applies" if default is None or default["location"] == -1
            else "the ELSE branch is NULL",
            node,
            element=shape.element if shape else None,
            fields=shape.fields if shape else None,
        )  # fmt: skip
    results.append(place.judge(default))
    return merged(results)


def _outcome(condition: Node, place: Context) -> bool | None:
    """What a condition surely comes out as, or None: literals, and IS [NOT] NULL of what is not NULL."""
    if condition.tag == "BOOLEXPR":
        outcomes = [_outcome(arg, place) for arg in condition.nodes("args")]
        if condition["boolop"] == "not":
            return None if outcomes[0] is None else not outcomes[0]
        decisive = bool(condition["boolop"] == "or")
        if decisive in outcomes:
            return decisive
        return None if None in outcomes else not decisive
    if condition.tag != "NULLTEST":
        return const_bool(condition)
    tested = place.judge(condition["arg"])
    if tested.nullable:
        return None
    if not condition["argisrow"]:
        return bool(condition["nulltesttype"] == _IS_NOT_NULL)
    # A row IS NULL when all its fields are, and IS NOT NULL when none is.
    if condition["nulltesttype"] == _IS_NOT_NULL:
        return True if tested.fields and not any(each.verdict.nullable for each in tested.fields) else None
    return False if tested.fields and not all(each.verdict.nullable for each in tested.fields) else None
