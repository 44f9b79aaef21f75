"""The catalogs of the analysed database, read once: what the rules need to know of tables, types and functions.

In: a psycopg connection to the migrated scratch database. Out: a `Catalog`, plain data by object identifier. The
surprise: `CatalogColumn.not_null` is stricter than pg_attribute.attnotnull, because a not-null constraint may be NOT
VALID and an inheritance child may have dropped it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiosql
import psycopg

from sqlwright.codegen.tree import Node, TreeError, parse_tree

__all__ = [
    "Catalog",
    "CatalogColumn",
    "CatalogConstraint",
    "CatalogFunction",
    "CatalogIndex",
    "CatalogKey",
    "CatalogOperator",
    "CatalogRelation",
    "CatalogType",
    "load_catalog",
]


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A live column of a relation (pg_attribute)."""

    attnum: int
    name: str
    type_oid: int
    typmod: int
    #: attnotnull, its constraint valid, and the same for every inheritance descendant
    not_null: bool
    #: attnotnull of this relation alone: what `SELECT … FROM ONLY` sees
    not_null_only: bool
    has_default: bool
    #: pg_attribute.attgenerated: '' or 's' (stored) or 'v' (virtual)
    generated: str
    #: pg_attribute.attidentity: '' or 'a' (always) or 'd' (by default)
    identity: str
    #: arrays: how many dimensions the declaration has, which PostgreSQL does not enforce; 0 where it does not say
    dimensions: int = 0


@dataclass(frozen=True, slots=True)
class CatalogConstraint:
    """A constraint of a table (pg_constraint)."""

    oid: int
    name: str
    #: contype: p u f c x n
    type: str
    columns: tuple[int, ...]
    validated: bool
    deferrable: bool
    #: pg_get_constraintdef
    definition: str
    #: foreign keys: the table and columns that it points at, confdeltype and confupdtype
    references: int | None
    referenced_columns: tuple[int, ...]
    on_delete: str
    on_update: str
    #: CHECK constraints: the expression as a node tree (pg_constraint.conbin)
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogKey:
    """One key column of an index."""

    #: 0: an expression
    attnum: int
    #: the btree operator family that says which values are equal; 0 where there is none
    family: int
    #: the type that the family's operators take (opcintype): text for a column of type varchar
    type_oid: int
    #: 0 for types without collations
    collation: int
    #: the expression as a node tree, whose variables have varno 1
    expression: Node | None
    #: the expression as SQL
    definition: str | None


@dataclass(frozen=True, slots=True)
class CatalogIndex:
    """A valid index (pg_index)."""

    oid: int
    name: str
    unique: bool
    primary: bool
    #: without the columns of INCLUDE
    keys: tuple[CatalogKey, ...]
    #: indpred: the parts of the condition of a partial index, whose variables have varno 1. `None` where there is a
    #: condition that is not understood
    predicate: tuple[Node, ...] | None
    #: indimmediate: false for deferrable constraints, which may be violated inside a transaction
    immediate: bool
    nulls_not_distinct: bool

    @property
    def columns(self) -> tuple[int, ...]:
        """The key's columns, 0 for an expression."""
        return tuple(key.attnum for key in self.keys)


@dataclass(frozen=True, slots=True)
class CatalogRelation:
    """A table, view, materialised view, foreign table or composite type's row (pg_class)."""

    oid: int
    schema: str
    name: str
    #: relkind: r p v m f c S
    kind: str
    #: the name is found through the search path, so that SQL and messages need no schema
    visible: bool
    type_oid: int
    columns: Mapping[int, CatalogColumn]
    constraints: tuple[CatalogConstraint, ...]
    indexes: tuple[CatalogIndex, ...]
    #: events of row triggers that may change or drop a row before it is stored, of descendants too: any of "IUD"
    before_row_triggers: str
    #: events of INSTEAD OF triggers (views): any of "IUD"
    instead_triggers: str
    #: has rules other than a view's own _RETURN
    has_rules: bool
    row_security: bool
    #: inheritance children and partitions, all levels
    descendants: tuple[int, ...]

    @property
    def display(self) -> str:
        """The name as a DBA would write it: with its schema only where the search path does not find it."""
        return self.name if self.visible else f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class CatalogType:
    """A type (pg_type)."""

    oid: int
    schema: str
    name: str
    #: typtype: b c d e m p r
    kind: str
    category: str
    #: arrays: the element type, else 0
    element_oid: int
    array_oid: int
    #: domains: the base type, else 0
    base_oid: int
    base_typmod: int
    #: domains: typnotnull of the domain or of a domain below it
    not_null: bool
    #: composites: pg_class.oid, else 0
    relation_oid: int
    #: enums: the labels in order
    labels: tuple[str, ...]
    #: ranges and multiranges: the subtype, else 0
    subtype_oid: int
    visible: bool
    #: domains over arrays: how many dimensions the declaration has
    dimensions: int = 0


