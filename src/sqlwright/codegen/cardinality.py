"""How many rows a statement can return: none, at most one, exactly one, or many, with the reason.

In: the analysed query tree and the catalogs. Out: a `CardinalityVerdict`. Many is the answer wherever fewer cannot be
proved. The surprise: nothing here looks at data or plans; a proof rests on unique keys bound by equality
(uniqueness.py), on LIMIT, on aggregates, and on what each command does once per target row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.ir import Cardinality
from sqlwright.codegen.joins import Fixed
from sqlwright.codegen.tree import Node, Value
from sqlwright.codegen.trees import (
    CTE,
    DELETE,
    FUNCTION,
    INSERT,
    MERGE,
    RELATION,
    RESULT,
    SELECT,
    SUBQUERY,
    UPDATE,
    UTILITY,
    VALUES,
    Scope,
    conjuncts,
    constant,
    count,
    is_null_constant,
    visible_columns,
)
from sqlwright.codegen.uniqueness import FromClause, SingleRow
from sqlwright.codegen.wording import Clause, Clue, SetOperator, first_place

__all__ = ["CardinalityVerdict", "analyse_cardinality"]

_UNION, _INTERSECT, _EXCEPT = 1, 2, 3
_NOT_MATCHED_BY_SOURCE = 1
#: The place of a verdict that is the whole statement's.
_FIRST_WORD = 0
#: Utility statements that return rows; all others return none.
_UTILITY_ROWS = {"EXPLAINSTMT": "EXPLAIN", "FETCHSTMT": "FETCH", "EXECUTESTMT": "EXECUTE"}


@dataclass(frozen=True, slots=True)
class CardinalityVerdict:
    """How many rows, and why; `location` is where the reason points at a place: an offset, or what to look for."""

    cardinality: Cardinality
    reason: str
    location: Clue | None = None


@dataclass(frozen=True, slots=True)
class _Bound:
    """At most one row, at least one row, and the reason: of the upper bound, or of there being none."""

    at_most_one: bool
    at_least_one: bool
    reason: str
    location: Clue | None = None


def analyse_cardinality(query: Node, catalog: Catalog) -> CardinalityVerdict:
    """How many rows the statement can return. Whatever the tree holds, there is an answer."""
    try:
        verdict = _verdict(query, catalog)
    except (TypeError, AttributeError, ValueError, KeyError, IndexError, RecursionError):
        # A tree of another shape than the versions that we know.
        return CardinalityVerdict(Cardinality.MANY, "the statement's tree is not understood")
    # What a rule put in the statement's place is not written in it.
    return replace(verdict, location=None) if count(query["querySource"]) else verdict


def _verdict(query: Node, catalog: Catalog) -> CardinalityVerdict:
    if query["commandType"] == UTILITY:
        return _utility(query)
    if query["commandType"] != SELECT and not query.nodes("returningList"):
        return CardinalityVerdict(Cardinality.NONE, "there is no RETURNING")
    bound = _Rows(catalog, several_writes=_writes(query) > 1).bound(Scope(query), {})
    if not bound.at_most_one:
        return CardinalityVerdict(Cardinality.MANY, bound.reason, bound.location)
    kind = Cardinality.ONE if bound.at_least_one else Cardinality.AT_MOST_ONE
    return CardinalityVerdict(kind, bound.reason, bound.location)


def _writes(query: Node) -> int:
    """How many parts of a statement write: itself, and those in its WITH, which is the only place for others."""
    parts = [query, *(each["ctequery"] for each in query.nodes("cteList"))]
    return sum(isinstance(each, Node) and each["commandType"] != SELECT for each in parts)


def _utility(query: Node) -> CardinalityVerdict:
    statement = query["utilityStmt"]
    if not isinstance(statement, Node):
        return CardinalityVerdict(Cardinality.MANY, "the statement is not understood")
    if statement.tag == "CALLSTMT":
        if statement.nodes("outargs"):
            return CardinalityVerdict(Cardinality.ONE, "CALL returns the OUT arguments as one row", _FIRST_WORD)
        return CardinalityVerdict(Cardinality.NONE, "the procedure has no OUT arguments")
    if statement.tag == "VARIABLESHOWSTMT":
        if statement.text("name") == "all":
            return CardinalityVerdict(Cardinality.MANY, "SHOW ALL returns all settings", _FIRST_WORD)
        return CardinalityVerdict(Cardinality.ONE, "SHOW returns one setting", _FIRST_WORD)
    if statement.tag in _UTILITY_ROWS:
        reason = f"{_UTILITY_ROWS[statement.tag]} may return many rows"
        return CardinalityVerdict(Cardinality.MANY, reason, _FIRST_WORD)
    return CardinalityVerdict(Cardinality.NONE, "a utility statement returns no rows")


class _Rows:
    """Bounds on the rows of queries; one instance per statement."""

    def __init__(self, catalog: Catalog, *, several_writes: bool) -> None:
        self._catalog = catalog
        self._several_writes = several_writes
        # Views in views are asked about again and again by the queries around them.
        self._known: dict[tuple[int, frozenset[tuple[int, Fixed]]], _Bound] = {}

    def bound(self, scope: Scope, outputs: Mapping[int, Fixed]) -> _Bound:
        """Bounds on a query's rows, of those whose output columns have the fixed values that are given."""
        key = (id(scope.query), frozenset(outputs.items()))
        if key not in self._known:
            self._known[key] = self._bound(scope, outputs)
        return self._known[key]

    def _bound(self, scope: Scope, outputs: Mapping[int, Fixed]) -> _Bound:
        query = scope.query
        command = query["commandType"]
        if command == SELECT:
            return self._select(scope, outputs)
        if command == INSERT:
            return self._insert(scope)
        if command in (UPDATE, DELETE):
            return self._update(scope)
        if command == MERGE:
            return self._merge(scope)
        return _Bound(False, False, "the statement is not understood")

    def single(self, scope: Scope, outputs: Mapping[int, Fixed]) -> SingleRow:
        """The upper bound alone, as uniqueness.py asks for it."""
        bound = self.bound(scope, outputs)
        return SingleRow(bound.at_most_one, bound.reason, bound.location)

    # --- SELECT ---

    def _select(self, scope: Scope, outputs: Mapping[int, Fixed]) -> _Bound:
        query = scope.query
        if query["setOperations"] is not None:
            bound = self._set_operation(scope, query["setOperations"], outputs)
        else:
            bound = self._plain(scope, outputs)
        if query.nodes("rowMarks") and bound.at_least_one:
            bound = replace(
                bound, at_least_one=False
            )  # a row that changes or is skipped while it is locked is left out
        return self._limit(scope, bound)

    def _plain(self, scope: Scope, outputs: Mapping[int, Fixed]) -> _Bound:
        query = scope.query
        groups, sets = query.nodes("groupClause"), query.nodes("groupingSets")
        tree = query["jointree"] if isinstance(query["jointree"], Node) else None
        having = query["havingQual"] if isinstance(query["havingQual"], Node) else None
        clause = FromClause(scope, self._catalog, self.single, tree, having if groups and not sets else None, outputs)
        if not groups and (query["hasAggs"] or having is not None or sets):
            if len(sets) > 1 or any(not _is_empty_set(each) for each in sets):
                return _grouping_sets(sets)
            location: Clue | None = _aggregate(query)
            if location is None and having is not None:
                location = _clause(scope, "HAVING")
            bound = _Bound(True, having is None, "an aggregate without GROUP BY returns one row", location)
        else:
            bound = self._from(scope, clause)
            if sets:
                return _grouping_sets(sets)
            if groups:
                if not bound.at_most_one and _all_fixed(query, groups, clause):
                    reason = "every GROUP BY expression has one value"
                    bound = replace(bound, at_most_one=True, reason=reason, location=_clause(scope, "GROUP", "BY"))
                elif not bound.at_most_one:
                    bound = replace(
                        bound, reason="GROUP BY may give many groups", location=_clause(scope, "GROUP", "BY")
                    )
                if having is not None:
                    bound = replace(bound, at_least_one=False)
        if query["hasTargetSRFs"]:
            bound = _set_returning(query)
        distinct = query.nodes("distinctClause")
        # DISTINCT ON with ORDER BY may be computed before the sets of the select list are: then it does not cut them.
        expanded = query["hasTargetSRFs"] and query["hasDistinctOn"]
        if distinct and not sets and not expanded and not bound.at_most_one and _all_fixed(query, distinct, clause):
            reason = "every DISTINCT expression has one value"
            bound = replace(bound, at_most_one=True, reason=reason, location=_clause(scope, "DISTINCT"))
        return bound

    def _from(self, scope: Scope, clause: FromClause) -> _Bound:
        tree = scope.query["jointree"]
        at_least_one = isinstance(tree, Node) and self._at_least_one(scope, tree)
        never = _never(tree)
        if never is not None:
            return _Bound(True, False, "its condition is never true", first_place(never))
        if not clause.leaves:
            return _Bound(not clause.full_join, at_least_one, "there is no FROM", _clause(scope, "SELECT"))
        return _proofs(clause, clause.leaves, at_least_one)

    def _at_least_one(self, scope: Scope, node: Node) -> bool:
        """Whether a join tree yields a row whatever the tables hold."""
        if node.tag == "FROMEXPR":
            return _always(node["quals"]) and all(self._at_least_one(scope, each) for each in node.nodes("fromlist"))
        if node.tag == "JOINEXPR":
            left, right = node["larg"], node["rarg"]
            if not (isinstance(left, Node) and isinstance(right, Node)):
                return False
            kind = count(node["jointype"])
            if kind == 1:
                return self._at_least_one(scope, left)
            if kind == 3:
                return self._at_least_one(scope, right)
            if kind == 2:
                return self._at_least_one(scope, left) or self._at_least_one(scope, right)
            return (
                kind == 0
                and _always(node["quals"])
                and self._at_least_one(scope, left)
                and self._at_least_one(scope, right)
            )
        entry = scope.entry(node["rtindex"]) if node.tag == "RANGETBLREF" else None
        return entry is not None and self._entry_at_least_one(scope, entry)

    def _entry_at_least_one(self, scope: Scope, entry: Node) -> bool:
        kind = entry["rtekind"] or RELATION
        if kind == RELATION:
            relation = self._catalog.relations.get(count(entry["relid"]))
            return relation is not None and relation.kind == "S"
        if kind == SUBQUERY and isinstance(entry["subquery"], Node):
            return self.bound(Scope(entry["subquery"], scope), {}).at_least_one
        if kind == CTE:
            found = scope.common_table(entry)
            query = found[0]["ctequery"] if found else None
            if found is None or not isinstance(query, Node) or entry["self_reference"] is True:
                return False
            return self.bound(Scope(query, found[1]), {}).at_least_one
        if kind == FUNCTION:
            calls = [part["funcexpr"] for part in entry.nodes("functions")]
            return any(isinstance(call, Node) and call["funcretset"] is not True for call in calls)
        return kind == RESULT or (kind == VALUES and bool(entry["values_lists"]))

    def _set_operation(self, scope: Scope, node: Node, outputs: Mapping[int, Fixed]) -> _Bound:
        if node.tag == "RANGETBLREF":
            entry = scope.entry(node["rtindex"])
            subquery = entry["subquery"] if entry is not None else None
            if not isinstance(subquery, Node):
                return _Bound(False, False, "an arm of the set operation is not understood")
            return self.bound(Scope(subquery, scope), _uncast(subquery, scope.query, outputs))
        left = self._set_operation(scope, node["larg"], outputs)
        right = self._set_operation(scope, node["rarg"], outputs)
        if node["op"] == _UNION:
            at_least_one = left.at_least_one or right.at_least_one
            if not node["all"] and len(self._shared(node, outputs)) == len(node.nodes("groupClauses")) > 0:
                reason = "UNION keeps one of equal rows, and every column has one value"
                return _Bound(True, at_least_one, reason, _operator(scope.query, node))
            return _Bound(False, at_least_one, "UNION returns the rows of both sides", _operator(scope.query, node))
        if node["op"] == _INTERSECT:
            if not left.at_most_one:
                # The right side's rows are equal to the left side's as the operation sees it, not bit by bit.
                shared = self._shared(node, outputs)
                right = self._set_operation(scope, node["rarg"], shared)
                left = right if right.at_most_one else left
            return replace(left, at_least_one=False)
        if node["op"] == _EXCEPT:
            return replace(left, at_least_one=False)
        return _Bound(False, False, "the set operation is not understood")

    def _shared(self, node: Node, outputs: Mapping[int, Fixed]) -> dict[int, Fixed]:
        """The fixed columns that are equal to a set operation as well, which compares by operators of its own."""
        collations = node.fields.get("colCollations")
        columns = zip(node.nodes("groupClauses"), collations if isinstance(collations, list) else [], strict=False)
        shared: dict[int, Fixed] = {}
        for number, (clause, collation) in enumerate(columns, start=1):
            fixed = outputs.get(number, Fixed())
            equality = (count(clause["eqop"]), count(collation))
            finer = fixed.exact or any(
                operator == equality[0] and (used == equality[1] or used not in self._catalog.nondeterministic)
                for operator, used in fixed.equalities
            )
            if finer:
                shared[number] = Fixed(False, frozenset([equality]), fixed.null_safe)
        return shared

    def _limit(self, scope: Scope, bound: _Bound) -> _Bound:
        query = scope.query
        offset, limit = query["limitOffset"], query["limitCount"]
        if isinstance(offset, Node) and not is_null_constant(offset) and constant(offset) != 0:
            bound = replace(bound, at_least_one=False)
        if not isinstance(limit, Node) or is_null_constant(limit):
            return bound
        rows = constant(limit)
        if not isinstance(rows, int):
            return replace(bound, at_least_one=False)
        # FETCH FIRST ROW ONLY has no number to point at.
        constant_at = first_place(limit)
        location: Clue = _clause(scope, "FETCH") if constant_at is None else constant_at
        if rows < 1:
            reason = "LIMIT 0 returns nothing"
            return replace(bound, at_least_one=False, at_most_one=True, reason=reason, location=location)
        if rows > 1 or query["limitOption"] or bound.at_most_one:  # limitOption 1: WITH TIES
            return bound
        return replace(bound, at_most_one=True, reason="LIMIT 1", location=location)

    # --- INSERT, UPDATE, DELETE, MERGE ---

    def _insert(self, scope: Scope) -> _Bound:
        query = scope.query
        clause = FromClause(scope, self._catalog, self.single, query["jointree"])
        bound = self._from(scope, clause)
        if not clause.leaves and bound.at_most_one:
            bound = replace(bound, reason="INSERT … VALUES inserts one row", location=_clause(scope, "VALUES"))
        if query["hasTargetSRFs"]:
            bound = _set_returning(query)
        conflict = query["onConflict"]
        if isinstance(conflict, Node):
            if conflict["action"] == 1:
                bound = self._maybe(bound, "ON CONFLICT DO NOTHING may skip it", _clause(scope, "CONFLICT"))
            elif conflict["onConflictWhere"] is not None:
                location = first_place(conflict["onConflictWhere"])
                bound = self._maybe(bound, "the WHERE of DO UPDATE may skip it", location)
            elif self._several_writes:
                # The second update of a row within one statement does nothing, and says nothing.
                reason = "another part of the statement may have updated its row already"
                bound = self._maybe(bound, reason, _clause(scope, "CONFLICT"))
        target = self._target(scope)
        if target is None or target.kind == "v":
            return self._maybe(bound, "a trigger may skip it")
        events = "IU" if isinstance(conflict, Node) else "I"
        if any(event in target.before_row_triggers for event in events):
            return self._maybe(bound, f"a BEFORE trigger of {target.display} may skip it")
        tables = (target.oid, *target.descendants)
        if any(self._catalog.relations[oid].kind == "f" for oid in tables if oid in self._catalog.relations):
            return self._maybe(bound, "the foreign server may skip it")
        return self._maybe(bound, "a rule may skip it") if target.has_rules else bound

    def _update(self, scope: Scope) -> _Bound:
        """UPDATE and DELETE: each row of the target at most once, however many rows of FROM or USING it meets."""
        clause = FromClause(scope, self._catalog, self.single, scope.query["jointree"])
        if any(part.tag == "CURRENTOFEXPR" for part in _top_conditions(scope.query["jointree"])):
            return _Bound(True, False, "WHERE CURRENT OF names one row", _clause(scope, "CURRENT", "OF"))
        if (never := _never(scope.query["jointree"])) is not None:
            return _Bound(True, False, "its condition is never true", first_place(never))
        return _proofs(clause, [count(scope.query["resultRelation"])], False)

    def _merge(self, scope: Scope) -> _Bound:
        """MERGE: for a source of at most one row, the one target row that it matches, or the one that is inserted."""
        query = scope.query
        if any(each["matchKind"] == _NOT_MATCHED_BY_SOURCE for each in query.nodes("mergeActionList")):
            reason = "WHEN NOT MATCHED BY SOURCE may act on many rows"
            return _Bound(False, False, reason, _clause(scope, "NOT", "MATCHED", "BY", "SOURCE"))
        target = count(query["resultRelation"])
        join = Node(
            "JOINEXPR",
            {
                "jointype": 1,
                "larg": query["jointree"],
                "rarg": Node("RANGETBLREF", {"rtindex": target}),
                "quals": query["mergeJoinCondition"],
            },
        )
        clause = FromClause(scope, self._catalog, self.single, join)
        return _proofs(clause, clause.leaves, False)

    def _target(self, scope: Scope) -> CatalogRelation | None:
        entry = scope.entry(count(scope.query["resultRelation"]))
        return self._catalog.relations.get(count(entry["relid"])) if entry is not None else None

    def _maybe(self, bound: _Bound, but: str, location: Clue | None = None) -> _Bound:
        if not bound.at_least_one or not bound.at_most_one:
            return replace(bound, at_least_one=False)
        reason = f"{bound.reason}, {but}"
        return replace(bound, at_least_one=False, reason=reason, location=location or bound.location)


