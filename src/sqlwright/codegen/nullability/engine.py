"""The machine that applies the rules: it knows no rule itself.

In: the catalog, the parameters, the ordered list of rules. Out: verdicts of expressions and of the columns of a query.
The surprise: facts are gathered from the text of conditions alone and never ask for verdicts, so that they are complete
before the first expression is judged, and judging a subquery can already use what the query around it proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog
from sqlwright.codegen.nullability.definitions import NOTHING, Definitions
from sqlwright.codegen.nullability.facts import not_null_facts, when_true
from sqlwright.codegen.nullability.grouping import group_may_be_empty, is_grouped, left_out_shapes
from sqlwright.codegen.nullability.joins import find_paddings, from_facts
from sqlwright.codegen.nullability.scope import Context, Facts, Scope
from sqlwright.codegen.nullability.shapes import output_entries, shape
from sqlwright.codegen.nullability.verdict import Verdict, nullable
from sqlwright.codegen.tree import Node

__all__ = ["Engine", "Rule", "output_context", "rule"]

Claim: TypeAlias = Callable[[Node, Context], "Verdict | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: for these kinds of nodes, a verdict or None, "I have nothing to say"."""

    tags: frozenset[str]
    claim: Claim

    @property
    def name(self) -> str:
        return self.claim.__name__

    @property
    def doc(self) -> str:
        return self.claim.__doc__ or ""


def rule(*tags: str) -> Callable[[Claim], Rule]:
    """Turn a function into a rule for the named kinds of nodes."""

    def decorate(claim: Claim) -> Rule:
        return Rule(frozenset(tags), claim)

    return decorate


class Engine:
    """Everything that one analysis shares."""

    #: more query levels than any statement needs; beyond it subqueries are judged without what is known around them
    MAX_SCOPES = 3000

    def __init__(
        self,
        catalog: Catalog,
        parameters: Mapping[int, bool],
        rules: Sequence[Rule],
        definitions: Definitions = NOTHING,
        depth: int = 0,
        arguments: Mapping[int, Verdict] | None = None,
    ) -> None:
        self.catalog = catalog
        self.definitions = definitions
        self.rules = rules
        #: how many functions in LANGUAGE sql are being looked into
        self.depth = depth
        #: inside such a function: what is known of the arguments of the call
        self.arguments: Mapping[int, Verdict] = arguments or {}
        #: columns that CHECK constraints keep from being NULL, by table, once asked for
        self.checks: dict[int, dict[int, str]] = {}
        #: columns of stored queries, once asked for
        self.view_columns: dict[int, list[Verdict]] = {}
        self._parameters = parameters
        self._rules: dict[str, list[Rule]] = {}
        for item in rules:
            for tag in item.tags:
                self._rules.setdefault(tag, []).append(item)
        self._scopes = 0

    def inside(self, arguments: Mapping[int, Verdict]) -> Engine:
        """The engine for the body of a function that is called with these arguments."""
        parameters = {number: verdict.nullable for number, verdict in arguments.items()}
        return Engine(self.catalog, parameters, self.rules, self.definitions, self.depth + 1, arguments)

    def is_foreign(self, oid: int) -> bool:
        """Whether a table is a foreign one: its NOT NULL and CHECK constraints are promises of somebody else."""
        relation = self.catalog.relations.get(oid)
        return relation is not None and relation.kind == "f"

    @property
    def exhausted(self) -> bool:
        """Too many scopes have been built: stop analysing the same subquery anew for every use."""
        return self._scopes > self.MAX_SCOPES

    def parameter_nullable(self, number: int) -> bool:
        """Whether the generated function accepts None for `$number`."""
        return self._parameters.get(number, True)

    def judge(self, node: Node | None, context: Context) -> Verdict:
        """The first rule's verdict on an expression; nullable where no rule has one."""
        if node is None:
            return nullable("the expression is missing")
        if context.facts and node.tag not in ("VAR", "CONST", "PARAM"):
            known = self._known_as_a_whole(node, context)
            if known is not None:
                return known
        if context.grouped and (gone := left_out_shapes(context.scope)) and shape(node) in gone:
            return nullable("a grouping set leaves this expression out", node)
        for item in self._rules.get(node.tag, ()):
            verdict = item.claim(node, context)
            if verdict is not None:
                return verdict
        return nullable(f"nothing is known of {node.tag} expressions", node)

    def _known_as_a_whole(self, node: Node, context: Context) -> Verdict | None:
        """The expression stands in a condition that proved it, as it stands here."""
        number = context.scope.number
        if context.returning:  # WHERE has seen the row before it was written
            return None
        if not any(atom[0] == "expr" and atom[1] == number for atom in context.facts):
            return None
        atom = ("expr", number, shape(node))
        if atom not in context.facts or (context.grouped and left_out_shapes(context.scope)):
            return None
        place = context.facts[atom]
        return Verdict(False, "a condition rejects the rows where it is NULL", place)

    def scope(self, query: Node, outer: Context | None, demanded: Iterable[int] = ()) -> Scope:
        """A query level with all its facts; `demanded` are output columns known not to be NULL from outside."""
        self._scopes += 1
        scope = Scope(self, self._scopes, query, outer, query.nodes("rtable"))
        find_paddings(scope)
        inherited: Facts = outer.facts if outer is not None else {}
        known = from_facts(scope, inherited)
        place = Context(scope, known)
        output = dict(when_true(query["havingQual"], place))
        entries = output_entries(query)
        # A window function also sees rows that the query around this one drops: what is known of the rows that remain
        # says nothing of them.
        if query["commandType"] == 1 and query["setOperations"] is None and not query["hasWindowFuncs"]:
            for number in demanded:
                if 0 < number <= len(entries):
                    output.update(not_null_facts(entries[number - 1]["expr"], place))
        scope.group_facts = output
        scope.facts = scope.closed({**known, **output}) if output else known
        scope.output_facts = scope.facts
        if is_grouped(query) and group_may_be_empty(scope):
            # The row of an aggregate over no rows: WHERE has let no row pass, and proves nothing of parameters and
            # of the columns of queries around this one.
            own = {atom: it for atom, it in known.items() if atom[0] in ("col", "pad") and atom[1] == scope.number}
            scope.output_facts = scope.closed({**inherited, **own, **output})
        return scope


def output_context(scope: Scope) -> Context:
    """The place where a query's output is computed."""
    query = scope.query
    select = query["commandType"] == 1
    return Context(scope, scope.output_facts, grouped=select and is_grouped(query), returning=not select)
