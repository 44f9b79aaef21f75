"""The catalogs of the analysed database, read once: what the rules need to know of tables, types and functions.

In: a psycopg connection to the migrated scratch database. Out: a `Catalog`, plain data by object identifier. The surprise:
`Column.not_null` is stricter than pg_attribute.attnotnull, because a not-null constraint may be NOT VALID and an
inheritance child may have dropped it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "Catalog",
    "CatalogColumn",
    "CatalogConstraint",
    "CatalogFunction",
    "CatalogIndex",
    "CatalogOperator",
    "CatalogRelation",
    "CatalogType",
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


@dataclass(frozen=True, slots=True)
class CatalogIndex:
    """A valid index (pg_index)."""

    oid: int
    name: str
    unique: bool
    primary: bool
    #: attnums of the key columns in order; 0 stands for an expression
    columns: tuple[int, ...]
    #: pg_get_expr(indpred), or None where the index covers all rows
    predicate: str | None
    #: indimmediate: false for deferrable constraints, which may be violated inside a transaction
    immediate: bool
    nulls_not_distinct: bool


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


@dataclass(frozen=True, slots=True)
class CatalogOperator:
    """An operator (pg_operator)."""

    oid: int
    name: str
    function_oid: int
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
