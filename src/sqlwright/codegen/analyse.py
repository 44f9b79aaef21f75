"""Putting a query's facts together: what the server said and what the rules proved, as one `Query` without identifiers.

In: a `DescribedQuery` and the catalog. Out: an `ir.Query`, in names, with every reason and its place in the user's
file. The surprise: the rules run twice, since a parameter that may be NULL can make a result nullable and is itself
known only after its uses were seen; parameters come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlwright.codegen.access import analyse_access, copy_target
from sqlwright.codegen.cardinality import CardinalityVerdict, analyse_cardinality
from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.constraints import analyse_constraints
from sqlwright.codegen.describe import DescribedColumn, DescribedQuery
from sqlwright.codegen.ir import (
    Cardinality,
    Column,
    ColumnRef,
    ConstraintFact,
    Operation,
    Parameter,
    PgType,
    Query,
    TypeKind,
)
from sqlwright.codegen.nullability import ColumnVerdict, Definitions, Verdict, analyse_columns
from sqlwright.codegen.parameters import ParameterVerdict, analyse_parameters
from sqlwright.codegen.pg_types import TypeReader
from sqlwright.codegen.source import SourceParameter, SourceQuery
from sqlwright.codegen.tree import Node
from sqlwright.codegen.wording import Clue, find

__all__ = ["Analyser"]

_UNKNOWN = Verdict(True, "nothing is known of it")


@dataclass(frozen=True, slots=True)
class Analyser:
    """The rules, applied to the queries of one database."""

    catalog: Catalog
    types: TypeReader
    definitions: Definitions

    def analyse(self, described: DescribedQuery) -> Query:
        """All that is known of one query."""
        source, tree = described.source, described.tree
        if tree is None:
            return self._unread(described)
        places = _Places(source)
        parameter_verdicts = analyse_parameters(
            tree, self.catalog, len(described.parameter_types), described.parameter_types
        )
        by_number = {verdict.number: verdict for verdict in parameter_verdicts}
        may_be_null = {number: verdict.nullable for number, verdict in by_number.items()}
        columns = self._columns(described, tree, may_be_null, places)
        access = analyse_access(tree, described.trees, self.catalog)
        cardinality = _cardinality(described, tree, self.catalog)
        copied = copy_target(tree, self.catalog) if _takes_rows(tree) else None
        constraints = analyse_constraints(tree, self.catalog, access, may_be_null)
        return Query(
            name=source.name,
            file=source.file.name,
            line=source.line,
            operation=source.operation,
            doc=source.doc,
            sql=source.sql,
            declared=source.declared,
            cardinality=cardinality.cardinality,
            cardinality_reason=cardinality.reason,
            read_only=access.read_only,
            columns=columns,
            parameters=tuple(
                self._parameter(each, described.parameter_types[each.number - 1], by_number.get(each.number), places)
                for each in source.parameters
            ),
            reads=self._touched(access.reads),
            writes=self._touched(access.writes),
            constraints=tuple(
                self._constraint(relation, constraint.name, constraint.type, constraint.columns, constraint.definition)
                for relation, constraint in constraints
            ),
            command=access.command,
            copy_columns=self._copy_columns(copied) if copied else (),
            returns_relation=self._returned(columns),
            cardinality_position=places.written(cardinality.location),
        )

    def _unread(self, described: DescribedQuery) -> Query:
        """A script, or a statement whose tree could not be read: what Describe said, and nothing is proved."""
        source = described.source
        reason = described.warning or "scripts are not analysed"
        return Query(
            name=source.name,
            file=source.file.name,
            line=source.line,
            operation=source.operation,
            doc=source.doc,
            sql=source.sql,
            declared=source.declared,
            cardinality=Cardinality.MANY if described.columns else Cardinality.NONE,
            cardinality_reason=reason,
            read_only=False,
            columns=tuple(
                Column(each.name, self.types.read(each.type_oid, each.typmod), True, reason)
                for each in described.columns
            ),
            parameters=tuple(
                Parameter(
                    each.number,
                    each.name,
                    each.attribute,
                    self.types.read(described.parameter_types[each.number - 1]),
                    False,
                    reason,
                )
                for each in source.parameters
            ),
            reads=(),
            writes=(),
            constraints=(),
            command="SCRIPT" if source.operation is Operation.SCRIPT else "UTILITY",
        )

    # --- COLUMNS ---

    def _columns(
        self, described: DescribedQuery, tree: Node, may_be_null: Mapping[int, bool], places: _Places
    ) -> tuple[Column, ...]:
        verdicts: Sequence[ColumnVerdict] = (
            analyse_columns(tree, self.catalog, may_be_null, self.definitions) if described.columns else ()
        )
        agree = len(verdicts) == len(described.columns)
        columns: list[Column] = []
        for index, each in enumerate(described.columns):
            verdict = verdicts[index].verdict if agree else _UNKNOWN
            column = self._column(each, verdict, places)
            override = described.source.annotations.columns.get(each.name)
            if override is not None and override.nullable is not None and override.nullable != column.nullable:
                word = "nullable" if override.nullable else "not null, checked when rows are read"
                column = replace(
                    column,
                    nullable=override.nullable,
                    promised=not override.nullable,
                    reason=f"declared {word}, by -- @column",
                )
            if override is not None and override.dimensions and column.type.kind is TypeKind.ARRAY:
                column = replace(column, type=self._of_dimensions(column.type, override.dimensions))
            columns.append(column)
        return tuple(columns)

    def _column(self, described: DescribedColumn, verdict: Verdict, places: _Places) -> Column:
        return self._built(described.name, described.type_oid, described.typmod, verdict, places)

    def _built(self, name: str, oid: int, typmod: int, verdict: Verdict, places: _Places) -> Column:
        origin, choices = self._reference(verdict.origin)
        return Column(
            name,
            self._type(oid, typmod, verdict, places),
            verdict.nullable,
            verdict.reason,
            origin,
            places.position(verdict.location),
            choices,
        )

    def _type(self, oid: int, typmod: int, verdict: Verdict, places: _Places) -> PgType:
        shaped = verdict.element if verdict.element is not None and verdict.element.fields else verdict
        fields = [
            self._built(each.name, each.type_oid, each.typmod, each.verdict, places) for each in shaped.fields or ()
        ]
        return self.types.read(
            oid,
            typmod,
            element_nullable=verdict.elements_nullable,
            dimensions=self._dimensions(oid, verdict.origin),
            fields=fields,
        )

    @staticmethod
    def _of_dimensions(array: PgType, dimensions: int) -> PgType:
        display = array.display.removesuffix("[]" * array.dimensions) + "[]" * dimensions
        return replace(array, dimensions=dimensions, display=display)

    def _dimensions(self, oid: int, origin: tuple[int, int] | None) -> int:
        """How many an array has whose value is that column's: what the column is declared with."""
        relation = self.catalog.relations.get(origin[0]) if origin else None
        column = relation.columns.get(origin[1]) if relation and origin else None
        if column is None:
            return 1
        type_oid, dimensions = column.type_oid, column.dimensions
        # Describe names the base type of a domain.
        while type_oid != oid and type_oid in self.catalog.types:
            type_oid, dimensions = self.catalog.types[type_oid].base_oid, self.catalog.types[type_oid].dimensions
        return dimensions if type_oid == oid else 1

    def _reference(self, origin: tuple[int, int] | None) -> tuple[ColumnRef | None, tuple[str | int, ...]]:
        relation = self.catalog.relations.get(origin[0]) if origin else None
        column = relation.columns.get(origin[1]) if relation and origin else None
        if relation is None or column is None:
            return None, ()
        reference = ColumnRef(relation.schema, relation.name, column.name)
        return reference, self.types.choices(relation.oid, column.attnum)

    def _returned(self, columns: Sequence[Column]) -> tuple[str, str] | None:
        """The relation whose row the result is: its columns, all of them, in order, as not-null as there."""
        origin = columns[0].origin if columns else None
        relation = self.catalog.relation_named(origin.schema, origin.table) if origin else None
        if relation is None:
            return None
        row = self.types.relation(relation.oid).columns
        same = len(row) == len(columns) and all(
            mine.name == theirs.name and mine.origin == theirs.origin and (theirs.nullable or not mine.nullable)
            for mine, theirs in zip(columns, row, strict=True)
        )
        return (relation.schema, relation.name) if same else None

    def _copy_columns(self, copied: tuple[int, Sequence[int]]) -> tuple[Column, ...]:
        relation = self.catalog.relations[copied[0]]
        row = dict(zip(relation.columns, self.types.relation(relation.oid).columns, strict=True))
        return tuple(row[attnum] for attnum in copied[1])

    # --- PARAMETERS ---

    def _parameter(
        self, source: SourceParameter, oid: int, verdict: ParameterVerdict | None, places: _Places
    ) -> Parameter:
        if verdict is None:
            return Parameter(
                source.number, source.name, source.attribute, self.types.read(oid), False, "nothing is known of its use"
            )
        target, choices = self._reference(verdict.target)
        populates: tuple[Column, ...] = ()
        if verdict.populates is not None:
            relation = self.catalog.relations[verdict.populates[0]]
            row = dict(zip(relation.columns, self.types.relation(relation.oid).columns, strict=True))
            populates = tuple(row[attnum] for attnum in verdict.populates[1] if attnum in row)
        return Parameter(
            source.number,
            source.name,
            source.attribute,
            self.types.read(
                oid,
                element_nullable=verdict.element_nullable,
                dimensions=self._dimensions(oid, verdict.target if verdict.is_whole else None),
            ),
            verdict.nullable,
            verdict.reason,
            target,
            places.position(verdict.location),
            choices,
            populates,
        )

    # --- NAMES ---

    def _touched(self, touched: Mapping[int, frozenset[int]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        named: list[tuple[str, tuple[str, ...]]] = []
        for oid, attnums in touched.items():
            relation = self.catalog.relations.get(oid)
            if relation is not None:
                columns = tuple(relation.columns[each].name for each in sorted(attnums) if each in relation.columns)
                named.append((relation.display, columns))
        return tuple(sorted(named))

    def _constraint(
        self, relation_oid: int, name: str, kind: str, columns: Sequence[int], definition: str
    ) -> ConstraintFact:
        relation: CatalogRelation = self.catalog.relations[relation_oid]
        return ConstraintFact(
            relation.schema,
            relation.name,
            name,
            kind,
            tuple(relation.columns[each].name for each in columns if each in relation.columns),
            definition,
        )


def _cardinality(described: DescribedQuery, tree: Node, catalog: Catalog) -> CardinalityVerdict:
    if not described.columns:
        return CardinalityVerdict(Cardinality.NONE, "it returns no columns")
    return analyse_cardinality(tree, catalog)


def _takes_rows(tree: Node) -> bool:
    """Whether it is COPY … FROM STDIN: not TO, and not from a file or program of the server."""
    statement = tree["utilityStmt"]
    return isinstance(statement, Node) and bool(statement["is_from"]) and not statement["filename"]


class _Places:
    """From the tree's byte offsets to lines and columns of the user's file."""

    def __init__(self, source: SourceQuery) -> None:
        self._source = source
        self._encoded = source.sql.encode()

    def position(self, location: int | None) -> tuple[int, int] | None:
        if location is None or not 0 <= location < len(self._encoded):
            return None
        character = len(self._encoded[:location].decode(errors="ignore"))
        return self._source.file.position(self._source.file_offset(character))

    def written(self, clue: Clue | None) -> tuple[int, int] | None:
        """The position of what the rules could only describe, where it can be one word alone."""
        if clue is None or isinstance(clue, int):
            return self.position(clue)
        offset = find(clue, self._source.file.text, self._source.tokens)
        return None if offset is None else self._source.file.position(offset)
