"""The commands' work: the pipeline between a database to analyse on and what the command line asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sqlwright.codegen import Analysis, analyse_sources, generate, read_project
from sqlwright.codegen.describe_json import describe_analysis
from sqlwright.codegen.explain import explain_query
from sqlwright.codegen.files import FileTree
from sqlwright.codegen.ir import Query
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceQuery, read_sources
from sqlwright.codegen.workspace import project_workspace, schema_workspace
from sqlwright.config import Config
from sqlwright.diagnostics import Diagnostic, DiagnosticError, nearest

__all__ = ["described", "explained", "generated_files"]


def generated_files(config: Config, url: str | None, *, say: Callable[[str], None]) -> FileTree:
    """The files that the project's queries become.

    `say` is told which server answers.

    Raises:
        DiagnosticError: something is wrong in the configuration, the migrations or the queries.
        ServerError: no server can be reached or started.
    """
    sources = read_project(config)
    if sources.diagnostics:  # no server is needed to say so
        raise DiagnosticError(sources.diagnostics)
    with project_workspace(config, url) as workspace:
        say(f"analysed on {workspace.note}")
        return generate(config, sources, workspace.conninfo)


def explained(config: Config, url: str | None, pattern: str) -> str:
    """The explanations of the queries with that name, or whose names fit the pattern.

    Raises:
        DiagnosticError: no query has that name; or one that has it is refused.
        ServerError: no server can be reached or started.
    """
    sources = read_project(config)
    names = [query.name for query in sources.queries]
    wanted = pattern.replace("-", "_")
    chosen = [name for name in names if fnmatchcase(name, wanted)]
    if not chosen:
        near = nearest(wanted, names)
        raise DiagnosticError(
            Diagnostic("SQW012", f"no query is called {pattern}", help=f"did you mean {near}?" if near else None)
        )
    with project_workspace(config, url) as workspace:
        analysis = analyse_sources(sources, workspace.conninfo)
    types = PythonTypes(config.package, analysis.relations, config.json_types, config.types)
    problems = [each for each in analysis.diagnostics if each.query in chosen]
    texts = [explain_query(query, source, types) for query, source in _with_sources(analysis) if query.name in chosen]
    if not texts:
        raise DiagnosticError(problems)
    return "\n".join(texts)


def described(schemas: Sequence[Path], queries: Sequence[Path]) -> tuple[dict[str, Any], tuple[Diagnostic, ...], str]:
    """The JSON document, the diagnostics, and the same as text for people.

    Raises:
        ServerError: the embedded PostgreSQL cannot be started.
    """
    sources = read_sources(queries, Path.cwd(), keep_going=True)
    with schema_workspace(list(schemas)) as workspace:
        analysis = analyse_sources(sources, workspace.conninfo, workspace.diagnostics)
    types = PythonTypes("models", analysis.relations, {})
    text = "\n".join(explain_query(query, source, types) for query, source in _with_sources(analysis))
    return describe_analysis(analysis), analysis.diagnostics, text


def _with_sources(analysis: Analysis) -> Iterator[tuple[Query, SourceQuery]]:
    for file in analysis.files:
        for source in file.queries:
            query = analysis.queries.get((file.name, source.name))
            if query is not None:
                yield query, source
