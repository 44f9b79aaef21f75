"""errors.py of the generated package: one exception class per constraint that a statement can violate, and per
`@raises`.
"""

from __future__ import annotations

from sqlwright.codegen.python_ir import ErrorClass, Import, Package
from sqlwright.codegen.render.header import exports, header
from sqlwright.codegen.render.layout import docstring, imports

__all__ = ["render_errors"]

_RUNTIME = "sqlwright.runtime.errors"


def render_errors(package: Package) -> str:
    """The text of errors.py."""
    width = package.line_length
    lines = header(
        "", "Errors that the database raises, by what they mean; each is psycopg's own class as well.", width
    )
    needed = {Import(_RUNTIME, each.base) for each in package.errors}
    if package.errors:
        needed.add(Import(_RUNTIME, "psycopg_errors"))
    lines += imports(needed, package.name, f"{package.name}.errors", width)
    lines += exports([each.name for each in package.errors], width)
    for error in package.errors:
        lines += ["", *_error(error, width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _error(error: ErrorClass, width: int) -> list[str]:
    return [
        f"class {error.name}({error.base}, psycopg_errors.{error.psycopg_class}):",
        *docstring([error.doc], 4, width),
        "",
        *(f"    {name} = {value}" for name, value in error.attributes),
        "",
    ]
