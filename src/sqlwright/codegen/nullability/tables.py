"""What a table promises of its columns.

In: a relation and a column of the catalog. Out: a verdict with the column as origin. The surprise: views, foreign
tables and materialized views promise nothing, and a domain's NOT NULL does not count either: a column of such a
domain can hold NULL (https://www.postgresql.org/docs/current/sql-createdomain.html, "Notes").
"""

from __future__ import annotations

from sqlwright.codegen.catalog import CatalogColumn, CatalogRelation
from sqlwright.codegen.nullability.verdict import Verdict

__all__ = ["table_column"]


def table_column(relation: CatalogRelation, found: CatalogColumn, *, with_descendants: bool) -> Verdict:
    """What a table promises of a column: its NOT NULL constraint, valid and shared by all children, or a CHECK."""
    name, origin = f"{relation.display}.{found.name}", (relation.oid, found.attnum)
    match relation.kind:
        case "r" | "p":
            if found.not_null or (not with_descendants and found.not_null_only):
                return Verdict(False, f"{name} is NOT NULL", origin=origin)
            check = _check_not_null(relation, found)
            if check is not None:
                return Verdict(False, f"{name} is not NULL by CHECK {check}", origin=origin)
            if found.not_null_only:
                return Verdict(True, f"{name} is NOT NULL, but not in all tables that inherit it", origin=origin)
            return Verdict(True, f"{name} has no NOT NULL constraint", origin=origin)
        case "S":
            return Verdict(False, "a sequence's columns always have a value", origin=origin)
        case "f":
            return Verdict(True, f"{name} is in a foreign table, whose constraints nobody checks", origin=origin)
        case "m":
            return Verdict(True, f"{name} is in a materialized view, which has no constraints", origin=origin)
        case _:
            return Verdict(True, f"{name} is in a view that is not expanded", origin=origin)


def _check_not_null(relation: CatalogRelation, found: CatalogColumn) -> str | None:
    """`CHECK (c IS NOT NULL)`, alone or in a chain of AND, validated and inherited."""
    for constraint in relation.constraints:
        text = constraint.definition
        if constraint.type != "c" or not constraint.validated or found.attnum not in constraint.columns:
            continue
        if "NO INHERIT" in text or "NOT VALID" in text or "NOT ENFORCED" in text or not text.startswith("CHECK "):
            continue
        body = text.removeprefix("CHECK ").strip()
        quoted = '"' + found.name.replace('"', '""') + '"'
        tests = {f"{found.name} IS NOT NULL", f"{quoted} IS NOT NULL"}
        if any(part.strip("() ") in tests for part in _conjuncts(body)):
            return constraint.name
    return None


def _conjuncts(body: str) -> list[str]:
    """The parts of `((a) AND (b))`; the whole where it is anything else (a string, OR, a call)."""
    if "'" in body or " OR " in body or "NOT (" in body or "CASE" in body:
        return [body]
    return body.split(" AND ")
