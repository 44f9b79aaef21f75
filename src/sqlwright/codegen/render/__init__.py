"""Rendering: a `Package` in, the text of every generated file out. Nothing is decided here.

The surprise: no formatter runs. The layout functions print what ruff's formatter would, so that generation needs no
tool and gives the same bytes everywhere.
"""

from __future__ import annotations

from sqlwright.codegen.python_ir import Package
from sqlwright.codegen.render.errors import render_errors
from sqlwright.codegen.render.functions import render_flavour
from sqlwright.codegen.render.header import MARKER, header
from sqlwright.codegen.render.models import render_models
from sqlwright.codegen.render.statements import render_statements

__all__ = ["MARKER", "render_init", "render_package"]


def render_package(package: Package) -> dict[str, str]:
    """All generated files, by path relative to the package's folder."""
    files = {"models.py": render_models(package), "errors.py": render_errors(package)}
    files |= render_statements(package)
    for flavour in package.flavours:
        files |= render_flavour(package, flavour)
    return dict(sorted(files.items()))


def render_init(width: int) -> str:
    """The package's own `__init__.py`, for a project that has none."""
    lines = header("", "Typed functions over reviewed SQL: `sync` and `aio`, with their `models` and `errors`.", width)
    return "\n".join(lines[: lines.index("")]) + "\n"
