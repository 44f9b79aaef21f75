"""The columns that a query returns: SELECT, set operations, VALUES, RETURNING, CTEs.

In: a QUERY node and the context around it. Out: one `ColumnVerdict` per column. The surprise: a set operation's own
target list speaks only of its first arm; the truth is in the arms. A recursive CTE is assumed to be as good as its
first arm, and the assumption is weakened until the second arm agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlwright.codegen.nullability.engine import output_context
from sqlwright.codegen.nullability.scope import Context, Scope
from sqlwright.codegen.nullability.shapes import output_entries, type_of
from sqlwright.codegen.nullability.verdict import ColumnVerdict, Verdict, location_of, merged, nullable
from sqlwright.codegen.tree import Node

__all__ = ["columns_of", "columns_of_cte", "columns_of_query"]


def columns_of_query(query: Node, outer: Context, demanded: Iterable[int] = ()) -> list[ColumnVerdict]:
    """The columns of a subquery. `demanded` are those, from 1, that the query around it knows not to be NULL."""
    demanded = tuple(demanded)
    return columns_of(outer.engine.scope(query, outer, demanded), demanded)


def columns_of(scope: Scope, demanded: Sequence[int] = ()) -> list[ColumnVerdict]:
    """The columns of a query level."""
    query = scope.query
    context = output_context(scope)
    entries = output_entries(query)
    operation = query["setOperations"]
    if isinstance(operation, Node):
        verdicts = _set_operation(scope, operation, demanded)
        verdicts += [nullable("the set operation has no such column")] * (len(entries) - len(verdicts))
    else:
        verdicts = [context.judge(entry["expr"]) for entry in entries]
    return [
        ColumnVerdict(entry.text("resname") or "?column?", *type_of(entry["expr"], context), _placed(verdict, entry))
        for entry, verdict in zip(entries, verdicts, strict=False)
    ]


def _placed(verdict: Verdict, entry: Node) -> Verdict:
    if verdict.location is not None:
        return verdict
    return replace(verdict, location=location_of(entry["expr"] if isinstance(entry["expr"], Node) else None))


def _set_operation(scope: Scope, node: Node, demanded: Sequence[int]) -> list[Verdict]:
    """UNION: both arms · INTERSECT: either arm, for its rows are in both · EXCEPT: the left arm alone."""
    right_arms: list[Node] = []
    while node.tag == "SETOPERATIONSTMT":  # thousands of UNION ALL lean to the left: no recursion for them
        right_arms.append(node)
        node = node["larg"]
    verdicts = _arm(scope, node, demanded)
    for operation in reversed(right_arms):
        match operation["op"]:
            case 1:
                right = _arm(scope, operation["rarg"], demanded)
                verdicts = [merged([one, two]) for one, two in zip(verdicts, right, strict=False)]
            case 2:
                right = _arm(scope, operation["rarg"], demanded)
                verdicts = [two if one.nullable else one for one, two in zip(verdicts, right, strict=False)]
            case 3:
                pass
            case _:
                verdicts = [nullable("an unknown set operation") for _ in verdicts]
    return verdicts


def _arm(scope: Scope, node: Node, demanded: Sequence[int]) -> list[Verdict]:
    if node.tag == "SETOPERATIONSTMT":
        return _set_operation(scope, node, demanded)
    entry = scope.entry(node["rtindex"])
    query = entry["subquery"] if entry is not None else None
    if not isinstance(query, Node):
        return []
    outer = Context(scope, scope.facts)
    return [column.verdict for column in columns_of_query(query, outer, demanded)]


# --- common table expressions ---------------------------------------------------------------------------------


def columns_of_cte(scope: Scope, name: str, demanded: Sequence[int]) -> list[ColumnVerdict] | None:
    """The columns of the CTE that `scope` defines under this name; None where there is none."""
    cte = next((it for it in scope.query.nodes("cteList") if it.text("ctename") == name), None)
    query = cte["ctequery"] if cte is not None else None
    if cte is None or not isinstance(query, Node):
        return None
    if name in scope.ctes:
        found = scope.ctes[name]
        # Only a recursive CTE can meet itself, and then `ctes` holds the assumption; None is a loop we do not know.
        if found is None or not demanded or cte["cterecursive"] or query["commandType"] != 1 or scope.engine.exhausted:
            return found
    # A CTE is computed before WHERE: only what is known around the whole query holds in it.
    outer = Context(scope, scope.outer.facts if scope.outer is not None else {})
    if cte["cterecursive"]:
        return _recursive(scope, name, query, outer)
    if demanded and query["commandType"] == 1 and not scope.engine.exhausted:
        return columns_of_query(query, outer, demanded)
    scope.ctes[name] = None
    columns = columns_of_query(query, outer)
    scope.ctes[name] = columns
    return columns


def _recursive(scope: Scope, name: str, query: Node, outer: Context) -> list[ColumnVerdict]:
    operation = query["setOperations"]
    inner = outer.engine.scope(query, outer)
    context = output_context(inner)
    entries = output_entries(query)
    typed = [
        ColumnVerdict(entry.text("resname") or "?column?", *type_of(entry["expr"], context), nullable("unknown"))
        for entry in entries
    ]
    nothing = [replace(it, verdict=nullable("the recursive query gave no stable answer")) for it in typed]
    if not isinstance(operation, Node):
        return nothing
    scope.ctes[name] = None
    first = _arm(inner, operation["larg"], ())
    assumed = [replace(it, verdict=verdict) for it, verdict in zip(typed, first, strict=False)]
    for _ in range(2 * len(entries) + 8):
        scope.ctes[name] = assumed
        # A fresh scope: what the old one remembers was derived from the old assumption.
        fresh = outer.engine.scope(query, outer)
        second = _arm(fresh, operation["rarg"], ())
        weaker = [
            replace(it, verdict=merged([it.verdict, verdict])) for it, verdict in zip(assumed, second, strict=False)
        ]
        if [_strength(it.verdict) for it in weaker] == [_strength(it.verdict) for it in assumed]:
            scope.ctes[name] = assumed
            return assumed
        assumed = weaker
    scope.ctes[name] = nothing
    return nothing


def _strength(verdict: Verdict) -> object:
    """What a verdict claims, without its reasons."""
    return (
        verdict.nullable,
        verdict.origin,
        None if verdict.element is None else _strength(verdict.element),
        None if verdict.fields is None else tuple(_strength(field.verdict) for field in verdict.fields),
    )
