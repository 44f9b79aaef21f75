"""CASE without ELSE whose branches leave nothing out.

In: a CASE and the place where it stands. Out: whether one of its branches applies to every row. The surprise: the
labels of an enum are counted, not compared: constants of one enum type that differ are different labels of it, so that
as many constants as the type has labels are all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from sqlwright.codegen.nullability.builtins import FIRST_USER_OID, null_class
from sqlwright.codegen.nullability.scope import Context
from sqlwright.codegen.nullability.shapes import const_bool, is_repeatable, shape, type_of
from sqlwright.codegen.tree import Datum, Node

__all__ = ["leaves_nothing_out"]

_BOOL: Final = 16
_IS_NULL: Final = 0

#: comparisons of which one is true for any two values that are not NULL
_TOGETHER: Final = (
    frozenset({"<", ">="}),
    frozenset({">", "<="}),
    frozenset({"=", "<>"}),
    frozenset({"<", "=", ">"}),
)
#: the built-in types in whose order any two values are less, equal or greater: numbers, texts, dates and the like
_ORDERED: Final = frozenset({20, 21, 23, 700, 701, 1700, 25, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 2950})


def leaves_nothing_out(node: Node, context: Context) -> bool:
    """Whether some WHEN of this CASE is true for every row.

    Sound where the tested values are not NULL, are the same in every WHEN (nothing volatile), and the tests are all
    labels of an enum, both truth values, a test and its opposite, or comparisons that together cover every order.
    """
    tests = [when["expr"] for when in node.nodes("args")]
    conditions = [test for test in tests if isinstance(test, Node)]
    simple = node["arg"] if isinstance(node["arg"], Node) else None
    constants: dict[Hashable, tuple[Node, set[Hashable]]] = {}
    comparisons: dict[Hashable, tuple[list[Node], set[str]]] = {}
    null_tests: dict[Hashable, set[int]] = {}
    for condition in _alternatives(conditions):
        if condition.tag == "NULLTEST" and not condition["argisrow"] and isinstance(condition["arg"], Node):
            if is_repeatable(condition["arg"], context):
                null_tests.setdefault(shape(condition["arg"]), set()).add(condition["nulltesttype"])
            continue
        for subject, value in _equalities(condition, simple, context):
            constants.setdefault(shape(subject), (subject, set()))[1].add(value)
        if simple is None and condition.tag == "OPEXPR" and len(condition.nodes("args")) == 2:
            name = _comparison(condition, context)
            if name is not None:
                args = condition.nodes("args")
                comparisons.setdefault(tuple(shape(it) for it in args), (args, set()))[1].add(name)
    return (
        any(len(kinds) == 2 for kinds in null_tests.values())
        or any(_covers(subject, values, context) for subject, values in constants.values())
        or any(
            any(each <= names for each in _TOGETHER) and all(_is_certain(it, context) for it in args)
            for args, names in comparisons.values()
        )
    )


def _alternatives(conditions: list[Node]) -> Iterator[Node]:
    for condition in conditions:
        if condition.tag == "BOOLEXPR" and condition["boolop"] == "or":
            yield from _alternatives(condition.nodes("args"))
        else:
            yield condition


def _equalities(condition: Node, simple: Node | None, context: Context) -> Iterator[tuple[Node, Hashable]]:
    """`x = constant`, `x IN (constants)`, and a boolean or its negation as condition."""
    if condition.tag == "SCALARARRAYOPEXPR":
        args = condition.nodes("args")
        operator = context.catalog.operators.get(condition["opno"])
        if operator is not None and operator.is_equality and condition["useOr"] and args[1].tag == "ARRAYEXPR":
            tested = type_of(args[0], context)[0]
            for element in args[1].nodes("elements"):
                value = _constant(element)
                if value is not None and element["consttype"] == tested:
                    yield args[0], value
        return
    if condition.tag == "OPEXPR":
        args = condition.nodes("args")
        operator = context.catalog.operators.get(condition["opno"])
        if operator is None or not operator.is_equality or len(args) != 2:
            return
        for one, two in (args, args[::-1]):
            value = _constant(two)
            if value is not None and type_of(one, context)[0] == two["consttype"]:
                if one.tag == "CASETESTEXPR" and simple is not None:
                    yield simple, value
                elif simple is None:
                    yield one, value
        return
    if simple is not None:
        return
    if condition.tag == "BOOLEXPR" and condition["boolop"] == "not":
        yield condition.nodes("args")[0], False
    elif type_of(condition, context)[0] == _BOOL:
        yield condition, True


def _constant(node: Node) -> Hashable | None:
    if node.tag != "CONST" or node["constisnull"] is not False:
        return None
    if node["consttype"] == _BOOL:
        return const_bool(node)
    value = node["constvalue"]
    return value.data if isinstance(value, Datum) else None


def _covers(subject: Node, values: set[Hashable], context: Context) -> bool:
    type_oid, _ = type_of(subject, context)
    kind = context.catalog.types.get(type_oid)
    if type_oid == _BOOL:
        wanted = 2
    elif kind is not None and kind.kind == "e" and kind.labels:
        wanted = len(kind.labels)
    else:
        return False
    return len(values) >= wanted and _is_certain(subject, context)


def _comparison(condition: Node, context: Context) -> str | None:
    """The sign of a comparison of two values of one built-in type that has a total order."""
    operator = context.catalog.operators.get(condition["opno"])
    function = context.function(condition["opfuncid"])
    types = {type_of(it, context)[0] for it in condition.nodes("args")}
    if operator is None or operator.oid >= FIRST_USER_OID or function is None or len(types) != 1:
        return None
    safe = types <= _ORDERED and null_class(function, context.catalog.server_version) == "strict"
    return operator.name if safe else None


def _is_certain(node: Node, context: Context) -> bool:
    return is_repeatable(node, context) and not context.judge(node).nullable