@dataclass(frozen=True, slots=True)
class CatalogFunction:
    """A function, procedure, aggregate or window function (pg_proc)."""

    oid: int
    schema: str
    name: str
    #: prokind: f p a w
    kind: str
    language: str
    strict: bool
    returns_set: bool
    #: provolatile: i s v
    volatility: str
    result_type: int
    #: proargmodes, or all 'i'
    arg_modes: str
    arg_names: tuple[str, ...]
    all_arg_types: tuple[int, ...]
    variadic_type: int
    #: belongs to an extension
    extension: str | None
    #: functions in LANGUAGE sql: the body's text, or None where it is a parsed one
    source: str | None
    #: how many of the last input arguments have a default
    default_count: int
    #: the places of the input arguments whose default is NULL, from 0
    null_defaults: frozenset[int]


@dataclass(frozen=True, slots=True)
class CatalogOperator:
    """An operator (pg_operator)."""

    oid: int
    name: str
    function_oid: int
    #: the operator that is true where this one is false, or 0
    negator: int
    #: member of a btree or hash operator class: such operators never return NULL on non-null operands
    in_operator_class: bool
    #: equality of a btree or hash operator class
    is_equality: bool


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of it, by object identifier."""

    server_version: int
    relations: Mapping[int, CatalogRelation]
    types: Mapping[int, CatalogType]
    functions: Mapping[int, CatalogFunction]
    operators: Mapping[int, CatalogOperator]
    #: domains: the trees of their own CHECK constraints
    domain_checks: Mapping[int, tuple[str, ...]]
    #: relations under row-level security: the trees of the conditions on rows that are read
    policies: Mapping[int, tuple[str, ...]]
    #: of each btree operator family: the operators that it takes for equal, with the types of their operands
    equalities: Mapping[int, Mapping[int, tuple[int, int]]]
    #: collations that may take different texts for equal
    nondeterministic: frozenset[int]

    def relation_named(self, schema: str | None, name: str) -> CatalogRelation | None:
        """The relation that `schema.name` means, or that the search path finds for a bare `name`."""
        for relation in self.relations.values():
            if relation.name == name and (relation.schema == schema if schema is not None else relation.visible):
                return relation
        return None


_TRIGGER_EVENTS = (("I", 4), ("D", 8), ("U", 16))  # pg_trigger.tgtype, see src/include/catalog/pg_trigger.h

# Any: aiosql makes the functions at run time, from the names in catalog.sql (and leaves some of its own types open).
_queries: Any = aiosql.from_path(  # pyright: ignore[reportUnknownMemberType]
    Path(__file__).with_name("catalog.sql"), "psycopg"
)


def load_catalog(connection: psycopg.Connection[Any]) -> Catalog:
    """Read the catalogs of the connection's database (catalog.sql beside this module).

    Raises:
        psycopg.Error: the server refused a statement.
    """
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in _queries.inheritance(connection):
        children[parent].append(child)
    attributes: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for relation, *attribute in _queries.columns(connection):
        attributes[relation].append(tuple(attribute))
    constraints: dict[int, list[CatalogConstraint]] = defaultdict(list)
    for relation, *constraint in _queries.constraints(connection):
        constraints[relation].append(_constraint(tuple(constraint)))
    indexes: dict[int, list[CatalogIndex]] = defaultdict(list)
    for relation, *index in _queries.indexes(connection):
        indexes[relation].append(_index(tuple(index)))
    equalities: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for family, operator, left, right in _queries.equalities(connection):
        equalities[family][operator] = (left, right)

    relations: dict[int, CatalogRelation] = {}
    rows = list(_queries.relations(connection))
    triggers = {row[0]: row[8] for row in rows}
    for oid, schema, name, kind, visible, row_type, row_security, rules, _, instead in rows:
        descendants = tuple(_descendants(oid, children))
        relations[oid] = CatalogRelation(
            oid, schema, name, kind, visible, row_type,
            {row[0]: _column(row, (attributes[child] for child in descendants)) for row in attributes[oid]},
            tuple(constraints[oid]),
            tuple(indexes[oid]),
            _events(triggers[oid] | _union(triggers.get(child, 0) for child in descendants)),
            _events(instead), rules, row_security, descendants,
        )  # fmt: skip

    return Catalog(
        connection.info.server_version,
        relations,
        _types(_queries.types(connection)),
        {row[0]: _function(row) for row in _queries.functions(connection)},
        {row[0]: CatalogOperator(*row) for row in _queries.operators(connection)},
        _grouped(_queries.domain_checks(connection)),
        _grouped(_queries.policies(connection)),
        equalities,
        frozenset(row[0] for row in _queries.collations(connection)),
    )


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for oid, text in rows:
        found[oid] = (*found.get(oid, ()), text)
    return found


def _index(row: tuple[Any, ...]) -> CatalogIndex:
    (oid, name, unique, primary, immediate, nulls_not_distinct,
     attnums, families, types, collations, definitions, expressions, condition) = row  # fmt: skip
    # Other indexes are of no interest, and there may be many of them.
    parsed = iter(_parsed(expressions) or ()) if unique else iter(())
    keys = tuple(
        CatalogKey(attnum, family, type_oid, collation, None if attnum else next(parsed, None), definition)
        for attnum, family, type_oid, collation, definition in zip(
            attnums or (), families or (), types or (), collations or (), definitions or (), strict=True
        )
    )
    predicate: tuple[Node, ...] | None = ()
    if condition is not None:
        predicate = _parsed(condition) if unique else None
    return CatalogIndex(oid, name, unique, primary, keys, predicate, immediate, nulls_not_distinct)


def _parsed(tree: str | None) -> tuple[Node, ...] | None:
    try:
        return tuple(parse_tree(tree)) if tree is not None else None
    except (TreeError, ValueError):
        return None


def _constraint(row: tuple[Any, ...]) -> CatalogConstraint:
    oid, name, kind, key, validated, deferrable, definition, target, target_key, delete, update, expression = row
    return CatalogConstraint(
        oid, name, kind, tuple(key or ()), validated, deferrable, definition, target, tuple(target_key or ()),
        delete.strip(), update.strip(), expression,
    )  # fmt: skip


def _column(row: tuple[Any, ...], descendants: Iterable[list[tuple[Any, ...]]]) -> CatalogColumn:
    attnum, name, type_oid, typmod, not_null, has_default, generated, identity, dimensions = row
    everywhere = not_null and all(
        attribute[4] for attributes in descendants for attribute in attributes if attribute[1] == name
    )
    return CatalogColumn(
        attnum, name, type_oid, typmod, everywhere, not_null, has_default, generated, identity, dimensions
    )


def _descendants(oid: int, children: Mapping[int, list[int]]) -> dict[int, None]:
    found: dict[int, None] = {}
    pending = list(children.get(oid, ()))
    while pending:
        child = pending.pop()
        if child not in found:
            found[child] = None
            pending += children.get(child, ())
    return found


def _events(tgtype: int) -> str:
    return "".join(letter for letter, bit in _TRIGGER_EVENTS if tgtype & bit)


def _union(types: Iterable[int]) -> int:
    bits = 0
    for tgtype in types:
        bits |= tgtype
    return bits


def _types(rows: Iterable[tuple[Any, ...]]) -> dict[int, CatalogType]:
    types: dict[int, CatalogType] = {}
    for (
        oid,
        schema,
        name,
        kind,
        category,
        element,
        array,
        base,
        typmod,
        not_null,
        relation,
        labels,
        subtype,
        visible,
        dimensions,
    ) in rows:
        types[oid] = CatalogType(
            oid, schema, name, kind, category, element, array, base, typmod, not_null, relation,
            tuple(labels or ()), subtype, visible, dimensions,
        )  # fmt: skip
    # A domain over a NOT NULL domain refuses NULL as well.
    for oid, each in types.items():
        base = each
        while base.base_oid and not base.not_null:
            base = types[base.base_oid]
        if base.not_null and not each.not_null:
            types[oid] = replace(each, not_null=True)
    return types


def _function(row: tuple[Any, ...]) -> CatalogFunction:
    (oid, schema, name, kind, language, strict, returns_set, volatility, result_type,
     modes, names, arguments, variadic, extension, source, default_count, defaults) = row  # fmt: skip
    inputs = sum(mode in "ibv" for mode in modes) if modes else len(arguments)
    null_defaults = frozenset(
        place
        for place, value in enumerate(_parsed(defaults) or (), start=inputs - default_count)
        if value["constisnull"] is True
    )
    return CatalogFunction(
        oid, schema, name, kind, language, strict, returns_set, volatility, result_type,
        "".join(modes) if modes else "i" * len(arguments), tuple(names or ()), tuple(arguments), variadic, extension,
        source, default_count, null_defaults,
    )  # fmt: skip
