"""Parameters in Python: the `$n` of a statement in, keyword arguments of the function and their run-time checks out.

`:id` is an argument; `:project.name` is a field of the object argument `project`, whose model is generated; under
`list[…]` each attribute is a column array; the argument of jsonb_populate_record is a model of changes. The surprise:
the order of arguments is that of the function, not of `$n`; the statement maps one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlwright.codegen.annotations import ParamAnnotation
from sqlwright.codegen.ir import Column, Operation, Parameter, PgType, Query, TypeKind
from sqlwright.codegen.naming import class_name, field_names, identifier
from sqlwright.codegen.parameter_annotations import is_list_of_objects
from sqlwright.codegen.python_ir import (
    Annotation,
    Call,
    Expression,
    FunctionParameter,
    Import,
    Model,
    ModelField,
)
from sqlwright.codegen.resolve.defaults import default_expression
from sqlwright.codegen.resolve.literals import literal
from sqlwright.codegen.resolve.told import classes, runtime_name, send
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceQuery
from sqlwright.codegen.structure import bare
from sqlwright.runtime.arrays import ARRAY_OIDS

__all__ = ["Arguments", "resolve_parameters"]

_ITERABLE = Import("collections.abc", "Iterable")
_SEQUENCE = Import("collections.abc", "Sequence")


@dataclass(slots=True)
class Arguments:
    """A function's parameters, and what the Statement is told of them, in the same order."""

    parameters: list[FunctionParameter] = field(default_factory=list[FunctionParameter])
    specs: list[Call] = field(default_factory=list[Call])
    docs: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    imports: set[Import] = field(default_factory=set[Import])
    #: `*!` over a model of all parameters: its fields, in the order of the specs
    row_fields: tuple[str, ...] = ()

    def use(self, annotation: Annotation) -> str:
        """Note what an expression of the statements module needs imported."""
        self.imports |= annotation.imports
        return annotation.text


def resolve_parameters(query: Query, source: SourceQuery, types: PythonTypes) -> Arguments:
    """The arguments of a query's function.

    Raises:
        NameClash: two models of different shape want one name.
        DiagnosticError: a default does not fit its parameter's type.
    """
    arguments = Arguments()
    groups: dict[str, list[Parameter]] = {}
    for parameter in query.parameters:
        groups.setdefault(parameter.name, []).append(parameter)
    order = [name for name in query.declared or () if name in groups] or list(groups)
    order += [name for name in groups if name not in order]
    many = query.operation is Operation.AFFECTED_MANY
    for name in order:
        group = groups[name]
        annotation = source.annotations.params.get(name)
        if any(each.attribute is not None for each in group):
            _object(arguments, query, name, group, annotation, types)
        elif group[0].populates:
            _changes(arguments, query, group[0], annotation, types)
        else:
            _scalar(arguments, query, source, group[0], annotation, types)
        if annotation is not None and annotation.description:
            arguments.docs.append((name, annotation.description))
    if query.command == "COPY" and query.copy_columns:
        _copy(arguments, query, source, types)
    elif many:
        _rows(arguments, query, types)
    return arguments


def _scalar(
    arguments: Arguments,
    query: Query,
    source: SourceQuery,
    parameter: Parameter,
    annotation: ParamAnnotation | None,
    types: PythonTypes,
) -> None:
    owner = class_name(query.name) + class_name(parameter.name)
    hint = _accepted(types, parameter, owner)
    default = "None" if parameter.nullable else None
    if annotation is not None and annotation.default is not None:
        default = default_expression(source, annotation, parameter, hint, types)
    arguments.parameters.append(
        FunctionParameter(identifier(parameter.name), hint | "None" if parameter.nullable else hint, default)
    )
    arguments.specs.append(_spec(arguments, parameter, types))


def _accepted(types: PythonTypes, parameter: Parameter, owner: str) -> Annotation:
    """What a function accepts may be wider than what a query returns: any sequence for an array."""
    plain = types.annotation(parameter.type, owner=owner, origin=parameter.target, choices=parameter.choices)
    array = bare(parameter.type)
    if array.kind is TypeKind.ARRAY:
        return Annotation(plain.text.replace("list[", "Sequence[", array.dimensions), plain.imports | {_SEQUENCE})
    return plain


