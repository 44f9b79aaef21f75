"""The state of one query level: its range table, what its conditions prove, and who may pad its rows with NULL.

In: a QUERY node and the context of the query around it. Out: `Scope`, one per query level, and `Context`, a place
inside it at which an expression is judged. The surprise: since PostgreSQL 16 every VAR says itself which outer joins
may have set it to NULL (`varnullingrels`); a scope only has to find out which of these joins cannot have done so.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlwright.codegen.catalog import Catalog, CatalogFunction
from sqlwright.codegen.nullability.verdict import ColumnVerdict, Verdict
from sqlwright.codegen.tree import Node

if TYPE_CHECKING:
    from sqlwright.codegen.nullability.engine import Engine

__all__ = ["Atom", "Context", "Facts", "RteKind", "Scope", "pad"]

#: Something known of the rows that remain: ("col", scope, range table index, attnum) the column is not NULL while its
#: row is real · ("pad", scope, join, side) the join has not padded that side · ("expr", scope, shape) the expression
#: is not NULL · ("param", n) the parameter is not NULL · ("group", scope, ref) the grouping expression is not NULL.
Atom: TypeAlias = tuple[object, ...]

#: What is known, each with the byte offset of the condition that proves it.
Facts: TypeAlias = Mapping[Atom, int | None]


class RteKind:
    """Kinds of range table entries (RTEKind in parsenodes.h)."""

    RELATION: Final = 0
    SUBQUERY: Final = 1
    JOIN: Final = 2
    FUNCTION: Final = 3
    TABLEFUNC: Final = 4
    VALUES: Final = 5
    CTE: Final = 6
    NAMED_TUPLESTORE: Final = 7
    RESULT: Final = 8
    GROUP: Final = 9


def pad(scope: Scope, join: int, side: str) -> Atom:
    """The fact that a join has not padded one of its sides."""
    return ("pad", scope.number, join, side)


@dataclass(slots=True, eq=False)
class Scope:
    """One query level. Built by `Engine.scope`, which also fills `facts`."""

    engine: Engine
    number: int
    query: Node
    outer: Context | None
    range_table: Sequence[Node]
    #: for each range table index the sides of joins below which it stands: each may pad its rows
    paddings: dict[int, frozenset[tuple[int, str]]] = field(default_factory=dict[int, frozenset[tuple[int, str]]])
    #: facts of ON clauses that hold once the named facts do
    waiting: list[tuple[frozenset[Atom], Facts]] = field(default_factory=list[tuple[frozenset[Atom], Facts]])
    #: what is known of every row that FROM, WHERE and HAVING leave
    facts: Facts = field(default_factory=dict[Atom, int | None])
    #: what is known where the output is computed: less than `facts` where an aggregate may have seen no row
    output_facts: Facts = field(default_factory=dict[Atom, int | None])
    columns: dict[tuple[int, int], Verdict] = field(default_factory=dict[tuple[int, int], Verdict])
    ctes: dict[str, list[ColumnVerdict] | None] = field(default_factory=dict[str, "list[ColumnVerdict] | None"])
    #: what HAVING and the query around prove of the groups
    group_facts: Facts = field(default_factory=dict[Atom, int | None])
    #: grouping expressions that some grouping set leaves out, once asked for
    left_out: frozenset[Hashable] | None = None
    children: dict[int, list[ColumnVerdict]] = field(default_factory=dict[int, list[ColumnVerdict]])

    @property
    def catalog(self) -> Catalog:
        return self.engine.catalog

    def entry(self, index: int) -> Node | None:
        """The range table entry of a VAR's varno, counted from 1."""
        return self.range_table[index - 1] if 0 < index <= len(self.range_table) else None

    def pads_of(self, var: Node) -> list[Atom]:
        """The facts that together say that no outer join has set this VAR to NULL.

        A server before 16 does not say which joins count at the VAR's place: then all joins above its table do.
        """
        index: int = var["varno"]
        above = self.paddings.get(index, frozenset())
        nulling = var["varnullingrels"]
        if nulling is None:
            return [pad(self, join, side) for join, side in above]
        atoms = [pad(self, join, side) for join, side in above if join in nulling]
        known = {join for join, _ in above}
        for join in nulling:
            entry = self.entry(join)
            if join not in known and (entry is None or entry["rtekind"] != RteKind.GROUP):
                atoms.append(pad(self, join, "?"))  # a join that is not where we looked: never proved
        return atoms

    def closed(self, facts: Facts) -> Facts:
        """All that follows: ON clauses of joins that turned out not to pad speak too."""
        known = dict(facts)
        scope: Scope | None = self
        while scope is not None:
            pending = list(scope.waiting)
            moved = True
            while moved and pending:
                moved = False
                for item in list(pending):
                    if all(atom in known for atom in item[0]):
                        pending.remove(item)
                        for atom, place in item[1].items():
                            if atom not in known:
                                known[atom] = place
                                moved = True
            scope = scope.outer.scope if scope.outer is not None else None
        return known


@dataclass(frozen=True, slots=True)
class Context:
    """A place in a scope: what is known there, beyond what holds for every row of it."""

    scope: Scope
    facts: Facts
    #: after GROUP BY: the columns are those of a group
    grouped: bool = False
    #: inside RETURNING: the target's columns are those of the row that was written
    returning: bool = False
    #: what a CASETESTEXPR stands for
    test: Verdict | None = None
    #: its type
    test_node: Node | None = None

    @property
    def engine(self) -> Engine:
        return self.scope.engine

    @property
    def catalog(self) -> Catalog:
        return self.scope.engine.catalog

    def judge(self, node: Node | None) -> Verdict:
        """The verdict of an expression at this place."""
        return self.scope.engine.judge(node, self)

    def judge_all(self, nodes: Sequence[Node]) -> list[Verdict]:
        return [self.scope.engine.judge(node, self) for node in nodes]

    def with_facts(self, facts: Facts) -> Context:
        """The same place where more is known: a branch of CASE, an aggregate's FILTER."""
        return replace(self, facts=self.scope.closed({**self.facts, **facts})) if facts else self

    def with_test(self, test: Verdict, node: Node | None) -> Context:
        return replace(self, test=test, test_node=node)

    def row(self) -> Context:
        """Before GROUP BY: where the arguments of aggregates are computed."""
        return replace(self, grouped=False)

    def at_level(self, levels: int) -> Context | None:
        """The place in the query `levels` further out at which this query stands, with all that is known here."""
        context = self
        for _ in range(levels):
            if context.scope.outer is None:
                return None
            context = context.scope.outer
        return replace(context, facts=self.facts) if levels else self

    def function(self, oid: int | None) -> CatalogFunction | None:
        return self.catalog.functions.get(oid) if oid else None
