"""Where a value goes: the places of a query tree, and from each place the next ones.

In: an analysed tree. Out: `Places`, which knows for every parameter and variable where it stands, and for every output
column of a subquery, CTE, VALUES list or function who uses it. The surprise: a column of a subquery has no pointer to
its uses; they are found by resolving every VAR of the whole tree to the query level and range table entry it names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlwright.codegen.tree import Node, Value
from sqlwright.codegen.trees import CTE, GROUP, JOIN, RELATION, SELECT, SUBQUERY, Scope, bare, count

__all__ = ["EXTERNAL", "MULTIASSIGN", "Place", "Places"]

# ParamKind
EXTERNAL, MULTIASSIGN = 0, 3
_MAXIMUM_DEPTH = 50
#: A third of all nodes: no parameter and no variable is below them.
_LEAVES = frozenset(("ALIAS", "CONST", "RANGETBLREF", "RTEPERMISSIONINFO"))


@dataclass(slots=True, eq=False)
class Place:
    """A node, and how it hangs in the tree: in which field of which node, as which item of a list."""

    node: Node
    parent: Place | None
    field: str
    #: position in a list, from 0; in VALUES the position in its row
    index: int
    #: the query that the node stands in, or that it is
    scope: Scope

    def up(self, levels: int = 1) -> Place | None:
        """The node so many steps above."""
        place: Place | None = self
        for _ in range(levels):
            if place is None:
                return None
            place = place.parent
        return place


class Places:
    """All places of one statement."""

    def __init__(self, query: Node) -> None:
        self.parameters: list[Place] = []
        self._variables: dict[tuple[int, int, int], list[Place]] = defaultdict(list)
        self._assignments: dict[tuple[int, int], list[Place]] = defaultdict(list)
        self._common_tables: dict[int, list[tuple[Node, int]]] = defaultdict(list)
        self._visit(Place(query, None, "", 0, Scope(query)))

    def variables(self, query: Node, entry: int, column: int) -> list[Place]:
        """Where a query uses a column of one of its range table entries, at whatever depth."""
        return self._variables[id(query), entry, column]

    def used_columns(self, query: Node, entry: int) -> set[int]:
        """The columns of a range table entry that are used at all; 0 is the whole row."""
        return {column for owner, number, column in self._variables if owner == id(query) and number == entry}

    def outputs(self, place: Place, column: int) -> Iterator[Place]:
        """Where the output column of a query goes: variables in other queries, or the subquery expression itself.

        Nothing for the statement's own result, which `Place.parent` being `None` tells.
        """
        parent = place.parent
        if parent is None:
            return
        if parent.node.tag == "RANGETBLENTRY" and place.field == "subquery":
            yield from self._entry_outputs(parent, column)
        elif parent.node.tag == "COMMONTABLEEXPR":
            for query, entry in self._common_tables[id(parent.node)]:
                yield from self.variables(query, entry, column)
                yield from self.variables(query, entry, 0)
        elif parent.node.tag == "SUBLINK":
            if parent.node["subLinkType"] == 5:
                yield from self._assignments[id(parent.scope.query), (count(parent.node["subLinkId"]) << 16) + column]
            else:
                yield parent

    def entry_column(self, entry: Place, column: int) -> Iterator[Place]:
        """Where a column of a range table entry is used."""
        yield from self.variables(entry.scope.query, entry.index + 1, column)

    def _entry_outputs(self, entry: Place, column: int) -> Iterator[Place]:
        operation = entry.scope.query["setOperations"]
        number = entry.index + 1
        if isinstance(operation, Node) and any(
            each.tag == "RANGETBLREF" and each["rtindex"] == number for each in operation.walk()
        ):
            # An arm's column is the set operation's column, though only the first arm's is named by variables.
            owner = self._query_place(entry)
            if owner is not None:
                yield from self._arm_outputs(owner, column)
            return
        yield from self.entry_column(entry, column)
        yield from self.entry_column(entry, 0)

    def _arm_outputs(self, owner: Place, column: int) -> Iterator[Place]:
        for target in self._targets(owner):
            if target.node["resno"] == column:
                yield target

    def _query_place(self, place: Place) -> Place | None:
        above: Place | None = place
        while above is not None and above.node.tag != "QUERY":
            above = above.parent
        return above

    def _targets(self, owner: Place) -> Iterator[Place]:
        for index, entry in enumerate(owner.node.nodes("targetList")):
            yield Place(entry, owner, "targetList", index, owner.scope)

    def column_origin(self, variable: Node, scope: Scope | None, depth: int = 0) -> tuple[int, int] | None:
        """The table column whose value a variable is, unchanged: through subqueries, CTEs, joins and grouping."""
        scope = scope.up(count(variable["varlevelsup"])) if scope is not None else None
        entry = scope.entry(count(variable["varno"])) if scope is not None else None
        attnum = count(variable["varattno"])
        if scope is None or entry is None or attnum < 1 or depth > _MAXIMUM_DEPTH:
            return None
        kind = entry["rtekind"] or RELATION
        if kind == RELATION:
            return (count(entry["relid"]), attnum)
        inner: Value = None
        inner_scope = scope
        if kind in (JOIN, GROUP):
            inner = _item(entry.nodes("joinaliasvars" if kind == JOIN else "groupexprs"), attnum)
        elif kind in (SUBQUERY, CTE):
            query, outer = entry["subquery"], scope
            if kind == CTE:
                found = scope.common_table(entry)
                query, outer = (found[0]["ctequery"], found[1]) if found else (None, scope)
            if isinstance(query, Node) and query["setOperations"] is None:
                inner_scope = Scope(query, outer)
                entries = query.nodes("targetList" if query["commandType"] == SELECT else "returningList")
                target = _item([each for each in entries if not each["resjunk"]], attnum)
                inner = target["expr"] if target is not None else None
        if not isinstance(inner, Node) or bare(inner).tag != "VAR":
            return None
        return self.column_origin(bare(inner), inner_scope, depth + 1)

    def _visit(self, place: Place) -> None:
        node, scope = place.node, place.scope
        if node.tag == "PARAM":
            kind, number = count(node["paramkind"]), count(node["paramid"])
            if kind == EXTERNAL:
                self.parameters.append(place)
            elif kind == MULTIASSIGN:
                self._assignments[id(scope.query), number].append(place)
        elif node.tag == "VAR":
            owner = scope.up(count(node["varlevelsup"]))
            if owner is not None:
                self._variables[id(owner.query), count(node["varno"]), count(node["varattno"])].append(place)
        elif node.tag == "RANGETBLENTRY" and node["rtekind"] == CTE:
            found = scope.common_table(node)
            if found is not None:
                self._common_tables[id(found[0])].append((scope.query, place.index + 1))
        for child, name, index in node.children():
            if name != "exclRelTlist" and child.tag not in _LEAVES:
                self._visit(Place(child, place, name, index, Scope(child, scope) if child.tag == "QUERY" else scope))


def _item(nodes: list[Node], number: int) -> Node | None:
    return nodes[number - 1] if 0 < number <= len(nodes) else None
