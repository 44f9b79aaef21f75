"""_statements/ of the generated package: per .sql file, its statements with the checks of their parameters.

One module serves both flavours, so that the blocking and the async functions run the very same statements.
"""

from __future__ import annotations

from sqlwright.codegen.python_ir import Call, Import, Package, RowFunction, SqlModule
from sqlwright.codegen.render.header import exports, header
from sqlwright.codegen.render.layout import assignment, expression, imports

__all__ = ["render_statements"]

_STATEMENT = "sqlwright.runtime.statement"
_MODELS = "sqlwright.runtime.models"


def render_statements(package: Package) -> dict[str, str]:
    """The files of _statements/, by path."""
    files = {
        "_statements/__init__.py": "\n".join(
            header(
                "", "Statements of the .sql files, shared by the blocking and the async functions.", package.line_length
            )
        ).rstrip("\n")
        + "\n"
    }
    for module in package.modules:
        files[f"_statements/{module.name}.py"] = _module(package, module)
    return files


def _module(package: Package, module: SqlModule) -> str:
    width = package.line_length
    lines = header(module.source, f"Statements of {module.source}.", width)
    lines += imports(_imports(package, module), package.name, f"{package.name}._statements.{module.name}", width)
    names = [each.name for each in module.statements]
    names += [each.row.name for each in module.statements if each.row]
    lines += exports(names, width)
    load = Call(
        "load_queries",
        (f'"{package.name}"', f'"{module.file}"'),
        (("sha256", f'"{module.sha256}"'), ("checkout", f'"{module.checkout}"')),
    )
    lines += [*expression(load, "_sql = ", "", 0, width), ""]
    for statement in module.statements:
        lines += [*expression(statement.call, f"{statement.name} = ", "", 0, width)]
    for statement in module.statements:
        if statement.row:
            lines += ["", "", *_row_function(statement.row, statement.name, width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _imports(package: Package, module: SqlModule) -> set[Import]:
    needed = {Import("sqlwright.runtime.adapter", "load_queries"), *module.imports}
    for statement in module.statements:
        needed.add(Import(_STATEMENT, "Statement"))
        needed |= {
            Import("sqlwright.runtime.parameters", each.function)
            for each in statement.call.arguments
            if isinstance(each, Call)
        }
        if statement.row:
            needed.add(Import(_MODELS, "Row"))
            needed |= {Import(_MODELS, name) for name in statement.row.builders}
    needed |= {Import(f"{package.name}.models", name) for name in module.model_names}
    if module.error_names:
        needed.add(Import(package.name, "errors"))
    return needed


def _row_function(row: RowFunction, statement: str, width: int) -> list[str]:
    return [
        f"def {row.name}(row: Row) -> {row.annotation.text}:",
        f'    """The value that {statement} returns."""',
        *assignment(f"value: {row.annotation.text}", row.value, 4, width),
        "    return value",
    ]
