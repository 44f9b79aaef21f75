"""Functions: an analysed query in, its Statement and its public functions out.

The operator says what the caller wants, the cardinality what the statement can give; together they choose the runtime
function and the return type.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from sqlwright.codegen.ir import Cardinality, Column, Operation, Query
from sqlwright.codegen.naming import class_name, identifier
from sqlwright.codegen.python_ir import (
    Annotation,
    Call,
    Docstring,
    ErrorClass,
    Expression,
    Function,
    Import,
    ListOf,
    OrNone,
    RowFunction,
    StatementDef,
)
from sqlwright.codegen.resolve.errors import PythonErrors
from sqlwright.codegen.resolve.literals import literal
from sqlwright.codegen.resolve.parameters import Arguments, resolve_parameters
from sqlwright.codegen.resolve.told import holds_record, is_binary, registered
from sqlwright.codegen.resolve.types import Place, PythonTypes
from sqlwright.codegen.source import SourceQuery
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label
from sqlwright.runtime import models

__all__ = ["ResolvedQuery", "resolve_query"]

_NONE = Annotation("None")
_INT = Annotation("int")


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """All that one query adds to the package."""

    statement: StatementDef
    functions: tuple[Function, ...]
    errors: tuple[ErrorClass, ...]
    #: what the statements module imports for it
    imports: frozenset[Import]
    #: builders of models that a scalar's row function calls
    model_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row becomes."""

    annotation: Annotation
    function: str
    from_models: bool
    scalar: RowFunction | None = None


def resolve_query(query: Query, source: SourceQuery, types: PythonTypes, errors: PythonErrors) -> ResolvedQuery:
    """Decide everything about one query.

    Raises:
        NameClash: a name that it needs means something else already.
        DiagnosticError: an annotation does not fit.
    """
    _refuse_text_records(query, source, types)
    arguments = resolve_parameters(query, source, types)
    raised = [errors.constraint(fact) for fact in query.constraints]
    raised += [errors.raised(each) for each in source.annotations.raises]
    # What `!` still returns is void.
    is_row = query.columns and not (query.operation is Operation.AFFECTED and query.command != "CALL")
    row = _row(query, source, types) if is_row else None
    name = identifier(query.name)
    statement_name = _statement_name(name)
    keywords = _keywords(query, types, raised)
    statement = StatementDef(
        statement_name,
        Call("Statement", (f'_sql["{query.name}"]', *arguments.specs), keywords),
        row.scalar if row else None,
    )
    runtime, returns = _call(query, row)
    doc = _docstring(query, arguments, raised)
    functions = [
        Function(
            name,
            tuple(arguments.parameters),
            returns,
            doc,
            runtime,
            statement_name,
            _arguments(query, arguments),
            row.function if row and runtime not in _WITHOUT_ROWS else None,
            bool(row and row.from_models),
        )
    ]
    if runtime == "fetch_all" and row is not None and query.command == "SELECT" and not query.writes:
        functions.append(
            Function(
                f"{name}_cursor",
                tuple(arguments.parameters),
                row.annotation,
                _cursor_doc(doc),
                "cursor",
                statement_name,
                _arguments(query, arguments),
                row.function,
                row.from_models,
                is_cursor=True,
            )
        )
    imports = frozenset(arguments.imports)
    if row and row.scalar:
        imports |= row.scalar.annotation.imports
    return ResolvedQuery(statement, tuple(functions), tuple(raised), imports, _model_names(row, types))


def _statement_name(name: str) -> str:
    """The query's name, unless the module of statements needs that name itself: its imports and its row functions."""
    return f"{name}_statement" if name in _STATEMENT_SCOPE or name.endswith("_value") else name


#: What modules of statements import, or find among the builtins, in lower case.
_STATEMENT_SCOPE = frozenset(
    (*dir(builtins), *models.__all__, "date", "datetime", "errors", "load_queries", "time", "timedelta")
)
_WITHOUT_ROWS = frozenset(("execute", "execute_many", "call", "copy_in", "script"))


def _call(query: Query, row: _Row | None) -> tuple[str, Annotation]:
    """The runtime function, and what the generated one returns."""
    match query.operation:
        case Operation.SCRIPT:
            return "script", _NONE
        case _ if query.command == "COPY":
            return "copy_in", _INT
        case Operation.AFFECTED_MANY:
            return ("fetch_many", _list(row.annotation)) if row else ("execute_many", _INT)
        case Operation.AFFECTED if query.command == "CALL":
            return ("fetch_one", row.annotation) if row else ("call", _NONE)
        case Operation.AFFECTED:
            return "execute", _INT
        case _ if row is None:
            return "execute", _INT
        case Operation.MANY:
            return "fetch_all", _list(row.annotation)
        case _ if query.cardinality is Cardinality.ONE:
            return "fetch_one", row.annotation
        case _:
            optional = row.annotation
            return "fetch_optional", optional if optional.text.endswith(" | None") else optional | "None"


def _list(row: Annotation) -> Annotation:
    return Annotation(f"list[{row.text}]", row.imports)


