"""Defaults of parameters: the literal behind `-- @param limit = 10` in, a Python expression out."""

from __future__ import annotations

from sqlwright.codegen.annotations import ParamAnnotation
from sqlwright.codegen.ir import Parameter
from sqlwright.codegen.python_ir import Annotation, EnumClass
from sqlwright.codegen.resolve.literals import literal, parse_literal
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceQuery
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label, nearest

__all__ = ["default_expression"]

_FITS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "Decimal": (float, int),
    "bool": (bool,),
}
_ADVICE = "write a number, 'text', true, false or null after the equals sign"


def default_expression(
    source: SourceQuery, annotation: ParamAnnotation, parameter: Parameter, hint: Annotation, types: PythonTypes
) -> str:
    """The default as Python writes it.

    Raises:
        DiagnosticError: it is no literal, or not one of the parameter's type.
    """
    text = annotation.default or ""
    try:
        value = parse_literal(text)
    except ValueError:
        raise _problem(source, annotation, f"{text} is not a literal", _ADVICE) from None
    if value is None:
        if not parameter.nullable:
            raise _problem(source, annotation, f"{parameter.name} cannot be NULL: {parameter.reason}", None)
        return "None"
    if hint.text in types.enums:
        return _member(source, annotation, types.enums[hint.text], parameter.type.labels, value)
    if parameter.choices and hint.text in types.aliases:
        if value not in parameter.choices:
            raise _problem(source, annotation, *_unknown(parameter.name, text, value, parameter.choices))
        return literal(value)
    classes = _FITS.get(hint.text)
    if classes is None:
        message = f"a default of the type {parameter.type.display} cannot be written here"
        advice = f"leave it to the SQL: COALESCE(:{parameter.name}, …)"
        raise _problem(source, annotation, message, advice)
    if not isinstance(value, classes) or (isinstance(value, bool) and bool not in classes):
        raise _problem(source, annotation, f"{text} is not a value of the type {parameter.type.display}", _ADVICE)
    return f'Decimal("{text.strip()}")' if hint.text == "Decimal" else literal(value)


def _member(
    source: SourceQuery, annotation: ParamAnnotation, enum: EnumClass, labels: tuple[str, ...], value: object
) -> str:
    for (member, _), label in zip(enum.members, labels, strict=True):
        if label == value:
            return f"{enum.name}.{member}"
    raise _problem(source, annotation, *_unknown(annotation.name, annotation.default or "", value, labels))


def _unknown(name: str, text: str, value: object, choices: tuple[str | int, ...]) -> tuple[str, str]:
    near = nearest(str(value), [str(each) for each in choices])
    allowed = ", ".join(f"'{each}'" if isinstance(each, str) else str(each) for each in choices)
    return f"{name} cannot be {text}", (f"did you mean '{near}'? " if near else "") + f"it is one of: {allowed}"


def _problem(source: SourceQuery, annotation: ParamAnnotation, message: str, advice: str | None) -> DiagnosticError:
    text = annotation.default or ""
    end_of_line = source.file.text.find("\n", annotation.span.end)
    start = source.file.text.find(text, annotation.span.end, end_of_line if end_of_line >= 0 else None)
    start, end = (start, start + len(text)) if text and start >= 0 else (annotation.span.start, annotation.span.end)
    label = Label(source.file.name, source.file.text, start, end)
    return DiagnosticError(Diagnostic("SQW305", message, (label,), help=advice, query=source.name))