def _proofs(clause: FromClause, leaves: list[int], at_least_one: bool) -> _Bound:
    """All of these entries have at most one row; the reason is that of the proofs, or of the first that fails."""
    proofs = [clause.single(leaf) for leaf in leaves]
    for proof in proofs:
        if not proof.proved:
            return _Bound(False, at_least_one, proof.reason, proof.location)
    if clause.full_join:
        reason = "FULL JOIN returns the unmatched rows of both sides"
        return _Bound(False, at_least_one, reason, Clause(("FULL",)))
    reasons = list(dict.fromkeys(proof.reason for proof in proofs))
    shown = "; ".join(reasons[:3]) + (f"; and {len(reasons) - 3} more" if len(reasons) > 3 else "")
    location = next((proof.location for proof in proofs if proof.location is not None), None)
    return _Bound(True, at_least_one, shown, location)


def _clause(scope: Scope, *words: str) -> Clause:
    return Clause(words, is_outermost=scope.parent is None)


def _grouping_sets(sets: list[Node]) -> _Bound:
    reason = "GROUPING SETS, ROLLUP and CUBE return a row for each set"
    return _Bound(
        False, False, reason, next((place for each in sets if (place := first_place(each)) is not None), None)
    )


def _set_returning(query: Node) -> _Bound:
    """A function of the select list that returns a set: how many rows, nobody knows."""
    calls = (
        node
        for entry in query.nodes("targetList")
        for node in _parts(entry)
        if node["funcretset"] is True or node["opretset"] is True
    )
    reason = "a function in the select list returns a set of rows"
    return _Bound(False, False, reason, first_place(next(calls, None)))


