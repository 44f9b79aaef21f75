"""What is known of a query once PostgreSQL has been asked: plain data that belongs to no stage.

Everything here is frozen, holds only names, numbers and text (no object identifiers of one database, no paths), and
imports nothing but the standard library, so that it can be written as JSON, compared, cached and rendered without a
database. `Query` is the description of one statement; `resolve` turns a list of them into a `Package`, which holds
every decision about the Python that will be printed; renderers only print it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "Cardinality",
    "Column",
    "ColumnRef",
    "ConstraintFact",
    "Operation",
    "Parameter",
    "PgType",
    "Query",
    "Relation",
    "TypeKind",
]


class Operation(StrEnum):
    """aiosql's operators: what the caller wants of the result."""

    MANY = ""
    ONE = "^"
    VALUE = "$"
    RETURNING = "<!"
    AFFECTED = "!"
    AFFECTED_MANY = "*!"
    SCRIPT = "#"


class Cardinality(StrEnum):
    """How many rows the statement itself can return, whatever its operator."""

    NONE = "none"
    AT_MOST_ONE = "at-most-one"
    ONE = "one"
    MANY = "many"


class TypeKind(StrEnum):
    """The structure of a type; scalars are looked up in a table, the others are built from their parts."""

    BASE = "base"
    ENUM = "enum"
    DOMAIN = "domain"
    ARRAY = "array"
    COMPOSITE = "composite"
    RECORD = "record"
    RANGE = "range"
    MULTIRANGE = "multirange"
    PSEUDO = "pseudo"


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of a relation, by name: `public`, `projects`, `status`."""

    schema: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class PgType:
    """A PostgreSQL type with all that it is made of.

    `display` is what format_type prints for it (`character varying(20)`, `projects[]`), with all dimensions that are
    declared; `schema` and `name` are
    those of pg_type (`pg_catalog`, `varchar`).
    """

    kind: TypeKind
    schema: str
    name: str
    display: str
    #: array: the element; domain: the base type; range and multirange: the subtype
    element: PgType | None = None
    #: array: whether an element may be NULL
    element_nullable: bool = True
    #: array: how many dimensions it is declared to have (`integer[][]`), which is checked when rows are read
    dimensions: int = 1
    #: enum: the labels in order
    labels: tuple[str, ...] = ()
    #: composite and record: the fields in order
    fields: tuple[Column, ...] = ()
    #: composite: the type is the row of this relation (schema, name)
    relation: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result, or one field of a composite."""

    name: str
    type: PgType
    nullable: bool
    #: why it is nullable or not, in one line
    reason: str
    #: the table column whose value this is, unchanged, where there is one: it carries CHECK literals and JSONB models
    origin: ColumnRef | None = None
    #: where in the file the reason points, as (line, column), both from 1
    position: tuple[int, int] | None = None
    #: the literals that the origin's CHECK constraint lists
    choices: tuple[str | int, ...] = ()
    #: not NULL by the user's word, `-- @column … not null`, against what the analysis can prove
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `$n` of a statement: `:id`, or `:project.name` with an attribute."""

    number: int
    name: str
    attribute: str | None
    type: PgType
    nullable: bool
    reason: str
    #: the table column that the value is stored in or compared with, where there is exactly one
    target: ColumnRef | None = None
    #: where in the file the reason points, as (line, column), both from 1
    position: tuple[int, int] | None = None
    #: the literals that the target's CHECK constraint lists
    choices: tuple[str | int, ...] = ()
    #: a jsonb parameter of jsonb_populate_record: the columns of the table's row that the statement takes from it
    populates: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view whose row is a model: its columns as any row of it may have them."""

    schema: str
    name: str
    #: as a DBA would write it: with the schema only where the search path does not find it
    display: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class ConstraintFact:
    """A constraint that the statement can violate."""

    schema: str
    table: str
    name: str
    #: pg_constraint.contype: p u f c x n (a not-null constraint has no name before PostgreSQL 18: its column names it)
    type: str
    columns: tuple[str, ...]
    #: pg_get_constraintdef
    definition: str


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, understood."""

    name: str
    #: the file as the user named it, relative to the configuration, with forward slashes
    file: str
    line: int
    operation: Operation
    #: the comment under the name, without annotations
    doc: str
    #: the statement as it is sent: the file's text with `:name` turned into `$n`
    sql: str
    #: the names in the parameter list, or None where the query declares none
    declared: tuple[str, ...] | None
    cardinality: Cardinality
    cardinality_reason: str
    read_only: bool
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...]
    #: relation → columns, both as names; a relation outside the search path is written with its schema
    reads: tuple[tuple[str, tuple[str, ...]], ...]
    writes: tuple[tuple[str, tuple[str, ...]], ...]
    constraints: tuple[ConstraintFact, ...]
    #: SELECT INSERT UPDATE DELETE MERGE CALL COPY, or UTILITY
    command: str
    #: the columns of COPY … FROM STDIN, in order
    copy_columns: tuple[Column, ...] = ()
    #: the relation whose row the whole result is, column for column (schema, name)
    returns_relation: tuple[str, str] | None = None
    #: where in the file the reason for the cardinality points, as (line, column), both from 1
    cardinality_position: tuple[int, int] | None = None
