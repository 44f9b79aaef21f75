"""`-- @param` against use: whether what an annotation says of a parameter is what the statement does with it.

In: an analysed query and its source. Out: diagnostics, none where all is well. An annotation that would have no effect
is an error, as is one that would let a call fail that type checkers accept.
"""

from __future__ import annotations

from sqlwright.codegen.annotations import ParamAnnotation
from sqlwright.codegen.ir import Operation, Parameter, Query, TypeKind
from sqlwright.codegen.source import SourceQuery, Span
from sqlwright.diagnostics import Diagnostic, Label

__all__ = ["check_parameters", "is_list_of_objects"]

_CODE = "SQW311"


def is_list_of_objects(query: Query, annotation: ParamAnnotation | None, group: list[Parameter]) -> bool:
    """Whether an object parameter is a list, each attribute an array.

    `*!` runs once for each object, so that `list[NewUser]` says nothing new there, unless there are arrays.
    """
    if annotation is None or annotation.collection is None:
        return False
    return query.operation is not Operation.AFFECTED_MANY or any(_is_array(each) for each in group)


def check_parameters(query: Query, source: SourceQuery) -> list[Diagnostic]:
    """What is wrong between the annotations of parameters and their uses."""
    groups: dict[str, list[Parameter]] = {}
    for parameter in query.parameters:
        groups.setdefault(parameter.name, []).append(parameter)
    return [
        problem
        for name, group in groups.items()
        for problem in _check(query, source, name, group, source.annotations.params.get(name))
    ]


def _check(
    query: Query, source: SourceQuery, name: str, group: list[Parameter], annotation: ParamAnnotation | None
) -> list[Diagnostic]:
    is_object = any(each.attribute is not None for each in group)
    if is_object and any(each.attribute is None for each in group):
        return [_both(source, name)]
    found: list[Diagnostic] = []
    if annotation is None:
        return found
    has_model = is_object or bool(group[0].populates)
    if has_model and annotation.default is not None:
        advice = f"leave it out; defaults of single attributes are the SQL's: COALESCE(:{name}.attribute, …)"
        found.append(_at(source, annotation.span, f"the object :{name} cannot have a default", "", advice))
    if annotation.model is not None and not has_model:
        message = f":{name} has no attributes, so {annotation.model} means nothing"
        advice = f"the type of a value is PostgreSQL's: cast it (`:{name}::type`) to have another; "
        advice += f"a model is for attributes: `:{name}.attribute`"
        label = f"its type is {group[0].type.display}"
        found.append(_at(source, annotation.span, message, label, advice))
    if is_object and is_list_of_objects(query, annotation, group):
        found += [_not_an_array(source, each) for each in group if not _is_array(each)]
    elif annotation.collection is not None and not is_object and has_model:
        message = f":{name} is one object, not several"
        found.append(_at(source, annotation.span, message, "", f"write `@param {name}: {annotation.model}`"))
    return found


def _is_array(parameter: Parameter) -> bool:
    return parameter.type.kind is TypeKind.ARRAY


def _both(source: SourceQuery, name: str) -> Diagnostic:
    uses = [(each.attribute, span) for each in source.parameters if each.name == name for span in each.occurrences]
    first = next(span for attribute, span in uses if attribute is None)
    other = next(span for attribute, span in uses if attribute is not None)
    text = source.file.text
    labels = (
        Label(source.file.name, text, first.start, first.end, "here it is a value"),
        Label(source.file.name, text, other.start, other.end, "here it is an object", primary=False),
    )
    message = f":{name} cannot be a value and an object with attributes as well"
    return Diagnostic(_CODE, message, labels, help="give one of them another name", query=source.name)


def _not_an_array(source: SourceQuery, parameter: Parameter) -> Diagnostic:
    placeholder = f":{parameter.name}.{parameter.attribute}"
    spans = [each.occurrences for each in source.parameters if each.number == parameter.number]
    message = f":{parameter.name} is a list, so {placeholder} must be an array"
    label = f"it is one {parameter.type.display}"
    advice = f"write unnest({placeholder}::{parameter.type.display}[], …), or use the operator `*!`, "
    advice += "which runs the statement once for each object"
    return _at(source, spans[0][0], message, label, advice)


def _at(source: SourceQuery, span: Span, message: str, label: str, advice: str) -> Diagnostic:
    place = Label(source.file.name, source.file.text, span.start, span.end, label)
    return Diagnostic(_CODE, message, (place,), help=advice, query=source.name)
