"""A join tree taken apart: its leaves, and the conditions that hold for the rows that come out of it.

In: a query's join tree. Out: `JoinTree`, with each condition under the outer joins that guard it: a condition inside
the null-extended side of an outer join is true only of the rows in which that join matched. The surprise: a strict
condition above an outer join removes its null-extended rows, so that the join is an inner one, whose ON condition then
holds too; hence the tree is taken apart again until nothing new is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.tree import Node, Value
from sqlwright.codegen.trees import GROUP, Scope, bare, conjuncts, count, function_of

__all__ = ["EXACT", "NULL", "SAME", "Binding", "Column", "Equality", "Fixed", "Guard", "JoinTree", "ungrouped"]

# JoinType
_INNER, _LEFT, _FULL, _RIGHT = 0, 1, 2, 3

#: An equality: operator and collation. Values equal under one may differ under another (1.0 and 1.00, 'a' and 'A').
Equality: TypeAlias = "tuple[int, int]"


@dataclass(frozen=True, slots=True)
class Fixed:
    """How far a value is known to be the same in all rows: bit by bit, or only as these equality operators see it."""

    exact: bool = False
    equalities: frozenset[Equality] = frozenset()
    #: it may be NULL in all of them (IS NULL, IS NOT DISTINCT FROM)
    null_safe: bool = False


#: The same value in all rows.
EXACT = Fixed(exact=True)
#: A range table entry and one of its columns.
Column: TypeAlias = "tuple[int, int]"

_BOOLEAN_EQUALITY: Equality = (91, 0)
#: IS NULL, and a value that is the same bit by bit
NULL: Equality = (0, 0)
SAME: Equality = (0, 1)


@dataclass(frozen=True, slots=True)
class Guard:
    """An outer join, seen from inside its null-extended side."""

    preserved: frozenset[int]
    nullable: frozenset[int]


@dataclass(frozen=True, slots=True)
class Binding:
    """`column = value`, true for every row of the result in which the guards' joins matched."""

    column: Column
    equality: Equality
    #: or how far the value is fixed, where it is no expression of this query
    value: Node | Fixed
    guards: tuple[Guard, ...]
    #: IS NOT DISTINCT FROM, IS NULL: also true of NULLs, of which a unique index may hold many
    null_safe: bool = False
    location: int | None = None


