"""`sqlwright describe --json`: an analysis as the public JSON document, whose schema is docs/describe.schema.json.

The surprise: `python_type` is the type of a value that is there; whether it can be None is said by `nullable` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlwright.codegen import Analysis
from sqlwright.codegen.ir import Column, Parameter, Query
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.diagnostics import as_json

__all__ = ["describe_analysis"]


def describe_analysis(analysis: Analysis, *, json_types: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The document: all queries in the order of files and lines, and all errors."""
    types = PythonTypes("models", analysis.relations, json_types or {})
    queries = sorted(analysis.queries.values(), key=lambda each: (each.file, each.line))
    return {
        "queries": [_query(each, types) for each in queries],
        "errors": [as_json(each) for each in analysis.diagnostics],
    }


def _query(query: Query, types: PythonTypes) -> dict[str, Any]:
    return {
        "name": query.name,
        "file": query.file,
        "line": query.line,
        "operation": query.operation.value,
        "cardinality": query.cardinality.value,
        "cardinality_reason": query.cardinality_reason,
        "read_only": query.read_only,
        "columns": [_column(each, types) for each in query.columns],
        "params": [_parameter(each, types) for each in query.parameters],
        "reads": _touched(query.reads),
        "writes": _touched(query.writes),
    }


def _column(column: Column, types: PythonTypes) -> dict[str, Any]:
    return {
        "name": column.name,
        "pg_type": column.type.display,
        "python_type": types.spelled(column.type, column.origin, column.choices),
        "nullable": column.nullable,
        "reason": column.reason,
    }


def _parameter(parameter: Parameter, types: PythonTypes) -> dict[str, Any]:
    name = parameter.name if parameter.attribute is None else f"{parameter.name}.{parameter.attribute}"
    return {
        "name": name,
        "pg_type": parameter.type.display,
        "python_type": types.spelled(parameter.type, parameter.target, parameter.choices),
        "nullable": parameter.nullable,
        "reason": parameter.reason,
    }


def _touched(tables: Sequence[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    return {table: list(columns) for table, columns in tables}
