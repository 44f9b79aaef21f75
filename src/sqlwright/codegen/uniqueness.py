"""Which relations of one FROM clause contribute at most one row to the result.

In: a query's join tree, its range table, and output columns that are known to be fixed from outside. Out: the entries
that cannot be proved to have one row, and the facts that proved the others. The argument is by induction: any two rows
of the result agree on the entries proved so far, and a unique key bound by equality to what they agree on makes them
agree on one entry more. The surprise is the outer join: its ON condition says something about its null-extended side
only, and only once both rows are known to agree on the other side, because else one may be padded where the other is
not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlwright.codegen.catalog import Catalog, CatalogIndex, CatalogKey, CatalogRelation
from sqlwright.codegen.expressions import form_of
from sqlwright.codegen.joins import NULL, SAME, Binding, Column, Equality, Fixed, Guard, JoinTree, ungrouped
from sqlwright.codegen.predicates import Known
from sqlwright.codegen.tree import Node, Value
from sqlwright.codegen.trees import (
    CTE,
    FUNCTION,
    RELATION,
    RESULT,
    SUBQUERY,
    VALUES,
    Scope,
    bare,
    base_type,
    count,
    function_of,
    is_repeatable,
    is_volatile,
    rows_of,
    variables,
)
from sqlwright.codegen.wording import Clause, Clue, TableName, first_place, is_view, named

__all__ = ["Answer", "FromClause", "SingleRow"]

_UNKNOWN = Fixed()

#: Types whose equal values are the same value: bool bytea char name int8 int2 int4 oid date timestamp uuid pg_lsn …
_IDENTICAL = frozenset((16, 17, 18, 19, 20, 21, 23, 26, 27, 28, 29, 774, 829, 1082, 1083, 1114, 1184, 2950, 3220))
_TEXT, _VARCHAR, _CIDR, _CIDR_BASE = 25, 1043, 650, 869
_TEXTS = frozenset((_TEXT, _VARCHAR, 19))
_INTEGERS = frozenset((20, 21, 23))
_POLYMORPHIC = frozenset((2249, 2276, 2277, 2283, 3500, 3831, 4537))
_FIRST_USER_OID = 16384
_CTID = -1


@dataclass(frozen=True, slots=True)
class SingleRow:
    """A proof that an entry has at most one row, or the reason why there is none."""

    proved: bool
    reason: str
    location: Clue | None = None
    #: evaluated twice it gives the same row, so that its columns can bind the keys of others
    stable: bool = True


#: Asks whether a subquery has at most one row when some of its output columns are fixed.
Answer: TypeAlias = "Callable[[Scope, Mapping[int, Fixed]], SingleRow]"


@dataclass
class FromClause:
    """What is proved of the entries of one query's FROM."""

    scope: Scope
    catalog: Catalog
    answer: Answer
    tree: Node | None
    #: HAVING of a query that groups: true of all rows of the groups that are left
    having: Node | None = None
    outputs: Mapping[int, Fixed] = field(default_factory=dict[int, Fixed])

    _columns: dict[Column, Fixed] = field(default_factory=dict[Column, Fixed])
    _single: dict[int, SingleRow] = field(default_factory=dict[int, SingleRow])
    _types: dict[Column, int] = field(default_factory=dict[Column, int])
    _conditions: dict[int, Known] = field(default_factory=dict[int, Known])

    def __post_init__(self) -> None:
        self._joins = JoinTree(self.scope, self.catalog, self.tree, self.having, self.outputs, self._is_single_subquery)
        self._close()

    @property
    def leaves(self) -> list[int]:
        """The range table entries that are joined."""
        return list(self._joins.leaves)

    @property
    def full_join(self) -> bool:
        """A FULL JOIN is left, whose two sides may each add a row of their own."""
        return self._joins.full_join

    # --- the question ---

    def single(self, leaf: int) -> SingleRow:
        """Whether all rows of the result agree on this entry's row."""
        found = self._single.get(leaf)
        return found if found is not None else self._try(leaf)

    def fixed(self, expression: Node, equality: Equality) -> bool:
        """Whether all rows of the result agree on the expression, as seen by an equality operator."""
        expression = bare(ungrouped(expression, self.scope))
        if self._is_exact(expression):
            return True
        if expression.tag != "VAR" or count(expression["varlevelsup"]):
            return False
        return equality in self._columns.get((expression["varno"], expression["varattno"]), _UNKNOWN).equalities

    def _is_single_subquery(self, subquery: Node) -> bool:
        """Whether the subquery of `x IN (SELECT …)` has at most one row.

        A plan may run it again for each outer row, and with FOR UPDATE SKIP LOCKED it then returns another row each
        time: `UPDATE … WHERE id IN (SELECT … LIMIT 1 FOR UPDATE SKIP LOCKED)` is known to update several rows.
        """
        if not is_repeatable(subquery, self.catalog) or next(variables(subquery), None) is not None:
            return False
        return self.answer(Scope(subquery, self.scope), {}).proved

    # --- the fixpoint ---

    def _close(self) -> None:
        changed = True
        while changed:
            changed = False
            for binding in self._joins.bindings:
                if self._learn(binding):
                    changed = True
            for leaf in self._joins.leaves:
                if leaf not in self._single and (proof := self._try(leaf)).proved:
                    self._single[leaf] = proof
                    changed = True

    def _learn(self, binding: Binding) -> bool:
        known = self._columns.get(binding.column, _UNKNOWN)
        if known.exact or binding.equality in known.equalities or not self._holds(binding):
            return False
        if binding.null_safe and self._joins.leaves.get(binding.column[0]):
            return False  # an outer join adds NULLs of its own, which such a test lets through
        exact = binding.equality in (NULL, SAME) or self._identical(binding)
        self._columns[binding.column] = Fixed(exact, known.equalities | {binding.equality})
        return True

    def _holds(self, binding: Binding) -> bool:
        """Whether all rows of the result agree on the bound column."""
        if not self._ready(binding.guards) or not self._concerns(binding.guards, binding.column[0]):
            return False
        return self._agrees(binding)

    def _agrees(self, binding: Binding) -> bool:
        return isinstance(binding.value, Fixed) or self.fixed(binding.value, binding.equality)

    def _concerns(self, guards: Iterable[Guard], leaf: int) -> bool:
        """Whether a condition inside these outer joins holds wherever the entry's row is not padding."""
        return all(leaf in guard.nullable for guard in guards)

    def _may_be_null(self, column: Column) -> bool:
        return not any(
            binding.column == column and not binding.null_safe and self._concerns(binding.guards, column[0])
            for binding in self._joins.bindings
        )

    def _identical(self, binding: Binding) -> bool:
        """Whether values that are equal by this operator are the same value."""
        operator, collation = binding.equality
        column_type = self._column_type(binding.column)
        if operator >= _FIRST_USER_OID or not self._compares(operator, column_type):
            return False
        if column_type in _IDENTICAL:
            return True
        known = self.catalog.types.get(column_type)
        if column_type in _TEXTS:
            return collation not in self.catalog.nondeterministic
        return known is not None and known.kind == "e"

    def _ready(self, guards: Iterable[Guard]) -> bool:
        return all(leaf in self._single for guard in guards for leaf in guard.preserved)

    def _try(self, leaf: int) -> SingleRow:
        entry = self.scope.entry(leaf)
        if entry is None:
            return SingleRow(False, "the range table entry is not understood")
        proof = self._entry(leaf, entry)
        if not proof.proved:
            return proof
        if not self._ready(self._joins.leaves.get(leaf, ())):
            reason = f"{_alias(entry)} is outer-joined to rows of which there may be many"
            return SingleRow(False, reason, self._named(entry))
        lateral = variables([entry["subquery"], entry["functions"], entry["values_lists"]])
        if not all(self._is_exact_column(variable) for variable in lateral):
            reason = f"{_alias(entry)} is evaluated for rows of which there may be many"
            return SingleRow(False, reason, self._named(entry))
        return proof

    def _entry(self, leaf: int, entry: Node) -> SingleRow:
        kind = entry["rtekind"] or RELATION
        if kind == RELATION:
            return self._relation(leaf, entry)
        if kind == SUBQUERY and isinstance(entry["subquery"], Node):
            proof = self.answer(Scope(entry["subquery"], self.scope), self._fixed_columns(leaf))
            stable = proof.stable and is_repeatable(entry["subquery"], self.catalog)
            location = self._named(entry) if is_view(entry) else proof.location
            return SingleRow(proof.proved, proof.reason, location, stable)
        if kind == CTE:
            return self._common_table(leaf, entry)
        if kind == VALUES:
            single = rows_of(entry) == 1
            reason = "VALUES has one row" if single else "VALUES has several rows"
            return SingleRow(single, reason, Clause(("VALUES", "(")))
        if kind == FUNCTION:
            return self._function(entry)
        if kind == RESULT:
            return SingleRow(True, "no relation is read")
        table = entry["tablefunc"]  # XMLTABLE, JSON_TABLE
        return SingleRow(False, f"{_alias(entry)} may have many rows", first_place(table))

    def _common_table(self, leaf: int, entry: Node) -> SingleRow:
        name = entry.text("ctename")
        found = self.scope.common_table(entry)
        query = found[0]["ctequery"] if found else None
        if entry["self_reference"] is True or found is None or not isinstance(query, Node):
            return SingleRow(False, f"{name} is recursive", self._named(entry))
        return self.answer(Scope(query, found[1]), self._fixed_columns(leaf))

    def _function(self, entry: Node) -> SingleRow:
        calls = [part["funcexpr"] for part in entry.nodes("functions")]
        for call in calls:
            if not isinstance(call, Node):
                return SingleRow(False, f"{_alias(entry)} may have many rows")
            if call["funcretset"] is True:
                function = self.catalog.functions.get(function_of(call))
                name = function.name if function else _alias(entry)
                return SingleRow(False, f"{name}() returns a set of rows", first_place(call))
        # Without a reference to its siblings a function scan runs once and keeps its row.
        stable = next(variables(calls), None) is None or not any(is_volatile(call, self.catalog) for call in calls)
        location = next((place for call in calls if (place := first_place(call)) is not None), None)
        return SingleRow(True, f"the function {_alias(entry)} returns one row", location, stable)

    def _named(self, entry: Node) -> TableName | None:
        """The entry in FROM; not of a statement on a view, which the server has made one on the view's table."""
        if any(each["relkind"] == "v" and not each["rtekind"] for each in self.scope.query.nodes("rtable")):
            return None
        relation = self.catalog.relations.get(count(entry["relid"]))
        return named(entry, relation.name if relation is not None else None)

    def _fixed_columns(self, leaf: int) -> dict[int, Fixed]:
        return {
            column[1]: Fixed(fixed.exact, fixed.equalities, self._may_be_null(column))
            for column, fixed in self._columns.items()
            if column[0] == leaf
        }

    # --- unique keys of tables ---

    def _relation(self, leaf: int, entry: Node) -> SingleRow:
        relation = self.catalog.relations.get(count(entry["relid"]))
        name = self._named(entry)
        if relation is None:
            return SingleRow(False, "the relation is not known")
        if relation.kind == "S":
            return SingleRow(True, f"the sequence {relation.display} has one row", name)
        inherited = entry["inh"] is True and bool(relation.descendants)
        if inherited and relation.kind != "p":
            return SingleRow(False, f"{relation.display} has inheritance children, which no unique index spans", name)
        objection = f"no unique key of {relation.display} is bound by equality"
        for index in relation.indexes:
            if not index.unique or not index.keys:
                continue
            proof = self._index(leaf, relation, index)
            if isinstance(proof, SingleRow):
                return proof
            objection = proof or objection
        if not inherited and relation.kind == "r" and (leaf, _CTID) in self._columns:
            return SingleRow(True, f"ctid names one row of {relation.display}", name)
        return SingleRow(False, objection, name)

    def _index(self, leaf: int, relation: CatalogRelation, index: CatalogIndex) -> SingleRow | str | None:
        locations: list[int | None] = []
        for key in index.keys:
            found = self._binds(leaf, relation, index, key)
            if found is None:
                return None
            locations += found
        names = ", ".join(
            relation.columns[key.attnum].name if key.attnum else str(key.definition) for key in index.keys
        )
        if not index.immediate:
            return f"{relation.display} ({names}) may be unique only at the end of the transaction: it is deferrable"
        if index.predicate is None or (index.predicate and not self._known(leaf).implies(index.predicate)):
            return (
                f"{index.name} is unique for a part of {relation.display} only, and its condition is not implied here"
            )
        return SingleRow(
            True,
            f"{relation.display} ({names}) is unique and bound to one value",
            next((each for each in locations if each is not None), None),
        )

    def _binds(
        self, leaf: int, relation: CatalogRelation, index: CatalogIndex, key: CatalogKey
    ) -> list[int | None] | None:
        """Where the key column is fixed by an equality that is at least as fine as the index's; `None`: nowhere."""
        if not key.attnum:
            return self._binds_expression(leaf, index, key)
        column, known = relation.columns.get(key.attnum), self._columns.get((leaf, key.attnum))
        if column is None or known is None:
            return None
        if not (column.not_null_only or index.nulls_not_distinct) and self._may_be_null((leaf, key.attnum)):
            return None
        if not known.exact and not any(self._is_finer(equality, key) for equality in known.equalities):
            return None
        return [binding.location for binding in self._joins.bindings if binding.column == (leaf, key.attnum)]

    def _binds_expression(self, leaf: int, index: CatalogIndex, key: CatalogKey) -> list[int | None] | None:
        if key.expression is None:
            return None
        form = form_of(bare(key.expression), 1)
        found: list[int | None] | None = None
        for expression, binding in self._joins.computed:
            if not self._is_finer(binding.equality, key) or form_of(expression, leaf) != form:
                continue
            if binding.null_safe and not (index.nulls_not_distinct or self._known(leaf).is_not_null(key.expression)):
                continue
            if self._ready(binding.guards) and self._concerns(binding.guards, leaf) and self._agrees(binding):
                found = [*(found or ()), binding.location]
        return found

    def _is_finer(self, equality: Equality, key: CatalogKey) -> bool:
        """Whether values that are equal by the operator are equal to the index as well."""
        operator, collation = equality
        if collation in self.catalog.nondeterministic and collation != key.collation:
            return False
        operands = self.catalog.equalities.get(key.family, {}).get(operator)
        if operands is None or key.type_oid not in operands:
            return False
        # Two timestamps may be one timestamptz, so that a comparison across types is trusted in two families only.
        return operands[0] == operands[1] or _INTEGERS.issuperset(operands) or _TEXTS.issuperset(operands)

    def _compares(self, operator: int, column_type: int) -> bool:
        """Whether the operator takes the column's own type, and not one that it was cast to."""
        known = self.catalog.operators.get(operator)
        function = self.catalog.functions.get(known.function_oid) if known else None
        if function is None:
            return False
        accepted = {base_type(each, self.catalog) for each in function.all_arg_types}
        if accepted == {_CIDR_BASE}:
            return column_type in (_CIDR, _CIDR_BASE)
        if column_type in accepted or (column_type == _VARCHAR and _TEXT in accepted):
            # Two timestamps may be one timestamptz, so that a comparison across types is trusted in two families only.
            return len(accepted) == 1 or accepted <= _INTEGERS or accepted <= _TEXTS
        kind = self.catalog.types.get(column_type)
        return bool(accepted & _POLYMORPHIC) and kind is not None and (kind.kind in "ecrm" or kind.element_oid != 0)

    def _column_type(self, column: Column) -> int:
        entry = self.scope.entry(column[0])
        relation = self.catalog.relations.get(count(entry["relid"])) if entry is not None else None
        if entry is not None and relation is not None and not entry["rtekind"] and column[1] in relation.columns:
            return base_type(relation.columns[column[1]].type_oid, self.catalog)
        if not self._types:
            for node in variables(self.scope.query, -1):
                self._types.setdefault((node["varno"], node["varattno"]), count(node["vartype"]))
        return base_type(self._types.get(column, 0), self.catalog)

    def _known(self, leaf: int) -> Known:
        """What is known of an entry's row, wherever that row is not padding."""
        if leaf not in self._conditions:
            entry = self.scope.entry(leaf)
            relation = self.catalog.relations.get(count(entry["relid"])) if entry is not None else None
            columns = {binding.column for binding in self._joins.bindings if binding.column[0] == leaf}
            not_null = {column[1] for column in columns if not self._may_be_null(column)}
            if relation is not None:
                not_null |= {attnum for attnum, column in relation.columns.items() if column.not_null_only}
            true = [node for node, guards in self._joins.conditions if self._concerns(guards, leaf)]
            self._conditions[leaf] = Known(self.catalog, leaf, true, frozenset(not_null))
        return self._conditions[leaf]

    # --- expressions ---

    def _is_exact(self, node: Node) -> bool:
        node = ungrouped(node, self.scope)
        if node.tag == "VAR":
            return bool(count(node["varlevelsup"])) or self._is_exact_column(node)
        if node.tag in ("CONST", "SQLVALUEFUNCTION"):
            return True
        if node.tag == "PARAM":
            return not node["paramkind"]
        if node.tag == "SUBLINK":
            return self._is_exact_subquery(node)
        if node.tag in (
            "AGGREF",
            "WINDOWFUNC",
            "GROUPINGFUNC",
            "MERGESUPPORTFUNC",
            "NEXTVALUEEXPR",
            "CURRENTOFEXPR",
            "QUERY",
            "SUBPLAN",
        ):
            return False
        number = function_of(node)
        if number:
            function = self.catalog.functions.get(number)
            if function is None or function.volatility == "v" or node["funcretset"] is True:
                return False
        return all(self._is_exact(child) for value in node.fields.values() for child in _children(value))

    def _is_exact_column(self, node: Node) -> bool:
        """A variable of this query, seen from wherever it stands."""
        proof = self._single.get(node["varno"])
        if proof is not None and proof.stable:
            return True
        return self._columns.get((node["varno"], node["varattno"]), _UNKNOWN).exact

    def _is_exact_subquery(self, node: Node) -> bool:
        """A scalar subquery that refers to nothing around it runs once; any other one must be repeatable."""
        subquery = node["subselect"]
        if not isinstance(subquery, Node) or node["subLinkType"] != 4:
            return False
        if not any(count(each["varlevelsup"]) for each in subquery.walk() if each.tag in ("VAR", "AGGREF")) or (
            is_repeatable(subquery, self.catalog)
        ):
            return all(self._is_exact_column(variable) for variable in variables(subquery))
        return False


def _children(value: Value) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _children(item)


def _alias(entry: Node) -> str:
    names = entry["eref"]
    return (names.text("aliasname") if isinstance(names, Node) else None) or "an entry of FROM"