def _spec(arguments: Arguments, parameter: Parameter, types: PythonTypes) -> Call:
    told = classes(types, parameter.type, parameter.target, parameter.choices)
    keywords: list[tuple[str, Expression]] = []
    if parameter.type.kind is TypeKind.ARRAY:
        keywords.append(("array", "True"))
        if parameter.type.element_nullable:
            keywords.append(("element_nullable", "True"))
    if parameter.choices and told.text in ("str", "int"):
        keywords.append(("choices", _tuple(parameter.choices)))
    if parameter.nullable:
        keywords.append(("nullable", "True"))
    name = f'"{parameter.name}"'
    return Call("Parameter", (name, _pg_type(parameter.type, types), arguments.use(told)), tuple(keywords))


def _tuple(values: Sequence[object]) -> Expression:
    return Call("", tuple(literal(value) for value in values))


def _pg_type(pg_type: PgType, types: PythonTypes) -> str:
    """The type's name for the runtime, which then writes values of it."""
    send(types, pg_type)
    return literal(runtime_name(types, pg_type))


def _object(
    arguments: Arguments,
    query: Query,
    name: str,
    group: list[Parameter],
    annotation: ParamAnnotation | None,
    types: PythonTypes,
) -> None:
    is_list = is_list_of_objects(query, annotation, group)
    model_name = (annotation.model if annotation else None) or class_name(query.name) + class_name(name)
    fields: list[ModelField] = []
    attributes = [each.attribute or "" for each in group]
    for parameter, attribute, field_name in zip(group, attributes, field_names(attributes), strict=True):
        pg_type, nullable = parameter.type, parameter.nullable
        if is_list and pg_type.kind is TypeKind.ARRAY and pg_type.element is not None:
            pg_type, nullable = pg_type.element, pg_type.element_nullable
        hint = types.annotation(
            pg_type,
            owner=model_name + class_name(attribute),
            origin=parameter.target,
            choices=parameter.choices,
            nullable=nullable,
        )
        fields.append(ModelField(field_name, hint, _default("None" if nullable else None, field_name, attribute)))
    fields.sort(key=_is_optional)
    model = types.declare(
        Model(model_name, "InputModel", f"What the parameter `:{name}` takes.", tuple(fields)),
        f"`:{name}` of {query.name} ({query.file}:{query.line})",
    )
    columns = [
        Call(
            "",
            (literal(each.attribute), _pg_type(each.type, types), *(_array_oid(each.type, types) if is_list else ())),
        )
        for each in group
    ]
    _add_model(arguments, name, model, "ListParameter" if is_list else "ObjectParameter", types, columns, is_list)


def _array_oid(pg_type: PgType, types: PythonTypes) -> tuple[str, ...]:
    """The type's oid, where it is the same in every database and the run time writes its binary format."""
    element = pg_type.element
    if pg_type.kind is not TypeKind.ARRAY or element is None or types.configured_class(element) is not None:
        return ()
    # No domain, enum or other type of the schema, whatever its name.
    if element.kind is not TypeKind.BASE or (element.schema, pg_type.dimensions) != ("pg_catalog", 1):
        return ()
    return (str(ARRAY_OIDS[element.name]),) if element.name in ARRAY_OIDS else ()


def _add_model(
    arguments: Arguments,
    name: str,
    model: Model,
    kind: str,
    types: PythonTypes,
    columns: Sequence[Expression],
    is_list: bool,
) -> None:
    local = Import(f"{types.package}.models", model.name)
    hint = Annotation(model.name, frozenset((local,)))
    if is_list:
        hint = Annotation(f"Iterable[{model.name}]", hint.imports | {_ITERABLE})
    arguments.parameters.append(FunctionParameter(identifier(name), hint))
    arguments.specs.append(Call(kind, (f'"{name}"', model.name, *columns)))
    arguments.imports.add(local)


