"""The Python that will be printed, decided: every name, annotation and import. Renderers print it and decide nothing.

Plain frozen data, like `ir`; imports nothing but the standard library. Expressions that may be long are objects, so
that the renderer can break them over lines; everything else is text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Annotation",
    "Call",
    "Docstring",
    "EnumClass",
    "ErrorClass",
    "Expression",
    "Function",
    "FunctionParameter",
    "Import",
    "JsonAdapter",
    "ListOf",
    "LiteralAlias",
    "Model",
    "ModelField",
    "OrNone",
    "Package",
    "RowFunction",
    "SqlModule",
    "StatementDef",
    "ValueReader",
]


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """`from module import name`, or `from module import name as alias`."""

    module: str
    name: str
    alias: str | None = None

    @property
    def local(self) -> str:
        """The name by which the importing module knows it."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class Annotation:
    """A type annotation and what it needs imported."""

    text: str
    imports: frozenset[Import] = frozenset()

    def __or__(self, other: str) -> Annotation:
        return Annotation(f"{self.text} | {other}", self.imports)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(argument, …, keyword=value, …)`, breakable over lines; an empty function name makes it a tuple."""

    function: str
    arguments: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class OrNone:
    """`None if source is None else value`."""

    source: str
    value: Expression


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[element for name in values]`."""

    element: Expression
    name: str
    values: Expression


Expression = str | Call | OrNone | ListOf


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a model."""

    name: str
    annotation: Annotation
    default: Expression | None = None
    #: row models: the value, from `row`
    value: Expression = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model; `base` is a class of the runtime.

    InputModel and ChangesModel are pydantic's, and so is RowModel; RowRecord is for rows that are dataclasses, and
    RowStruct for those that are msgspec's.
    """

    name: str
    base: str
    doc: str
    fields: tuple[ModelField, ...]
    #: row models: the function that builds one from a row
    row_function: str | None = None
    #: names of `sqlwright.runtime.models` that the values use
    builders: frozenset[str] = frozenset()
    #: RowStruct: whether one can be part of a cycle
    cyclic: bool = True


@dataclass(frozen=True, slots=True)
class EnumClass:
    """An enum type as a StrEnum: members as (NAME, literal of the label)."""

    name: str
    doc: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LiteralAlias:
    """The literals of a CHECK list under a name, as Python writes them."""

    name: str
    doc: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JsonAdapter:
    """A reader of one JSON column type: a function from JSON to the configured Python type."""

    function: str
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class ValueReader:
    """`name = call`, a function for the values of an enum or of a Literal, in rows that pydantic does not validate."""

    name: str
    call: Call


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """A typed error: `class Name(base, psycopg_class)` with class attributes."""

    name: str
    base: str
    psycopg_class: str
    doc: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowFunction:
    """A function from a row to a scalar, where no model has one."""

    name: str
    annotation: Annotation
    value: Expression
    builders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StatementDef:
    """One `Statement(…)` of a `_statements` module."""

    name: str
    call: Call
    row: RowFunction | None = None


@dataclass(frozen=True, slots=True)
class FunctionParameter:
    """A keyword-only parameter of a generated function."""

    name: str
    annotation: Annotation
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring in parts; sections that are empty are left out."""

    summary: str
    parameters: tuple[tuple[str, str], ...] = ()
    returns: str = ""
    raises: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A public function; `call` names the runtime function that runs it."""

    name: str
    parameters: tuple[FunctionParameter, ...]
    returns: Annotation
    doc: Docstring
    #: function of sqlwright.runtime.sync / .aio
    call: str
    statement: str
    #: expression for the arguments: a tuple, or the iterable itself
    arguments: str
    #: name of the row function, from models or from the statements module
    row: str | None = None
    row_from_models: bool = False
    #: the function is a context manager over a cursor: `returns` is the type of one row
    is_cursor: bool = False


@dataclass(frozen=True, slots=True)
class SqlModule:
    """All that is generated for one .sql file."""

    name: str
    #: as shown to readers: queries/projects.sql
    source: str
    #: as the loader finds it below the query folder: projects.sql
    file: str
    sha256: str
    #: from the package's folder to the query folder in a checkout: ../../queries
    checkout: str
    statements: tuple[StatementDef, ...]
    functions: tuple[Function, ...]
    #: names used from models and errors by the statements
    model_names: frozenset[str] = frozenset()
    error_names: frozenset[str] = frozenset()
    imports: frozenset[Import] = frozenset()
    #: names of functions and parameters: an import of such a name gets another one
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Package:
    """Everything that is generated, in the order in which it is printed."""

    name: str
    line_length: int
    enums: tuple[EnumClass, ...]
    aliases: tuple[LiteralAlias, ...]
    json_adapters: tuple[JsonAdapter, ...]
    readers: tuple[ValueReader, ...]
    models: tuple[Model, ...]
    errors: tuple[ErrorClass, ...]
    modules: tuple[SqlModule, ...]
    flavours: tuple[str, ...] = field(default=("sync", "aio"))
