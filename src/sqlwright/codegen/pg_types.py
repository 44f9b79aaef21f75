"""PostgreSQL types by structure: a type's identifier and modifier in, a `PgType` made of its parts out.

The surprise: a table's row type carries no fields here but the relation's name, since its columns stand once, in
`ir.Relation`; an anonymous record gets its fields from the analysed tree, since the server describes it as `record`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from sqlwright.codegen.catalog import Catalog, CatalogRelation, CatalogType
from sqlwright.codegen.checks import literal_choices
from sqlwright.codegen.ir import Column, ColumnRef, PgType, Relation, TypeKind

__all__ = ["TypeReader"]

_TABLE_KINDS = frozenset("rvmfp")
_SYSTEM = frozenset(("pg_catalog", "information_schema", "pg_toast"))
_KINDS = {"e": TypeKind.ENUM, "d": TypeKind.DOMAIN, "r": TypeKind.RANGE, "m": TypeKind.MULTIRANGE, "p": TypeKind.PSEUDO}
_RECORD = 2249
_RECORD_ARRAY = 2287


class TypeReader:
    """Builds `PgType` and `Relation` for one database; remembers what it has built."""

    def __init__(self, connection: psycopg.Connection[Any], catalog: Catalog) -> None:
        self._connection = connection
        self._catalog = catalog
        self._names: dict[tuple[int, int], str] = {}
        self._relations: dict[int, Relation] = {}
        self._choices: dict[int, dict[int, tuple[str | int, ...]]] = {}

    def read(
        self,
        oid: int,
        typmod: int = -1,
        *,
        element_nullable: bool = True,
        dimensions: int = 1,
        fields: Sequence[Column] = (),
    ) -> PgType:
        """The type of that identifier.

        `fields` are the columns of an anonymous record (or of the elements, for an array of them), as the tree shows.
        `dimensions` are those that an array's column is declared with; a type itself does not have them.
        """
        display = self.display(oid, typmod)
        entry = self._catalog.types.get(oid)
        if entry is None:  # a type made after the catalogs were read, or oid 0
            return PgType(TypeKind.PSEUDO, "pg_catalog", "unknown", display)
        if oid == _RECORD:
            return PgType(TypeKind.RECORD, entry.schema, entry.name, display, fields=tuple(fields))
        if oid == _RECORD_ARRAY or entry.element_oid:
            element = self.read(entry.element_oid or _RECORD, typmod, fields=fields)
            display += "[]" * (dimensions - 1)
            return PgType(
                TypeKind.ARRAY, entry.schema, entry.name, display, element, element_nullable, max(dimensions, 1)
            )
        if entry.base_oid:
            base = self.read(entry.base_oid, entry.base_typmod, dimensions=entry.dimensions)
            return PgType(TypeKind.DOMAIN, entry.schema, entry.name, display, base)
        if entry.subtype_oid:
            kind = _KINDS[entry.kind]
            return PgType(kind, entry.schema, entry.name, display, self.read(entry.subtype_oid))
        if entry.relation_oid:
            return self._composite(entry, display)
        kind = _KINDS.get(entry.kind, TypeKind.BASE)
        return PgType(kind, entry.schema, entry.name, display, labels=entry.labels)

    def _composite(self, entry: CatalogType, display: str) -> PgType:
        relation = self._catalog.relations.get(entry.relation_oid)
        if relation is not None and relation.schema in _SYSTEM:
            self.relation(relation.oid)
        if relation is None:
            return PgType(TypeKind.COMPOSITE, entry.schema, entry.name, display)
        if relation.kind in _TABLE_KINDS:
            return PgType(
                TypeKind.COMPOSITE, entry.schema, entry.name, display, relation=(relation.schema, relation.name)
            )
        return PgType(TypeKind.COMPOSITE, entry.schema, entry.name, display, fields=self._columns(relation))

    def relation(self, oid: int) -> Relation:
        """The row of a table or view, each column as nullable as any row of it can make it."""
        if oid not in self._relations:
            relation = self._catalog.relations[oid]
            self._relations[oid] = Relation(relation.schema, relation.name, relation.display, self._columns(relation))
        return self._relations[oid]

    def all_relations(self) -> dict[tuple[str, str], Relation]:
        """Every table and view whose row a query may return, by schema and name."""
        return {
            (relation.schema, relation.name): self.relation(oid)
            for oid, relation in self._catalog.relations.items()
            if relation.kind in _TABLE_KINDS and (relation.schema not in _SYSTEM or oid in self._relations)
        }

    def _columns(self, relation: CatalogRelation) -> tuple[Column, ...]:
        return tuple(
            Column(
                column.name,
                self.read(column.type_oid, column.typmod, dimensions=column.dimensions),
                not column.not_null,
                f"{relation.display}.{column.name} is {'NOT NULL' if column.not_null else 'nullable'}",
                ColumnRef(relation.schema, relation.name, column.name),
                choices=self.choices(relation.oid, column.attnum),
            )
            for column in relation.columns.values()
        )

    def choices(self, relation: int, attnum: int) -> tuple[str | int, ...]:
        """The literals that the column's CHECK constraints allow, or nothing where they list none."""
        if relation not in self._choices:
            entry = self._catalog.relations.get(relation)
            self._choices[relation] = literal_choices(entry, self._catalog) if entry else {}
        return self._choices[relation].get(attnum, ())

    def display(self, oid: int, typmod: int) -> str:
        """What format_type prints."""
        key = (oid, typmod)
        if key not in self._names:
            row = self._connection.execute("SELECT format_type(%s::oid, %s::int)", key).fetchone()
            self._names[key] = row[0] if row and row[0] else "unknown"
        return self._names[key]