def _changes(
    arguments: Arguments, query: Query, parameter: Parameter, annotation: ParamAnnotation | None, types: PythonTypes
) -> None:
    name = (annotation.model if annotation else None) or class_name(query.name) + class_name(parameter.name)
    fields = tuple(
        ModelField(
            field_name,
            types.annotation(
                column.type,
                owner=name + class_name(column.name),
                origin=column.origin,
                choices=column.choices,
                nullable=column.nullable,
            ),
            _default("UNSET", field_name, column.name),
        )
        for column, field_name in zip(
            parameter.populates, field_names(each.name for each in parameter.populates), strict=True
        )
    )
    model = types.declare(
        Model(
            name,
            "ChangesModel",
            f"The changes that {query.name} makes; a field that is not given stays as it is.",
            fields,
        ),
        f"`:{parameter.name}` of {query.name} ({query.file}:{query.line})",
    )
    _add_model(arguments, parameter.name, model, "ChangesParameter", types, (), False)


def _copy(arguments: Arguments, query: Query, source: SourceQuery, types: PythonTypes) -> None:
    annotated = next(iter(source.annotations.params.values()), None)
    name = annotated.name if annotated else (query.declared or ("rows",))[0]
    model_name = (annotated.model if annotated else None) or f"{class_name(query.name)}Row"
    model = types.declare(
        Model(
            model_name,
            "InputModel",
            f"A row for COPY into {query.copy_columns[0].origin.table if query.copy_columns[0].origin else name}.",
            _input_fields(query.copy_columns, model_name, types),
        ),
        f"the rows that {query.name} copies ({query.file}:{query.line})",
    )
    columns = [Call("", (literal(each.name), _pg_type(each.type, types))) for each in query.copy_columns]
    _add_model(arguments, name, model, "CopyParameter", types, columns, True)


def _input_fields(columns: Sequence[Column], owner: str, types: PythonTypes) -> tuple[ModelField, ...]:
    fields = [
        ModelField(
            field_name,
            types.annotation(
                each.type,
                owner=owner + class_name(each.name),
                origin=each.origin,
                choices=each.choices,
                nullable=each.nullable,
            ),
            _default("None" if each.nullable else None, field_name, each.name),
        )
        for each, field_name in zip(columns, field_names(each.name for each in columns), strict=True)
    ]
    return tuple(sorted(fields, key=_is_optional))


def _default(value: str | None, field_name: str, name: str) -> Expression | None:
    """A field's default. Where the field is not called as SQL calls it, its serialization alias says how that is.

    An alias proper would name the argument for type checkers, and Python has no argument called `class`.
    """
    if field_name == name:
        return value
    alias = ("serialization_alias", literal(name))
    return Call("Field", (), (alias,) if value is None else (("default", value), alias))


def _is_optional(field: ModelField) -> bool:
    """The sort key that puts optional fields last, as a person would; stable otherwise."""
    match field.default:
        case Call(keywords=keywords):
            return any(name == "default" for name, _ in keywords)
        case default:
            return default is not None


def _rows(arguments: Arguments, query: Query, types: PythonTypes) -> None:
    """`*!` runs once per row: one object parameter is the row itself, otherwise a model of all parameters is."""
    if len(arguments.parameters) == 1 and arguments.specs[0].function == "ObjectParameter":
        (only,) = arguments.parameters
        arguments.parameters = [
            FunctionParameter(
                only.name, Annotation(f"Iterable[{only.annotation.text}]", only.annotation.imports | {_ITERABLE})
            )
        ]
        return
    name = f"{class_name(query.name)}Arguments"
    fields = [
        ModelField(
            field_name,
            Annotation(each.annotation.text.replace("Sequence[", "list["), each.annotation.imports - {_SEQUENCE}),
            each.default,
        )
        for each, field_name in zip(
            arguments.parameters, field_names(each.name for each in arguments.parameters), strict=True
        )
    ]
    arguments.row_fields = tuple(each.name for each in fields)
    doc = f"The parameters of one run of {query.name}."
    model = types.declare(
        Model(name, "InputModel", doc, tuple(sorted(fields, key=_is_optional))), f"the rows that {query.name} takes"
    )
    local = Import(f"{types.package}.models", model.name)
    arguments.parameters = [FunctionParameter("rows", Annotation(f"Iterable[{name}]", frozenset((local, _ITERABLE))))]
