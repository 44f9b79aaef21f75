"""Rules for RETURNING: the columns of a table that a statement has just written.

In: a VAR of the result relation inside a RETURNING list. Out: a verdict. The surprise: the expression that was
assigned says more than the column's constraint (`INSERT … VALUES ('x') RETURNING note`), but only when nothing stands
between the expression and the stored row: no BEFORE ROW trigger, no INSTEAD trigger, no ON CONFLICT DO UPDATE.
https://www.postgresql.org/docs/current/dml-returning.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlwright.codegen.catalog import CatalogRelation
from sqlwright.codegen.nullability.facts import when_true
from sqlwright.codegen.nullability.scope import Context, RteKind
from sqlwright.codegen.nullability.tables import table_column
from sqlwright.codegen.nullability.verdict import ColumnVerdict, Verdict, location_of, nullable
from sqlwright.codegen.tree import Node

__all__ = ["excluded_column", "returned_column"]

_UPDATE, _INSERT, _DELETE, _MERGE = 2, 3, 4, 5
_OLD, _NEW = 1, 2
_DO_UPDATE: Final = 2
_MATCHED, _NOT_MATCHED_BY_SOURCE, _NOT_MATCHED_BY_TARGET = range(3)
_DO_NOTHING: Final = 7  # CMD_NOTHING


def returned_column(node: Node, context: Context) -> Verdict | None:
    """The verdict of a column inside RETURNING, or None where it is a column like any other."""
    scope = context.scope
    query = scope.query
    if node["varno"] != query["resultRelation"]:
        return _merge_source(node, context) if query["commandType"] == _MERGE else None
    entry = scope.entry(node["varno"])
    relation = scope.catalog.relations.get(entry["relid"]) if entry is not None else None
    if entry is None or relation is None or entry["rtekind"] != RteKind.RELATION:
        return nullable("the target of the statement is not known", node)
    missing = _row_may_be_missing(node, query)
    attnum = node["varattno"]
    if attnum == 0:
        fields = tuple(
            ColumnVerdict(it.name, it.type_oid, it.typmod, _stored(node, it.attnum, relation, context))
            for it in sorted(relation.columns.values(), key=lambda it: it.attnum)
        )
        if relation.kind not in ("r", "p"):
            return nullable(f"{relation.display} is written by a trigger", node, fields=fields)
        row = Verdict(False, f"the row of {relation.display} has been written", location_of(node), fields=fields)
        return replace(row, nullable=True, reason=missing) if missing else row
    verdict = _stored(node, attnum, relation, context)
    if missing:
        verdict = replace(verdict, nullable=True, reason=missing)
    return verdict if verdict.location is not None else replace(verdict, location=location_of(node))


def _row_may_be_missing(node: Node, query: Node) -> str | None:
    """Why the OLD or NEW row that a column is taken from may not exist."""
    command, which = query["commandType"], node["varreturningtype"] or 0
    if command == _INSERT and which == _OLD:
        return "an inserted row has no OLD values"
    if command == _DELETE and which == _NEW:
        return "a deleted row has no NEW values"
    if command == _MERGE:
        commands = {action["commandType"] for action in query.nodes("mergeActionList")}
        if which == _OLD and _INSERT in commands:
            return "an inserted row has no OLD values"
        if which == _NEW and _DELETE in commands:
            return "a deleted row has no NEW values"
    return None


def _stored(node: Node, attnum: int, relation: CatalogRelation, context: Context) -> Verdict:
    """A column of the written row."""
    scope = context.scope
    query, command = scope.query, scope.query["commandType"]
    if attnum < 0:
        return Verdict(relation.kind not in ("r", "p"), "system columns always have a value")
    column = relation.columns.get(attnum)
    if column is None:
        return nullable("the catalog snapshot does not know this column", node)
    if relation.kind not in ("r", "p"):
        return nullable(f"{relation.display} is written by a trigger, which may return anything", node)
    entry = scope.entry(query["resultRelation"])
    verdict = table_column(scope.engine, relation, column, with_descendants=entry is not None and bool(entry["inh"]))
    if not verdict.nullable or column.generated:
        return verdict
    if any(scope.engine.is_foreign(oid) for oid in relation.descendants):
        return verdict
    old = (node["varreturningtype"] or 0) == _OLD
    # A row that moves to another partition is inserted there.
    events = "UI" if relation.kind == "p" else "U"
    if command == _UPDATE and old:  # conditions of RETURNING speak of the new row: only WHERE has seen the old one
        return _read(relation, attnum, verdict, Context(scope, scope.facts))
    if command == _DELETE:
        return _read(relation, attnum, verdict, context)
    if command == _INSERT and not old and "I" not in relation.before_row_triggers:
        return _inserted(attnum, verdict, relation, context)
    if command == _UPDATE and not set(events) & set(relation.before_row_triggers):
        assigned = _assigned(query.nodes("targetList"), attnum)
        if assigned is None:
            return _read(relation, attnum, verdict, context)
        return _as_assigned(assigned, verdict, Context(scope, scope.facts))
    return verdict


def _read(relation: CatalogRelation, attnum: int, verdict: Verdict, context: Context) -> Verdict:
    """The column as it was read: WHERE has seen it."""
    fact = ("col", context.scope.number, context.scope.query["resultRelation"], attnum)
    if verdict.nullable and fact in context.facts:
        name = f"{relation.display}.{relation.columns[attnum].name}"
        return replace(
            verdict, nullable=False, reason=f"a condition rejects NULL in {name}", location=context.facts[fact]
        )
    return verdict


def _inserted(attnum: int, verdict: Verdict, relation: CatalogRelation, context: Context) -> Verdict:
    """The inserted value; with ON CONFLICT DO UPDATE the updated one must be not NULL as well."""
    scope = context.scope
    place = Context(scope, scope.facts)
    assigned = _assigned(scope.query.nodes("targetList"), attnum)
    if assigned is None:
        return replace(verdict, reason=f"{verdict.reason} and no value is given")
    inserted = _as_assigned(assigned, verdict, place)
    conflict = scope.query["onConflict"]
    if inserted.nullable or not isinstance(conflict, Node) or conflict["action"] != _DO_UPDATE:
        return inserted
    if "U" in relation.before_row_triggers:
        return verdict
    place = place.with_facts(when_true(conflict["onConflictWhere"], place))
    assigned = _assigned(conflict.nodes("onConflictSet"), attnum)
    if assigned is None:
        kept = _read(relation, attnum, verdict, place)
        reason = f"{verdict.reason}, and ON CONFLICT DO UPDATE may return the older row"
        return replace(verdict, reason=reason) if kept.nullable else kept
    return _as_assigned(assigned, verdict, place)


def excluded_column(entry: Node, attnum: int, context: Context) -> Verdict | None:
    """A column of EXCLUDED: the value that was to be inserted. NOT NULL constraints are checked before the conflict."""
    scope = context.scope
    relation = scope.catalog.relations.get(entry["relid"])
    column = relation.columns.get(attnum) if relation is not None else None
    if relation is None or column is None:
        return None
    verdict = table_column(scope.engine, relation, column, with_descendants=False)
    assigned = _assigned(scope.query.nodes("targetList"), attnum)
    if not verdict.nullable or assigned is None or column.generated or "I" in relation.before_row_triggers:
        return verdict
    return _as_assigned(assigned, verdict, Context(scope, scope.facts))


def _assigned(entries: list[Node], attnum: int) -> Node | None:
    found = [entry["expr"] for entry in entries if entry["resno"] == attnum and not entry["resjunk"]]
    return found[0] if len(found) == 1 and isinstance(found[0], Node) else None


def _as_assigned(assigned: Node, verdict: Verdict, place: Context) -> Verdict:
    value = place.judge(assigned)
    if value.nullable:
        return replace(verdict, location=value.location, element=value.element)
    return replace(
        verdict,
        nullable=False,
        reason=f"the value assigned to it is not NULL: {value.reason}",
        location=value.location,
        element=value.element,
    )


def _merge_source(node: Node, context: Context) -> Verdict | None:
    """MERGE … WHEN NOT MATCHED BY SOURCE returns rows for which the source has none."""
    actions = context.scope.query.nodes("mergeActionList")
    if any(it["matchKind"] == _NOT_MATCHED_BY_SOURCE and it["commandType"] != _DO_NOTHING for it in actions):
        return nullable("WHEN NOT MATCHED BY SOURCE returns rows without a source row", node)
    return None
