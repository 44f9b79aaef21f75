"""The pipeline, from .sql files to Python files. Read `generate` first: each line is one stage, in a module of its
name.

source → describe → tree → (parameters, nullability, cardinality, access, constraints) → ir → resolve → render → files
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from sqlwright.codegen.analyse import Analyser
from sqlwright.codegen.catalog import load_catalog
from sqlwright.codegen.describe import analysis_connections, describe_queries
from sqlwright.codegen.files import FileTree
from sqlwright.codegen.ir import Query, Relation
from sqlwright.codegen.nullability import load_definitions
from sqlwright.codegen.operators import check_operator
from sqlwright.codegen.pg_types import TypeReader
from sqlwright.codegen.render import MARKER, render_init, render_package
from sqlwright.codegen.resolve import resolve
from sqlwright.codegen.source import SourceFile, Sources, read_sources
from sqlwright.config import Config
from sqlwright.diagnostics import Diagnostic, DiagnosticError

_DEEP = 20_000

__all__ = ["Analysis", "analyse_sources", "generate", "read_project"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All queries of some files, understood; and what was not."""

    files: tuple[SourceFile, ...]
    queries: dict[tuple[str, str], Query]
    relations: dict[tuple[str, str], Relation]
    diagnostics: tuple[Diagnostic, ...]


def generate(config: Config, sources: Sources, conninfo: str) -> FileTree:
    """The generated files of a project; `conninfo` leads to a database that has its migrations applied.

    Raises:
        DiagnosticError: the sources, PostgreSQL or a rule object to something; all objections are collected.
        psycopg.Error: the database cannot be reached.
    """
    analysis = analyse_sources(sources, conninfo)
    if analysis.diagnostics:
        raise DiagnosticError(analysis.diagnostics)
    package = resolve(analysis.files, analysis.queries, analysis.relations, config)
    return FileTree(config.output_path, render_package(package) | _package_file(config), config.root)


def _package_file(config: Config) -> dict[str, str]:
    """The package's own file, where nobody wrote one: without it the folder is not a package."""
    path = config.output_path / "__init__.py"
    written = path.is_file() and not path.read_text(encoding="utf-8").startswith(MARKER)
    return {} if written else {"__init__.py": render_init(config.line_length)}


def _place(diagnostic: Diagnostic) -> tuple[bool, str, int]:
    """The schema's errors first, since later ones may follow from them; then by file and place."""
    label = diagnostic.label
    return (diagnostic.query is not None, label.source_name if label else "", label.start if label else 0)


def read_project(config: Config) -> Sources:
    """The query files that a configuration names."""
    return read_sources(config.query_paths, config.root)


def analyse_sources(sources: Sources, conninfo: str, earlier: Iterable[Diagnostic] = ()) -> Analysis:
    """Ask the database about every query that could be read; one that it refuses does not stop the others.

    `earlier` are diagnostics of the schema, which come first.
    """
    diagnostics = [*earlier, *sources.diagnostics]
    limit = sys.getrecursionlimit()
    # Trees are as deep as the longest chain of operators in a statement, and the rules follow them down.
    sys.setrecursionlimit(max(limit, _DEEP))
    try:
        return _analysed(sources, conninfo, diagnostics)
    finally:
        sys.setrecursionlimit(limit)


def _analysed(sources: Sources, conninfo: str, diagnostics: list[Diagnostic]) -> Analysis:
    queries: dict[tuple[str, str], Query] = {}
    with analysis_connections(conninfo) as (connection, analysis):
        catalog = load_catalog(connection)
        types = TypeReader(connection, catalog)
        analyser = Analyser(catalog, types, load_definitions(connection))
        for described in describe_queries(connection, analysis, list(sources.queries)):
            if isinstance(described, Diagnostic):
                diagnostics.append(described)
                continue
            source, query = described.source, analyser.analyse(described)
            queries[source.file.name, source.name] = query
            diagnostics += check_operator(query, source)
        relations = types.all_relations()
    return Analysis(sources.files, queries, relations, tuple(sorted(diagnostics, key=_place)))