def _aggregate(query: Node) -> int | None:
    """Where the first aggregate of the query stands."""
    parts = [*query.nodes("targetList"), *([query["havingQual"]] if isinstance(query["havingQual"], Node) else [])]
    found = (node for part in parts for node in _parts(part) if node.tag == "AGGREF" and not node["agglevelsup"])
    return first_place(next(found, None))


def _parts(node: Node) -> Iterator[Node]:
    """A node and all below it, without queries in it."""
    if node.tag != "QUERY":
        yield node
        for child, _, _ in node.children():
            yield from _parts(child)


def _operator(query: Node, node: Node) -> SetOperator:
    """Which of the query's set operators a node of its tree is: they are written in the order of the tree."""
    operators = list(_operators(query["setOperations"]))
    return SetOperator(next(index for index, each in enumerate(operators) if each is node), len(operators))


def _operators(node: Value) -> Iterator[Node]:
    if isinstance(node, Node) and node.tag == "SETOPERATIONSTMT":
        yield from _operators(node["larg"])
        yield node
        yield from _operators(node["rarg"])


def _all_fixed(query: Node, clauses: list[Node], clause: FromClause) -> bool:
    expressions = {entry["ressortgroupref"]: entry["expr"] for entry in query.nodes("targetList")}
    for each in clauses:
        expression = expressions.get(each["tleSortGroupRef"])
        if not isinstance(expression, Node):
            return False
        if not any(clause.fixed(expression, (count(each["eqop"]), collation)) for collation in (0, 100, 950)):
            return False
    return True


