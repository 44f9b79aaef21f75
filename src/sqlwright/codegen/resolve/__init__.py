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
from sqlwright.codegen.parameter_annotations import check_parameters
from sqlwright.codegen.python_ir import Package, SqlModule
from sqlwright.codegen.resolve.clash import NameClash
from sqlwright.codegen.resolve.errors import PythonErrors
from sqlwright.codegen.resolve.functions import ResolvedQuery, resolve_query
from sqlwright.codegen.resolve.hidden import without_hidden_names
from sqlwright.codegen.resolve.told import with_sql_types
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
    types = PythonTypes(config.package, relations, config.json_types, config.types, config.rows)
    errors = PythonErrors(types.names)
    diagnostics: list[Diagnostic] = []
    modules: list[SqlModule] = []
    taken: dict[str, SourceFile] = {}
    named: dict[str, SourceQuery] = {}
    for file in files:
        root, relative = _below(file.path, config)
        name = _module_name(relative)
        if name in taken:
            diagnostics.append(_same_module(file, taken[name], name))
            continue
        taken[name] = file
        resolved: list[ResolvedQuery] = []
        functions: dict[str, str] = {}
        for source in file.queries:
            query = queries[file.name, source.name]
            diagnostics += check_names(query, source)
            if misfits := check_parameters(query, source):
                diagnostics += misfits
                continue
            try:
                each = resolve_query(query, source, types, errors)
                _claim_functions(each, source, functions)
                resolved.append(each)
            except NameClash as clash:
                diagnostics.append(_clash(source, clash, named.get(clash.name)))
            except DiagnosticError as error:
                diagnostics += error.diagnostics
            for class_name in types.taken:
                named.setdefault(class_name, source)
        modules.append(_module(file, name, root, relative, resolved, config))
    if diagnostics:
        raise DiagnosticError(diagnostics)
    package = Package(
        config.package,
        config.line_length,
        tuple(types.enums[name] for name in sorted(types.enums)),
        tuple(types.aliases[name] for name in sorted(types.aliases)),
        tuple(types.json_adapters[name] for name in sorted(types.json_adapters)),
        tuple(types.readers[name] for name in sorted(types.readers)),
        tuple(types.models.values()),
        tuple(errors.classes[name] for name in sorted(errors.classes)),
        tuple(sorted(modules, key=lambda each: each.name)),
        tuple(flavour for flavour, wanted in (("sync", config.sync), ("aio", config.async_)) if wanted),
    )
    return with_sql_types(without_hidden_names(package), types)


def _below(path: Path, config: Config) -> tuple[Path, Path]:
    """The query folder that a file belongs to, and its path below."""
    for each in config.queries:
        root = config.root / each
        if root == path:
            return root.parent, Path(path.name)
        if path.is_relative_to(root):
            return root, path.relative_to(root)
    return path.parent, Path(path.name)


def _module_name(relative: Path) -> str:
    """`projects.sql` → `projects`, `reports/monthly-totals.sql` → `reports_monthly_totals`."""
    name = identifier("_".join(relative.with_suffix("").parts).replace("-", "_"))
    return f"queries{name}" if name.startswith("_") else name  # a leading underscore would make it private


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


def _clash(source: SourceQuery, clash: NameClash, first: SourceQuery | None) -> Diagnostic:
    labels = [_label(source, clash.name, clash.difference or clash.owner)]
    if first is not None and first is not source:
        labels.append(_label(first, clash.name, f"first here: {clash.earlier}", primary=False))
    return Diagnostic(
        "SQW308",
        f"two things would be called {clash.name}: {clash.owner}, and {clash.earlier}",
        tuple(labels),
        help=_advice(clash),
        query=source.name,
    )


def _advice(clash: NameClash) -> str:
    if clash.owner.startswith(("the function", "the cursor")):
        return "rename one of the queries"
    if clash.owner.startswith("the error"):
        return "give the class another name: `-- @raises SQLSTATE Name`"
    if not clash.difference:
        return "choose another name: `-- @returns Name`, or `-- @param x: Name`"
    return "one name is shared by equal shapes only: name one of them with `-- @returns Name` or `-- @param x: Name`"


def _label(source: SourceQuery, name: str, text: str, *, primary: bool = True) -> Label:
    """Where a query says that name, else the query's own name."""
    returns = source.annotations.returns
    span = returns.span if returns is not None and returns.name == name else source.name_span
    for param in source.annotations.params.values():
        if param.model == name:
            span = param.span
    for raised in source.annotations.raises:
        if raised.name == name:
            span = raised.span
    return Label(source.file.name, source.file.text, span.start, span.end, text, primary)


def _same_module(file: SourceFile, earlier: SourceFile, name: str) -> Diagnostic:
    return Diagnostic(
        "SQW308",
        f"{file.name} and {earlier.name} would both become the module {name}",
        (Label(file.name, file.text, 0, 0),),
        help="rename one of the files",
    )
