"""Operator against statement: whether what the caller wants is what the statement gives.

In: an analysed query and its source. Out: diagnostics, none where all is well. Rows must never be dropped in silence,
and a result must never be asked of a statement that has none; `-- @single` is the user's word that one row comes,
which the runtime checks.
"""

from __future__ import annotations

from sqlwright.codegen.ir import Cardinality, Column, Operation, Query, TypeKind
from sqlwright.codegen.source import SourceQuery, Span
from sqlwright.codegen.structure import copies_binary
from sqlwright.diagnostics import Diagnostic, Label, nearest
from sqlwright.runtime.statement import is_binary_copy

__all__ = ["check_names", "check_operator"]

_ONE_ROW = (Operation.ONE, Operation.VALUE, Operation.RETURNING)
_ROWS = (Operation.MANY, *_ONE_ROW)
_RESERVED = frozenset(("db", "statements"))


def check_operator(query: Query, source: SourceQuery) -> list[Diagnostic]:
    """What is wrong between the operator, the annotations and the statement."""
    found: list[Diagnostic] = []
    operator = f"`{query.operation.value}`" if query.operation.value else "no operator"
    if query.operation in _ONE_ROW and query.cardinality is Cardinality.MANY and source.annotations.single is None:
        found.append(
            _at_name(
                source,
                "SQW301",
                f"{query.name} has the operator {operator}, but may return more than one row",
                query.cardinality_reason,
                f"add a condition on a unique key{', LIMIT 1' if query.command == 'SELECT' else ''}, or `-- @single` "
                "to have it checked at run time; without an operator it returns a list",
            )
        )
    if query.operation in _ROWS and not query.columns and query.command != "COPY":
        help_text = (
            "add RETURNING, or the operator `!` to get the number of rows"
            if query.command in ("INSERT", "UPDATE", "DELETE", "MERGE")
            else "add the operator `!`"
        )
        found.append(_at_name(source, "SQW302", f"{query.name} has {operator}, but returns no rows", "", help_text))
    # The rows of a function that returns void hold nothing to drop.
    has_values = any(each.type.name != "void" for each in query.columns)
    if query.operation is Operation.AFFECTED and has_values and query.command != "CALL":
        help_text = "remove `!` to get the rows" + (
            ", or remove RETURNING to get their number" if query.command != "SELECT" else ""
        )
        found.append(
            _at_name(source, "SQW303", f"{query.name} has the operator `!`, which would drop its rows", "", help_text)
        )
    if query.operation is Operation.VALUE and len(query.columns) > 1:
        names = ", ".join(each.name for each in query.columns)
        found.append(
            _at_name(
                source,
                "SQW304",
                f"{query.name} has the operator `$`, but returns {len(query.columns)} columns",
                f"columns: {names}",
                "select one column, or use `^` to get the row",
            )
        )
    if query.command == "COPY":
        found += _copy(query, source)
    found += _columns(query, source)
    found += [
        _at(
            source,
            "SQW309",
            f"a parameter cannot be called `{each.name}`",
            each.occurrences[0],
            "",
            "the generated function needs this name itself: choose another",
        )
        for each in source.parameters
        if each.name in _RESERVED
    ]
    return found


def _copy(query: Query, source: SourceQuery) -> list[Diagnostic]:
    """COPY is understood as far as the runtime writes rows: into a table, from the client, in text or binary."""
    if not query.copy_columns:
        help_text = "write COPY … FROM STDIN; for rows that come out, a SELECT without operator has a `_cursor`"
        return [_at_name(source, "SQW310", f"{query.name} takes no rows from the client", "", help_text)]
    try:
        binary = is_binary_copy(query.sql)
    except ValueError as error:
        help_text = "leave the format out, or write `WITH (FORMAT binary)`"
        return [_at_name(source, "SQW310", f"{query.name} has options of COPY that do not fit", str(error), help_text)]
    refused = [each for each in query.copy_columns if binary and not copies_binary(each.type)]
    if refused:
        listed = ", ".join(f"{each.name} ({each.type.display})" for each in refused)
        help_text = "leave the format out: the default, text, takes values of all types"
        return [
            _at_name(source, "SQW310", f"{query.name} cannot write all columns in binary format", listed, help_text)
        ]
    return []


def _columns(query: Query, source: SourceQuery) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    names = [each.name for each in query.columns]
    for name, annotation in source.annotations.columns.items():
        if name not in names:
            near = nearest(name, names)
            found.append(
                _at(
                    source,
                    "SQW307",
                    f"{query.name} returns no column `{name}`",
                    annotation.span,
                    f"did you mean `{near}`?" if near else "",
                    f"columns: {', '.join(names)}" if names else "it returns no columns",
                )
            )
        elif annotation.dimensions and (other := next((each for each in query.columns if _is_other(each, name)), None)):
            message = f"`{name}` is no array, so that `[]` means nothing"
            found.append(_at(source, "SQW307", message, annotation.span, f"its type is {other.type.display}", ""))
    return found


def _is_other(column: Column, name: str) -> bool:
    return column.name == name and column.type.kind is not TypeKind.ARRAY


def check_names(query: Query, source: SourceQuery) -> list[Diagnostic]:
    """Two columns of one name cannot be two fields of one model."""
    names = [each.name for each in query.columns]
    doubled = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if not doubled:
        return []
    listed = " and ".join(f"{names.count(name)} columns called `{name}`" for name in doubled)
    advice = f"give each its own name, as in `… AS other_{doubled[0]}`"
    return [_at_name(source, "SQW306", f"{query.name} returns {listed}", "", advice)]


def _at_name(source: SourceQuery, code: str, message: str, label: str, help_text: str) -> Diagnostic:
    return _at(source, code, message, source.name_span, label, help_text)


def _at(source: SourceQuery, code: str, message: str, span: Span, label: str, help_text: str) -> Diagnostic:
    return Diagnostic(
        code,
        message,
        (Label(source.file.name, source.file.text, span.start, span.end, label),),
        help=help_text,
        query=source.name,
    )
