"""`sqlwright explain NAME`: every verdict about one query, its reason, and the place in the SQL that it points at.

In: an analysed query and its source. Out: plain text for people; the word that decided is underlined where the server
told which it is.
"""

from __future__ import annotations

from sqlwright.codegen.ir import Query
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceQuery
from sqlwright.diagnostics import Label, excerpt, line_starts

__all__ = ["explain_query"]


def explain_query(query: Query, source: SourceQuery, types: PythonTypes) -> str:
    """The explanation; places are drawn as in error messages."""
    lines = [f"{query.file}:{query.line}: {query.name}{query.operation.value}", ""]
    lines.append(f"rows: {query.cardinality.value}: {query.cardinality_reason}")
    lines += _place(source, query.cardinality_position)
    lines.append(f"{'reads only' if query.read_only else 'may write'}")
    if query.columns:
        lines += ["", "columns"]
        for column in query.columns:
            spelled = types.spelled(column.type, column.origin, column.choices)
            lines += _verdict(column.name, spelled, column.type.display, column.nullable, column.reason)
            lines += _place(source, column.position)
    if query.parameters:
        lines += ["", "parameters"]
        for each in query.parameters:
            name = f":{each.name}" if each.attribute is None else f":{each.name}.{each.attribute}"
            spelled = types.spelled(each.type, each.target, each.choices)
            lines += _verdict(name, spelled, each.type.display, each.nullable, each.reason)
            lines += _place(source, each.position)
    for title, tables in (("reads", query.reads), ("writes", query.writes)):
        if tables:
            lines += ["", title, *(f"  {table} ({', '.join(columns)})" for table, columns in tables)]
    if query.constraints:
        lines += ["", "constraints that can fail"]
        lines += [f"  {each.table}: {each.name or each.columns[0]}: {each.definition}" for each in query.constraints]
    return "\n".join(lines) + "\n"


def _verdict(name: str, python_type: str, pg_type: str, nullable: bool, reason: str) -> list[str]:
    optional = " | None" if nullable else ""
    return [
        f"  {name}: {python_type}{optional}  ({pg_type})",
        f"    {'nullable' if nullable else 'not null'}: {reason}",
    ]


def _place(source: SourceQuery, position: tuple[int, int] | None) -> list[str]:
    if position is None:
        return []
    line, column = position
    text = source.file.text
    span = source.token_span(line_starts(text)[line - 1] + column - 1)
    drawn = excerpt(Label(source.file.name, text, span.start, span.end))
    return [f"    {each}" for each in drawn.splitlines()]