def _row(query: Query, source: SourceQuery, types: PythonTypes) -> _Row:
    single = len(query.columns) == 1
    if single and query.operation in (Operation.VALUE, Operation.RETURNING):
        return _scalar(query, query.columns[0], types)
    returns = source.annotations.returns
    if query.returns_relation in types.relations and query.returns_relation is not None:
        relation = types.relations[query.returns_relation]
        model = types.relation_model(relation)
        if returns is None or returns.name == model.name:
            return _model_row(model.name, model.row_function or "", types)
    name = returns.name if returns is not None else f"{class_name(query.name)}Row"
    doc = f"A row of {query.name}." if returns is None else f"A row that {query.name} returns."
    model = types.row_model(name, query.columns, doc, f"the rows of {query.name} ({query.file}:{query.line})")
    return _model_row(model.name, model.row_function or "", types)


def _model_row(name: str, function: str, types: PythonTypes) -> _Row:
    annotation = Annotation(name, frozenset((Import(f"{types.package}.models", name),)))
    return _Row(annotation, function, from_models=True)


def _scalar(query: Query, column: Column, types: PythonTypes) -> _Row:
    owner = f"{class_name(query.name)}Row"
    annotation = types.annotation(
        column.type, owner=owner, origin=column.origin, choices=column.choices, nullable=column.nullable
    )
    value = types.value(column, "row[0]", owner=owner, place=Place.ALONE)
    function = RowFunction(f"{identifier(query.name)}_value", annotation, value.expression, value.builders)
    return _Row(annotation, function.name, from_models=False, scalar=function)


def _model_names(row: _Row | None, types: PythonTypes) -> frozenset[str]:
    """Functions and classes of the models module that a scalar's expression calls."""
    if row is None or row.scalar is None:
        return frozenset()
    names = {model.row_function for model in types.models.values()} | set(types.json_adapters) | set(types.enums)
    found: set[str] = set()

    def visit(expression: Expression) -> None:
        match expression:
            case Call():
                found.add(expression.function)
                for argument in expression.arguments:
                    visit(argument)
            case OrNone():
                visit(expression.value)
            case ListOf():
                visit(expression.element)
            case str():
                pass

    visit(row.scalar.value)
    return frozenset(name for name in found if name in names)


def _refuse_text_records(query: Query, source: SourceQuery, types: PythonTypes) -> None:
    """A type that is only read as text makes the whole result text, and an anonymous record in it loses its types."""
    textual = next((each for each in query.columns if not is_binary(types, each.type)), None)
    record = next((each for each in query.columns if holds_record(each.type)), None)
    if textual is None or record is None:
        return
    where = f"in column {textual.name}" if textual is not record else "in it"
    span = source.name_span
    raise DiagnosticError(
        Diagnostic(
            "SQW312",
            f"{query.name} returns an anonymous record, {record.name}, and {where} a type that is only read as text",
            (Label(source.file.name, source.file.text, span.start, span.end),),
            help="cast the value of that type (money, regclass, aclitem, a type of an extension …) to text, "
            "or give the record a composite type",
            query=query.name,
        )
    )


def _keywords(query: Query, types: PythonTypes, raised: list[ErrorClass]) -> tuple[tuple[str, Expression], ...]:
    keywords: list[tuple[str, Expression]] = []
    if query.columns:
        keywords.append(("columns", Call("", tuple(literal(column.name) for column in query.columns))))
    if query.read_only:
        keywords.append(("read_only", "True"))
    result_types = [column.type for column in query.columns]
    if names := registered(types, result_types):
        keywords.append(("types", Call("", tuple(map(literal, names)))))
    if not all(is_binary(types, each) for each in result_types):
        keywords.append(("binary", "False"))
    if raised:
        keywords.append(("errors", Call("", tuple(f"errors.{each.name}" for each in raised))))
    return tuple(keywords)


def _arguments(query: Query, arguments: Arguments) -> str:
    """The expression that hands the function's parameters to the runtime, in the order of the Statement's."""
    names = [parameter.name for parameter in arguments.parameters]
    if query.operation is Operation.SCRIPT:
        return ""
    if query.command == "COPY":
        return names[0]
    if query.operation is Operation.AFFECTED_MANY:
        if arguments.row_fields:
            fields = ", ".join(f"row.{field}" for field in arguments.row_fields)
            return f"(({fields}{',' if len(arguments.row_fields) == 1 else ''}) for row in {names[0]})"
        return f"((row,) for row in {names[0]})"
    if len(names) == 1:
        return f"({names[0]},)"
    return f"({', '.join(names)})"


def _docstring(query: Query, arguments: Arguments, raised: list[ErrorClass]) -> Docstring:
    facts = [
        f"{word}: {_tables(tables)}." for word, tables in (("Reads", query.reads), ("Writes", query.writes)) if tables
    ]
    facts.append(f"SQL: {query.file}:{query.line}")
    return Docstring(
        query.doc or f"Run the query {query.name}.",
        tuple(arguments.docs),
        raises=tuple((each.name, each.doc) for each in raised),
        facts=tuple(facts),
    )


def _tables(tables: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return "; ".join(f"{table} ({', '.join(columns)})" if columns else table for table, columns in tables)


def _cursor_doc(doc: Docstring) -> Docstring:
    paragraphs = doc.summary.rstrip()
    note = "Rows come through a server-side cursor: memory stays constant, however many there are."
    return Docstring(f"{paragraphs}\n\n{note}", doc.parameters, doc.returns, doc.raises, doc.facts)
