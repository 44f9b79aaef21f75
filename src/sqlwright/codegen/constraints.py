"""Which constraints a statement can violate: the exceptions that its function may raise.

In: the analysed query tree, the catalogs, what the statement touches, and which parameters may be NULL. Out: pairs of a
relation and one of its constraints. A unique index that no constraint owns, and before PostgreSQL 18 a NOT NULL, have
no pg_constraint row: they are listed as constraints all the same, under the name that the server reports or would give.
The surprise: deleting a row can violate a constraint of another table, and by ON DELETE CASCADE of a third one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlwright.codegen.access import Access, copy_target
from sqlwright.codegen.catalog import Catalog, CatalogConstraint, CatalogIndex, CatalogRelation
from sqlwright.codegen.tree import Node
from sqlwright.codegen.trees import (
    CTE,
    DELETE,
    INSERT,
    MERGE,
    RELATION,
    SELECT,
    SUBQUERY,
    UPDATE,
    VALUES,
    Scope,
    bare,
    count,
    is_null_constant,
    is_volatile,
    variables,
    visible_columns,
)

__all__ = ["analyse_constraints"]

_UNIQUE = frozenset("pux")
_REFUSING = frozenset("ar")  # NO ACTION, RESTRICT
_CASCADE, _SET_NULL, _SET_DEFAULT = "c", "n", "d"
_CAST_FORMATS = (1, 2)
#: Built-in functions that a NULL comes out of only when one goes in, and that people put around values they store.
_KEEPS_NULLNESS = frozenset(
    ("lower", "upper", "btrim", "ltrim", "rtrim", "initcap", "replace", "round", "abs", "md5", "jsonb_set", "to_jsonb")
)


def analyse_constraints(
    query: Node, catalog: Catalog, access: Access, parameters: Mapping[int, bool]
) -> list[tuple[int, CatalogConstraint]]:
    """The constraints that can fail, by relation and name; `parameters` says which `$n` may be NULL."""
    found: dict[tuple[int, str, str], CatalogConstraint] = {}
    try:
        for relation, constraint in _Risks(query, catalog, access, parameters).all():
            found.setdefault((relation.oid, constraint.type, constraint.name), constraint)
    except (TypeError, AttributeError, ValueError, KeyError, IndexError, RecursionError):
        # A tree of another shape than the versions that we know: an error class less, and psycopg's own is raised.
        pass
    return [(relation, constraint) for (relation, _, _), constraint in sorted(found.items(), key=lambda each: each[0])]


@dataclass(frozen=True, slots=True)
class _Assigned:
    """The columns that a statement gives a value: the expression, and whether the user wrote it."""

    expressions: Mapping[int, Node]
    explicit: frozenset[int]


class _Risks:
    """What one statement can violate."""

    def __init__(self, query: Node, catalog: Catalog, access: Access, parameters: Mapping[int, bool]) -> None:
        self.query = query
        self.catalog = catalog
        self.access = access
        self.parameters = parameters

    def all(self) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        """Each relation and constraint, with repetitions."""
        copied = copy_target(self.query, self.catalog)
        if copied is not None:
            if copied[0] in self.access.writes and copied[0] in self.catalog.relations:
                yield from self._copied(self.catalog.relations[copied[0]], frozenset(copied[1]))
            return
        for scope in _scopes(self.query, None):
            yield from self._statement(scope)

    def _statement(self, scope: Scope) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        query = scope.query
        entry = scope.entry(count(query["resultRelation"]))
        relation = self.catalog.relations.get(count(entry["relid"])) if entry is not None else None
        command = query["commandType"]
        if relation is None or command == SELECT:
            return
        if command == INSERT:
            yield from self._insert(scope, relation)
        elif command == UPDATE:
            yield from self._update(scope, relation, query.nodes("targetList"))
        elif command == DELETE:
            yield from self._delete(relation)
        elif command == MERGE:
            for action in query.nodes("mergeActionList"):
                targets = action.nodes("targetList")
                if action["commandType"] == INSERT:
                    yield from self._inserted(scope, relation, _assigned(targets, self._explicit(scope, relation)))
                elif action["commandType"] == UPDATE:
                    yield from self._update(scope, relation, targets)
                elif action["commandType"] == DELETE:
                    yield from self._delete(relation)

    # --- INSERT ---

    def _insert(self, scope: Scope, relation: CatalogRelation) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        query = scope.query
        assigned = _assigned(query.nodes("targetList"), self._explicit(scope, relation))
        conflict = query["onConflict"]
        for table, constraint in self._inserted(scope, relation, assigned):
            if not isinstance(conflict, Node) or not _arbitrates(conflict, constraint):
                yield table, constraint
        if isinstance(conflict, Node):
            yield from self._update(scope, relation, conflict.nodes("onConflictSet"))

    def _inserted(
        self, scope: Scope, relation: CatalogRelation, assigned: _Assigned
    ) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        for constraint in _constraints(relation):
            if constraint.type == "n":
                (attnum,) = constraint.columns
                if self._inserts_null(scope, relation, attnum, assigned):
                    yield relation, constraint
            elif constraint.type in _UNIQUE:
                if self._may_collide(relation, constraint, assigned):
                    yield relation, constraint
            elif not constraint.columns or assigned.explicit.intersection(constraint.columns):
                yield relation, constraint

    def _copied(
        self, relation: CatalogRelation, columns: frozenset[int]
    ) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        for constraint in _constraints(relation):
            if constraint.type == "n":
                column = relation.columns[constraint.columns[0]]
                if column.attnum not in columns and not _filled(relation, column.attnum):
                    yield relation, constraint
            elif not constraint.columns or columns.intersection(constraint.columns):
                yield relation, constraint

    def _may_collide(self, relation: CatalogRelation, constraint: CatalogConstraint, assigned: _Assigned) -> bool:
        """A key collides when the statement chooses part of it; a generated number or uuid is taken to be new."""
        if not constraint.columns or assigned.explicit.intersection(constraint.columns):
            return True
        for attnum in constraint.columns:
            if relation.columns[attnum].generated:
                return True
            expression = assigned.expressions.get(attnum)
            if expression is None or is_volatile(expression, self.catalog):
                return False
        return True

    def _inserts_null(self, scope: Scope, relation: CatalogRelation, attnum: int, assigned: _Assigned) -> bool:
        if "I" in relation.before_row_triggers:
            return False  # it fills the column, or the NULL would have been refused anyway
        expression = assigned.expressions.get(attnum)
        if attnum not in assigned.explicit:
            return expression is None and not _filled(relation, attnum)
        return expression is None or self._may_be_null(expression, scope)

    def _explicit(self, scope: Scope, relation: CatalogRelation) -> frozenset[int]:
        """The columns that the statement itself inserts: the others of its target list are defaults."""
        return frozenset(
            member - 7
            for info in scope.query.nodes("rteperminfos")
            if info["relid"] == relation.oid
            for member in info["insertedCols"] or ()
        )

    # --- UPDATE AND DELETE ---

    def _update(
        self, scope: Scope, relation: CatalogRelation, targets: list[Node]
    ) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        assigned = _assigned(targets, frozenset())
        touched = set(assigned.expressions)
        touched |= {attnum for attnum, column in relation.columns.items() if column.generated}
        if not assigned.expressions:
            return
        for constraint in _constraints(relation):
            if constraint.type == "n":
                expression = assigned.expressions.get(constraint.columns[0])
                if (
                    expression is not None
                    and "U" not in relation.before_row_triggers
                    and self._may_be_null(expression, scope)
                ):
                    yield relation, constraint
            elif not constraint.columns or touched & _watched(relation, constraint):
                yield relation, constraint
        for child, reference in self._references(relation):
            if reference.on_update in _REFUSING and touched.intersection(reference.referenced_columns):
                yield child, reference

    def _delete(self, relation: CatalogRelation) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        """Foreign keys that refuse, here and down all cascades, and what SET NULL and SET DEFAULT can break."""
        seen = {relation.oid}
        pending = [relation]
        while pending:
            for child, reference in self._references(pending.pop()):
                action = reference.on_delete
                if action in _REFUSING:
                    yield child, reference
                elif action == _CASCADE and child.oid not in seen:
                    seen.add(child.oid)
                    pending.append(child)
                elif action in (_SET_NULL, _SET_DEFAULT):
                    yield from self._set(child, reference, action)

    def _set(
        self, child: CatalogRelation, reference: CatalogConstraint, action: str
    ) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        columns = set(reference.columns)
        for constraint in _constraints(child):
            breaks = constraint.type == "c" or (constraint.type == "n") == (action == _SET_NULL)
            if breaks and columns.intersection(constraint.columns) and constraint.type in "cn":
                yield child, constraint
        if action == _SET_DEFAULT:
            yield child, reference

    def _references(self, relation: CatalogRelation) -> Iterator[tuple[CatalogRelation, CatalogConstraint]]:
        """Foreign keys of other tables (or of the table itself) that point at a relation."""
        for child in self.catalog.relations.values():
            for constraint in child.constraints:
                if constraint.type == "f" and constraint.references == relation.oid:
                    yield child, constraint

    # --- whether a value that is assigned may be NULL ---

    def _may_be_null(self, expression: Node, scope: Scope, depth: int = 0) -> bool:
        """A guess that errs to yes: it only decides whether an error is listed."""
        node = bare(expression)
        if depth > 30:
            return True
        if node.tag == "PARAM":
            if count(node["paramkind"]) == 0:
                return self.parameters.get(count(node["paramid"]), True)
            return True
        if node.tag == "CONST":
            return is_null_constant(node)
        if node.tag == "VAR":
            return self._variable_may_be_null(node, scope, depth)
        if node.tag in ("COERCEVIAIO", "COERCETODOMAIN", "ARRAYCOERCEEXPR") and isinstance(node["arg"], Node):
            return self._may_be_null(node["arg"], scope, depth + 1)
        arguments = [self._may_be_null(each, scope, depth + 1) for each in node.nodes("args") if each.tag != "CASEWHEN"]
        if node.tag == "COALESCEEXPR":
            return all(arguments)
        if node.tag in ("SQLVALUEFUNCTION", "NULLTEST", "ARRAYEXPR", "ROWEXPR", "DISTINCTEXPR", "NEXTVALUEEXPR"):
            return False
        if node.tag == "CASEEXPR":
            results = [each["result"] for each in node.nodes("args")] + [node["defresult"]]
            return any(not isinstance(each, Node) or self._may_be_null(each, scope, depth + 1) for each in results)
        if node.tag in ("OPEXPR", "FUNCEXPR"):
            return any(arguments) or not self._keeps_nullness(node)
        return True

    def _keeps_nullness(self, node: Node) -> bool:
        if node.tag == "OPEXPR":
            operator = self.catalog.operators.get(count(node["opno"]))
            return operator is not None and operator.name in ("+", "-", "*", "/", "%", "||")
        function = self.catalog.functions.get(count(node["funcid"]))
        if function is None or function.schema != "pg_catalog":
            return False
        return (
            node["funcformat"] in _CAST_FORMATS
            or function.name in _KEEPS_NULLNESS
            or (not node.nodes("args") and function.strict)
        )

    def _variable_may_be_null(self, node: Node, scope: Scope, depth: int) -> bool:
        owner = scope.up(count(node["varlevelsup"]))
        entry = owner.entry(count(node["varno"])) if owner is not None else None
        attnum = count(node["varattno"])
        if owner is None or entry is None or node["varnullingrels"]:
            return True
        kind = entry["rtekind"] or RELATION
        if kind == RELATION:
            relation = self.catalog.relations.get(count(entry["relid"]))
            column = relation.columns.get(attnum) if relation is not None else None
            return column is None or not column.not_null
        inner: list[Node] = []
        inner_scope = owner
        if kind == VALUES:
            inner = list(_column_of_values(entry, attnum))
        elif kind in (SUBQUERY, CTE):
            query, outer = entry["subquery"], owner
            if kind == CTE:
                found = owner.common_table(entry)
                query, outer = (found[0]["ctequery"], found[1]) if found else (None, owner)
            if isinstance(query, Node) and query["setOperations"] is None:
                inner_scope = Scope(query, outer)
                inner = [each["expr"] for each in visible_columns(query)[attnum - 1 : attnum]]
        return not inner or any(self._may_be_null(each, inner_scope, depth + 1) for each in inner)


def _scopes(node: Node, parent: Scope | None) -> Iterator[Scope]:
    """The statement and every query within it that writes."""
    scope = Scope(node, parent)
    yield scope
    for table in node.nodes("cteList"):
        if isinstance(query := table["ctequery"], Node):
            yield from _scopes(query, scope)


def _assigned(targets: Iterable[Node], explicit: frozenset[int]) -> _Assigned:
    expressions = {
        count(entry["resno"]): entry["expr"]
        for entry in targets
        if not entry["resjunk"] and isinstance(entry["expr"], Node)
    }
    return _Assigned(expressions, explicit)


def _column_of_values(entry: Node, attnum: int) -> Iterator[Node]:
    rows = entry.fields.get("values_lists")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and 0 < attnum <= len(row) and isinstance(cell := row[attnum - 1], Node):
            yield cell


def _filled(relation: CatalogRelation, attnum: int) -> bool:
    column = relation.columns[attnum]
    return column.has_default or bool(column.identity) or bool(column.generated)


def _arbitrates(conflict: Node, constraint: CatalogConstraint) -> bool:
    """Whether ON CONFLICT takes care of this constraint."""
    if constraint.type not in _UNIQUE or constraint.deferrable:
        return False
    elements = [bare(each["expr"]) for each in conflict.nodes("arbiterElems") if isinstance(each["expr"], Node)]
    if count(conflict["constraint"]):
        return count(conflict["constraint"]) == constraint.oid
    if not elements:
        return True
    if any(each.tag != "VAR" for each in elements):
        return not constraint.columns
    return {each["varattno"] for each in elements} == set(constraint.columns)


def _constraints(relation: CatalogRelation) -> Iterator[CatalogConstraint]:
    """The table's constraints, with those that the server enforces without a pg_constraint row."""
    not_null: set[int] = set()
    names: set[str] = set()
    for constraint in relation.constraints:
        names.add(constraint.name)
        if constraint.type == "n":
            not_null.update(constraint.columns)
        if constraint.type in "pufcxn":
            yield constraint
    for index in relation.indexes:
        if index.unique and index.name not in names:
            yield _of_index(index)
    for attnum, column in relation.columns.items():
        if column.not_null_only and attnum not in not_null:
            name = f"{relation.name}_{column.name}_not_null"
            yield CatalogConstraint(0, name, "n", (attnum,), True, False, f"NOT NULL {column.name}", None, (), "", "")


def _watched(relation: CatalogRelation, constraint: CatalogConstraint) -> set[int]:
    """The columns whose change can violate a constraint: also those of a partial index's condition."""
    watched = set(constraint.columns)
    for index in relation.indexes:
        if index.name == constraint.name:
            watched |= {variable["varattno"] for variable in variables(list(index.predicate or ()))}
    return watched


def _of_index(index: CatalogIndex) -> CatalogConstraint:
    columns = tuple(attnum for attnum in index.columns if attnum)
    complete = columns if len(columns) == len(index.columns) else ()
    return CatalogConstraint(index.oid, index.name, "u", complete, True, False, "UNIQUE INDEX", None, (), "", "")
