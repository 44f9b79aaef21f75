"""What the runtime is told of types: the classes that are checked, how values are written, what must be looked up.

In: a `PgType`, and the `PythonTypes` of the package. Out: expressions and names for the Statement. The surprise: a
composite parameter is written by the annotations of its model's fields, so the few fields whose annotation does not
say how PostgreSQL wants them (`list[str]` may be text[] or box[]) get a `SqlType` beside it, once all is resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlwright.codegen.ir import Column, ColumnRef, PgType, TypeKind
from sqlwright.codegen.python_ir import Annotation, Import, Model, ModelField, Package
from sqlwright.codegen.resolve.literals import literal
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.structure import bare, is_json, is_list, is_vector, quoted, scalar

__all__ = ["classes", "holds_record", "is_binary", "registered", "runtime_name", "send", "with_sql_types"]

_SQL_TYPE = frozenset((Import("typing", "Annotated"), Import("sqlwright.runtime.models", "SqlType")))


def classes(types: PythonTypes, pg_type: PgType, origin: ColumnRef | None, choices: Sequence[str | int]) -> Annotation:
    """The class, or tuple of classes, that a parameter's value (or a list's element) must be an instance of."""
    if (configured := types.configured_class(pg_type)) is not None:
        return configured
    match pg_type.kind:
        case TypeKind.DOMAIN if pg_type.element is not None:
            if is_list(pg_type.element):
                # The runtime looks into the arrays of statements, and not into those that are one value.
                return Annotation("(list, tuple)")
            return classes(types, pg_type.element, origin, choices)
        case TypeKind.ARRAY if pg_type.element is not None and is_vector(pg_type.element):
            return Annotation("(list, tuple)")
        case TypeKind.ARRAY if pg_type.element is not None:
            return classes(types, pg_type.element, origin, choices)
        case TypeKind.ENUM | TypeKind.COMPOSITE:
            return types.annotation(pg_type, owner="", origin=origin)
        case TypeKind.RECORD:
            return Annotation("tuple")
        case TypeKind.RANGE | TypeKind.MULTIRANGE:
            plain = types.annotation(pg_type, owner="")
            return Annotation(
                plain.text.partition("[")[0],
                frozenset(each for each in plain.imports if each.name in ("Range", "Multirange")),
            )
        case _:
            pass
    if is_json(pg_type):
        return types.configured_json(origin) or Annotation("object")
    row = scalar(pg_type)
    return Annotation(row.classes or "object", row.annotation.imports if row.classes else frozenset())


def runtime_name(types: PythonTypes, pg_type: PgType) -> str:
    """The type's name for the runtime: pg_type.typname without domains, arrays as `text[]`.

    `(int4[])[]` is an array of a domain over an array, and `vector as text` has a configured class.
    """
    if types.configured_class(pg_type) is not None:
        return f"{bare(pg_type).name} as text"
    if pg_type.kind is TypeKind.DOMAIN and pg_type.element is not None:
        return runtime_name(types, pg_type.element)
    if pg_type.kind is not TypeKind.ARRAY or pg_type.element is None or is_vector(pg_type):
        return pg_type.name
    element = runtime_name(types, pg_type.element)
    return (f"({element})" if element.endswith("[]") else element) + "[]" * pg_type.dimensions


def registered(types: PythonTypes, wanted: Iterable[PgType]) -> tuple[str, ...]:
    """The types whose identifiers the runtime must look up, by qualified name: all that the database defines."""
    names: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()

    def visit(pg_type: PgType) -> None:
        if (pg_type.schema, pg_type.name) in seen:
            return
        if pg_type.kind is not TypeKind.RECORD:
            seen.add((pg_type.schema, pg_type.name))
        if pg_type.element is not None:
            visit(pg_type.element)
        for each in pg_type.fields:
            visit(each.type)
        if pg_type.relation is not None and pg_type.relation in types.relations:
            for each in types.relations[pg_type.relation].columns:
                visit(each.type)
        custom = pg_type.schema != "pg_catalog" and pg_type.kind is not TypeKind.ARRAY
        if custom:
            names[f"{quoted(pg_type.schema)}.{quoted(pg_type.name)}"] = None

    for pg_type in wanted:
        visit(pg_type)
    return tuple(names)


def holds_record(pg_type: PgType) -> bool:
    """Whether an anonymous record is in it: in text format such a record does not say what its fields are."""
    if pg_type.element is not None:
        return holds_record(pg_type.element)
    return pg_type.kind is TypeKind.RECORD or any(holds_record(each.type) for each in pg_type.fields)


def is_binary(types: PythonTypes, pg_type: PgType, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
    """Whether psycopg can read the type, and all that it is made of, in binary."""
    if pg_type.element is not None:
        return is_binary(types, pg_type.element, seen)
    if pg_type.relation is not None and pg_type.relation in types.relations:
        if pg_type.relation in seen:
            return True
        columns = types.relations[pg_type.relation].columns
        return all(is_binary(types, each.type, seen | {pg_type.relation}) for each in columns)
    if pg_type.fields:
        return all(is_binary(types, each.type, seen) for each in pg_type.fields)
    return pg_type.kind is TypeKind.ENUM or not scalar(pg_type).text_only


# --- FIELDS OF COMPOSITES THAT ARE SENT ---


def send(types: PythonTypes, pg_type: PgType) -> None:
    """Note, for `with_sql_types`, which fields of the type's models are not written by their annotations alone."""
    if pg_type.element is not None:
        send(types, pg_type.element)
    if pg_type.kind is not TypeKind.COMPOSITE:
        return
    relation = types.relations.get(pg_type.relation) if pg_type.relation is not None else None
    columns = relation.columns if relation is not None else pg_type.fields
    model = types.annotation(pg_type, owner="").text
    if model in types.sent or model not in types.models:
        return
    told = types.sent[model] = {}
    for field, column in zip(types.models[model].fields, columns, strict=True):
        if not _is_told(types, column):
            told[field.name] = runtime_name(types, column.type)
        send(types, column.type)


def _is_told(types: PythonTypes, column: Column) -> bool:
    """Whether the annotation of the column's field says how PostgreSQL wants its values written."""
    pg_type = bare(column.type)
    if " as text" in runtime_name(types, column.type):
        return False
    if is_json(pg_type):
        return types.configured_json(column.origin) is None
    if pg_type.kind is not TypeKind.ARRAY or pg_type.element is None:
        return True
    element = bare(pg_type.element)
    return (
        pg_type.dimensions == 1
        and not is_vector(pg_type)
        and not is_list(element)
        and element.name != "box"
        and not (is_json(element) and types.configured_json(column.origin) is not None)
    )


def with_sql_types(package: Package, types: PythonTypes) -> Package:
    """The package, in which the fields that `send` noted say their PostgreSQL type."""
    return replace(package, models=tuple(_told(model, types.sent.get(model.name, {})) for model in package.models))


def _told(model: Model, told: dict[str, str]) -> Model:
    def field(each: ModelField) -> ModelField:
        if each.name not in told:
            return each
        text = f"Annotated[{each.annotation.text}, SqlType({literal(told[each.name])})]"
        return replace(each, annotation=Annotation(text, each.annotation.imports | _SQL_TYPE))

    return replace(model, fields=tuple(map(field, model.fields)))
