"""sync/ and aio/ of the generated package: one module per .sql file, the same functions blocking and async."""

from __future__ import annotations

from sqlwright.codegen.python_ir import Docstring, Function, FunctionParameter, Import, Package, SqlModule
from sqlwright.codegen.render.header import exports, header
from sqlwright.codegen.render.layout import bracketed, docstring, imports

__all__ = ["render_flavour"]

_WORDS = {"sync": "blocking", "aio": "async"}
_EXECUTOR = {"sync": "Executor", "aio": "AsyncExecutor"}
_CURSOR = {
    "sync": ("AbstractContextManager", "Iterator"),
    "aio": ("AbstractAsyncContextManager", "AsyncIterator"),
}


def render_flavour(package: Package, flavour: str) -> dict[str, str]:
    """The files of one flavour, by path."""
    index = header("", f"The queries as {_WORDS[flavour]} functions, one module per .sql file.", package.line_length)
    index += imports(
        {Import(f"{package.name}.{flavour}", module.name) for module in package.modules},
        package.name,
        f"{package.name}.{flavour}.__init__",
        package.line_length,
    )
    index += exports([module.name for module in package.modules], package.line_length)
    files = {f"{flavour}/__init__.py": "\n".join(index).rstrip("\n") + "\n"}
    for module in package.modules:
        files[f"{flavour}/{module.name}.py"] = _module(package, module, flavour)
    return files


def _module(package: Package, module: SqlModule, flavour: str) -> str:
    width = package.line_length
    lines = header(module.source, f"Queries of {module.source}, {_WORDS[flavour]}.", width)
    needed = _imports(package, module, flavour)
    lines += imports(needed, package.name, f"{package.name}.{flavour}.{module.name}", width)
    lines += exports([each.name for each in module.functions], width)
    for function in module.functions:
        lines += ["", *_function(function, module, flavour, width), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _imports(package: Package, module: SqlModule, flavour: str) -> set[Import]:
    needed = {
        Import(f"sqlwright.runtime.{flavour}", _EXECUTOR[flavour]),
        Import(f"{package.name}._statements", module.name, _local("statements", module)),
    }
    for function in module.functions:
        needed.add(_imported(f"sqlwright.runtime.{flavour}", function.call, module))
        needed |= function.returns.imports
        for parameter in function.parameters:
            needed |= parameter.annotation.imports
        if function.row and function.row_from_models:
            needed.add(_imported(f"{package.name}.models", function.row, module))
        if _streams(function, flavour):
            needed.add(Import("collections.abc", "AsyncIterable"))
        if function.is_cursor:
            manager, iterator = _CURSOR[flavour]
            needed |= {Import("contextlib", manager), Import("collections.abc", iterator)}
    return needed


def _imported(origin: str, name: str, module: SqlModule) -> Import:
    local = _local(name, module)
    return Import(origin, name, None if local == name else local)


def _local(name: str, module: SqlModule) -> str:
    return f"_{name}" if name in module.hidden else name


def _function(function: Function, module: SqlModule, flavour: str, width: int) -> list[str]:
    asynchronous = flavour == "aio" and not function.is_cursor
    parameters = [f"db: {_EXECUTOR[flavour]}"]
    if function.parameters:
        parameters += ["*", *(_parameter(each, streams=_streams(function, flavour)) for each in function.parameters)]
    returns = function.returns.text
    if function.is_cursor:
        manager, iterator = _CURSOR[flavour]
        returns = f"{manager}[{iterator}[{returns}]]"
    prefix = f"{'async ' if asynchronous else ''}def {function.name}("
    lines = bracketed(prefix, parameters, f") -> {returns}:", width)
    lines += docstring(_paragraphs(function.doc), 4, width)
    statements = _local("statements", module)
    arguments = ["db", f"{statements}.{function.statement}"]
    if function.arguments:
        arguments.append(function.arguments)
    if function.row:
        arguments.append(_local(function.row, module) if function.row_from_models else f"{statements}.{function.row}")
    call = f"{_local(function.call, module)}({', '.join(arguments)})"
    keyword = "" if function.returns.text == "None" else "return "
    waiting = "await " if asynchronous else ""
    flat = f"    {keyword}{waiting}{call}"
    if len(flat) <= width:
        return [*lines, flat]
    exploded = [
        f"    {keyword}{waiting}{_local(function.call, module)}(",
        *(f"        {each}," for each in arguments),
        "    )",
    ]
    return [*lines, *exploded]


def _streams(function: Function, flavour: str) -> bool:
    """Async COPY takes its rows from async iterables as well."""
    return flavour == "aio" and function.call == "copy_in"


def _parameter(parameter: FunctionParameter, *, streams: bool = False) -> str:
    default = f" = {parameter.default}" if parameter.default is not None else ""
    annotation = parameter.annotation.text
    if streams:
        annotation = f"Async{annotation} | {annotation}"
    return f"{parameter.name}: {annotation}{default}"


def _paragraphs(doc: Docstring) -> list[str]:
    paragraphs = doc.summary.split("\n\n")
    if doc.parameters:
        paragraphs.append("\n".join(["Args:", *(f"    {name}: {text}" for name, text in doc.parameters)]))
    if doc.returns:
        paragraphs.append(f"Returns:\n    {doc.returns}")
    if doc.raises:
        paragraphs.append("\n".join(["Raises:", *(f"    {name}: {text}" for name, text in doc.raises)]))
    paragraphs.append("\n".join(doc.facts))
    return paragraphs