@dataclass
class JoinTree:
    """The leaves of a join tree, each with its guards, and what its conditions say."""

    scope: Scope
    catalog: Catalog
    tree: Node | None
    #: HAVING of a query that groups: true of all rows of the groups that are left
    having: Node | None
    #: output columns that are known to be fixed from outside
    outputs: Mapping[int, Fixed]
    #: asks whether the subquery of `x IN (SELECT …)` has one row
    is_single: Callable[[Node], bool]
    leaves: dict[int, tuple[Guard, ...]] = field(default_factory=dict[int, tuple[Guard, ...]])
    bindings: list[Binding] = field(default_factory=list[Binding])
    conditions: list[tuple[Node, tuple[Guard, ...]]] = field(default_factory=list[tuple[Node, tuple[Guard, ...]]])
    #: like bindings, of expressions that are more than a column
    computed: list[tuple[Node, Binding]] = field(default_factory=list[tuple[Node, Binding]])
    #: rows of either side may stand alone, so that one row on each side still makes two
    full_join: bool = False
    _real: set[int] = field(default_factory=set[int])

    def __post_init__(self) -> None:
        while True:
            self._take_apart()
            real = {leaf for node, guards in self.conditions if not guards for leaf in self._proved_real(node)}
            real |= {binding.column[0] for binding in self.bindings if not binding.guards and not binding.null_safe}
            if real <= self._real:
                return
            self._real |= real

    def _take_apart(self) -> None:
        self.leaves.clear()
        self.conditions.clear()
        self.bindings.clear()
        self.computed.clear()
        self.full_join = False
        if self.tree is not None:
            self._visit(self.tree, ())
        if self.having is not None:
            self._condition(self.having, ())
        self._bind_outputs()

    def _visit(self, node: Node, guards: tuple[Guard, ...]) -> None:
        if node.tag == "RANGETBLREF":
            self.leaves[node["rtindex"]] = guards
        elif node.tag == "FROMEXPR":
            for item in node.nodes("fromlist"):
                self._visit(item, guards)
            self._condition(node["quals"], guards)
        elif node.tag == "JOINEXPR":
            left, right = node["larg"], node["rarg"]
            if not (isinstance(left, Node) and isinstance(right, Node)):
                self.full_join = True
                return
            kind = self._strength(node["jointype"], left, right)
            left_guards = right_guards = on_guards = guards
            if kind == _LEFT:
                right_guards = on_guards = (*guards, Guard(_leaves(left), _leaves(right)))
            elif kind == _RIGHT:
                left_guards = on_guards = (*guards, Guard(_leaves(right), _leaves(left)))
            elif kind != _INNER:
                self.full_join = True
                both = _leaves(left) | _leaves(right)
                left_guards = right_guards = (*guards, Guard(both, both))
            self._visit(left, left_guards)
            self._visit(right, right_guards)
            if kind in (_INNER, _LEFT, _RIGHT):
                self._condition(node["quals"], on_guards)

    def _strength(self, kind: Value, left: Node, right: Node) -> int:
        """The join type that is left once a strict condition above has removed null-extended rows."""
        left_real, right_real = bool(_leaves(left) & self._real), bool(_leaves(right) & self._real)
        if kind == _INNER or (kind == _LEFT and right_real) or (kind == _RIGHT and left_real):
            return _INNER
        if kind == _FULL:
            return {(True, True): _INNER, (True, False): _LEFT, (False, True): _RIGHT}.get(
                (left_real, right_real), _FULL
            )
        return kind if isinstance(kind, int) else -1

    # --- facts ---

    def _condition(self, condition: Value, guards: tuple[Guard, ...]) -> None:
        for part in conjuncts(condition):
            self.conditions.append((part, guards))
            self._bind(part, guards)

    def _bind(self, node: Node, guards: tuple[Guard, ...]) -> None:
        null_safe = False
        if node.tag == "BOOLEXPR" and node["boolop"] == "not" and len(inner := node.nodes("args")) == 1:
            if inner[0].tag == "DISTINCTEXPR":
                node, null_safe = inner[0], True
            elif inner[0].tag == "VAR":
                self._add(inner[0], _BOOLEAN_EQUALITY, EXACT, guards, False, node)
                return
        if node.tag == "OPEXPR" or null_safe:
            self._equality(node, node.nodes("args"), guards, null_safe)
        elif node.tag == "SCALARARRAYOPEXPR" and node["useOr"] is True:
            arguments = node.nodes("args")
            array = bare(arguments[1])
            # The elements of ARRAY[$1] may be arrays themselves, of many elements each.
            if len(elements := array.nodes("elements")) == 1 and not array["multidims"]:
                self._equality(node, [arguments[0], elements[0]], guards, False)
        elif node.tag == "SUBLINK" and node["subLinkType"] == 2:
            self._any_subquery(node, guards)
        elif node.tag == "VAR":
            self._add(node, _BOOLEAN_EQUALITY, EXACT, guards, False, node)
        elif node.tag == "BOOLEANTEST" and node["booltesttype"] in (None, 0, 2) and isinstance(node["arg"], Node):
            self._add(node["arg"], _BOOLEAN_EQUALITY, EXACT, guards, False, node)
        elif node.tag == "NULLTEST" and node["nulltesttype"] in (None, 0) and isinstance(node["arg"], Node):
            self._add(node["arg"], NULL, EXACT, guards, True, node)

    def _equality(self, node: Node, arguments: list[Node], guards: tuple[Guard, ...], null_safe: bool) -> None:
        operator = self.catalog.operators.get(count(node["opno"]))
        if operator is None or not operator.is_equality or operator.name != "=" or len(arguments) != 2:
            return
        equality = (operator.oid, count(node["inputcollid"]))
        left, right = arguments
        self._add(left, equality, right, guards, null_safe, node)
        self._add(right, equality, left, guards, null_safe, node)

    def _any_subquery(self, node: Node, guards: tuple[Guard, ...]) -> None:
        """`x IN (SELECT …)` where the subquery has at most one row."""
        subquery = node["subselect"]
        if not isinstance(subquery, Node) or not self.is_single(subquery):
            return
        for part in conjuncts(node["testexpr"]):
            arguments = part.nodes("args")
            operator = self.catalog.operators.get(count(part["opno"]))
            if operator is not None and operator.is_equality and operator.name == "=" and len(arguments) == 2:
                equality = (operator.oid, count(part["inputcollid"]))
                self._add(arguments[0], equality, EXACT, guards, False, node)

    def _add(
        self,
        column: Node,
        equality: Equality,
        value: Node | Fixed,
        guards: tuple[Guard, ...],
        null_safe: bool,
        at: Node,
    ) -> None:
        column = bare(ungrouped(column, self.scope))
        if column.tag == "VAR" and not count(column["varlevelsup"]) and column["varattno"]:
            location = count(at["location"]) if count(at["location"]) > 0 else None
            place = (column["varno"], column["varattno"])
            self.bindings.append(Binding(place, equality, value, guards, null_safe, location))
        elif column.tag not in ("VAR", "CONST", "PARAM", "SUBLINK"):
            location = count(at["location"]) if count(at["location"]) > 0 else None
            self.computed.append((column, Binding((0, 0), equality, value, guards, null_safe, location)))

    def _bind_outputs(self) -> None:
        for entry in self.scope.query.nodes("targetList"):
            fixed = self.outputs.get(entry["resno"])
            expression = entry["expr"]
            if fixed is None or entry["resjunk"] or not isinstance(expression, Node):
                continue
            for equality in [SAME] if fixed.exact else fixed.equalities:
                self._add(expression, equality, EXACT, (), fixed.null_safe, entry)

    def _proved_real(self, node: Node) -> Iterator[int]:
        """Entries that cannot be null-extended where the condition is true."""
        if node.tag == "OPEXPR":
            function = self.catalog.functions.get(function_of(node))
            operands = node.nodes("args") if function is not None and function.strict else []
        elif node.tag == "NULLTEST" and node["nulltesttype"] == 1 and not node["argisrow"]:
            operands = [node["arg"]] if isinstance(node["arg"], Node) else []
        else:
            operands = []
        for operand in operands:
            column = bare(operand)
            if column.tag == "VAR" and not count(column["varlevelsup"]) and column["varattno"]:
                yield column["varno"]


def ungrouped(node: Node, scope: Scope) -> Node:
    """PostgreSQL 18 names grouping expressions by a range table entry of their own."""
    if node.tag == "VAR" and not count(node["varlevelsup"]):
        entry = scope.entry(count(node["varno"]))
        expressions = entry.nodes("groupexprs") if entry is not None and entry["rtekind"] == GROUP else []
        attnum = count(node["varattno"])
        if 0 < attnum <= len(expressions):
            return expressions[attnum - 1]
    return node


def _leaves(node: Node) -> frozenset[int]:
    return frozenset(each["rtindex"] for each in node.walk() if each.tag == "RANGETBLREF")
