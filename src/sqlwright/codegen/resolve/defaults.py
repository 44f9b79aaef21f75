"""Defaults of parameters: the literal behind `-- @param limit = 10` in, a Python expression out."""

from __future__ import annotations

from sqlwright.codegen.annotations import ParamAnnotation
from sqlwright.codegen.ir import Parameter
from sqlwright.codegen.python_ir import Annotation
from sqlwright.codegen.resolve.literals import literal, parse_literal
from sqlwright.codegen.source import SourceQuery
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label

__all__ = ["default_expression"]

_FITS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int), "bool": (bool,)}


def default_expression(source: SourceQuery, annotation: ParamAnnotation, parameter: Parameter, hint: Annotation) -> str:
    """The default as Python writes it.

    Raises:
        DiagnosticError: it is no literal, or not one of the parameter's type.
    """
    text = annotation.default or ""
    problem: str | None = None
    try:
        value = parse_literal(text)
    except ValueError:
        problem = f"{text} is not a literal"
        value = None
    else:
        if value is None:
            problem = None if parameter.nullable else f"`{parameter.name}` cannot be NULL"
        elif parameter.choices:
            problem = None if value in parameter.choices else f"`{parameter.name}` does not allow {text}"
        elif (classes := _FITS.get(hint.text)) is None:
            problem = f"a default of type {hint.text} cannot be written; leave it to the SQL (COALESCE)"
        elif not isinstance(value, classes) or (isinstance(value, bool) and bool not in classes):
            problem = f"{text} is not a {hint.text}"
    if problem is None:
        return literal(value)
    span = annotation.span
    raise DiagnosticError(
        Diagnostic(
            "SQW305",
            problem,
            (Label(source.file.name, source.file.text, span.start, span.end),),
            help="write a number, 'text', true, false or null after the equals sign",
            query=source.name,
        )
    )
