"""Resolving: analysed queries in, a `Package` out in which every name, type and import is decided.

All that can clash is decided here, in the order of files and queries, so that the same input gives the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlwright.codegen.ir import Query, Relation
from sqlwright.codegen.naming import identifier
from sqlwright.codegen.operators import check_names
from sqlwright.codegen.python_ir import Package, SqlModule
from sqlwright.codegen.resolve.clash import NameClash
from sqlwright.codegen.resolve.errors import PythonErrors
from sqlwright.codegen.resolve.functions import ResolvedQuery, resolve_query
from sqlwright.codegen.resolve.hidden import without_hidden_names
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceFile, SourceQuery
from sqlwright.config import Config
from sqlwright.diagnostics import Diagnostic, DiagnosticError, Label

__all__ = ["resolve"]


def resolve(
    files: Sequence[SourceFile],
    queries: Mapping[tuple[str, str], Query],
    relations: Mapping[tuple[str, str], Relation],
    config: Config,
) -> Package:
    """The package for these queries; `queries` is keyed by file name and query name.

    Raises:
        DiagnosticError: names clash, or annotations do not fit.
    """
    types = PythonTypes(config.package, relations, config.json_types)
    errors = PythonErrors()
    diagnostics: list[Diagnostic] = []
    modules: list[SqlModule] = []
    taken: dict[str, SourceFile] = {}
    for file in files:
        root, relative = _below(file.path, config)
        name = identifier("_".join(relative.with_suffix("").parts).replace("-", "_"))
        if name in taken:
            diagnostics.append(_same_module(file, taken[name], name))
            continue
        taken[name] = file
        resolved: list[ResolvedQuery] = []
        functions: dict[str, str] = {}
        for source in file.queries:
            query = queries[file.name, source.name]
            diagnostics += check_names(query, source)
            try:
                each = resolve_query(query, source, types, errors)
                _claim_functions(each, source, functions)
                resolved.append(each)
            except NameClash as clash:
                diagnostics.append(_clash(source, clash))
            except DiagnosticError as error:
                diagnostics += error.diagnostics
        modules.append(_module(file, name, root, relative, resolved, config))
    if diagnostics:
        raise DiagnosticError(diagnostics)
    package = Package(
        config.package,
        config.line_length,
        tuple(types.enums[name] for name in sorted(types.enums)),
        tuple(types.aliases[name] for name in sorted(types.aliases)),
        tuple(types.json_adapters[name] for name in sorted(types.json_adapters)),
        tuple(types.models.values()),
        tuple(errors.classes[name] for name in sorted(errors.classes)),
        tuple(sorted(modules, key=lambda each: each.name)),
        tuple(flavour for flavour, wanted in (("sync", config.sync), ("aio", config.async_)) if wanted),
    )
    return without_hidden_names(package)


def _below(path: Path, config: Config) -> tuple[Path, Path]:
    """The query folder that a file belongs to, and its path below."""
    for each in config.queries:
        root = config.root / each
        if root == path:
            return root.parent, Path(path.name)
        if path.is_relative_to(root):
            return root, path.relative_to(root)
    return path.parent, Path(path.name)


def _module(
    file: SourceFile, name: str, root: Path, relative: Path, resolved: Sequence[ResolvedQuery], config: Config
) -> SqlModule:
    output = (config.root / config.output).resolve()
    checkout = Path(os.path.relpath(root.resolve(), output)).as_posix()
    own = f"{config.package}.models"
    imports = frozenset(each for query in resolved for each in query.imports)
    return SqlModule(
        name,
        file.name,
        relative.as_posix(),
        file.sha256,
        checkout,
        tuple(each.statement for each in resolved),
        tuple(function for each in resolved for function in each.functions),
        frozenset(name for each in resolved for name in each.model_names)
        | {each.name for each in imports if each.module == own},
        frozenset(error.name for each in resolved for error in each.errors),
        frozenset(each for each in imports if each.module != own),
    )


def _claim_functions(resolved: ResolvedQuery, source: SourceQuery, taken: dict[str, str]) -> None:
    for function in resolved.functions:
        owner = f"the cursor of {source.name}" if function.is_cursor else f"the function of {source.name}"
        if function.name in taken:
            raise NameClash(function.name, owner, taken[function.name])
        taken[function.name] = owner


def _clash(source: SourceQuery, clash: NameClash) -> Diagnostic:
    annotation = source.annotations.returns
    span = annotation.span if annotation is not None and annotation.name == clash.name else source.name_span
    return Diagnostic(
        "SQW308",
        f"two things would be called {clash.name}",
        (Label(source.file.name, source.file.text, span.start, span.end, clash.owner),),
        notes=(f"the name is taken by: {clash.earlier}",),
        help="rename one of the queries"
        if clash.owner.startswith("the ")
        else "the same name is shared only by equal shapes: give one of them another name, "
        "with `-- @returns Name` or `-- @param x: Name`",
        query=source.name,
    )


def _same_module(file: SourceFile, earlier: SourceFile, name: str) -> Diagnostic:
    return Diagnostic(
        "SQW308",
        f"{file.name} and {earlier.name} would both become the module {name}",
        (Label(file.name, file.text, 0, 0),),
        help="rename one of the files",
    )