def _uncast(arm: Node, query: Node, outputs: Mapping[int, Fixed]) -> dict[int, Fixed]:
    """The fixed columns that an arm returns in the set operation's own type: other types may compare otherwise."""
    operation = query["setOperations"]
    types = operation.fields.get("colTypes") if isinstance(operation, Node) else None
    if not isinstance(types, list):
        return {}
    return {
        number: outputs[number]
        for number, (entry, type_oid) in enumerate(zip(visible_columns(arm), types, strict=False), start=1)
        if number in outputs and isinstance(entry["expr"], Node) and entry["expr"]["vartype"] == type_oid
    }


def _is_empty_set(node: Node) -> bool:
    """`()`, the grouping set that always has one row."""
    if node["kind"] in (None, 0):
        return True
    content = node.nodes("content")
    return node["kind"] == 4 and len(content) == 1 and _is_empty_set(content[0])


def _always(condition: object) -> bool:
    """No condition, or one that is written as TRUE."""
    return condition is None or (isinstance(condition, Node) and constant(condition) is True)


def _top_conditions(tree: Value) -> list[Node]:
    return list(conjuncts(tree["quals"])) if isinstance(tree, Node) else []


def _never(tree: Value) -> Node | None:
    """A condition that is written as FALSE or NULL."""
    return next((each for each in _top_conditions(tree) if is_null_constant(each) or constant(each) is False), None)
