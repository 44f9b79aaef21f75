"""Which tables and columns a statement touches, which command it is, and whether it only reads.

In: the analysed query trees and the catalogs. Out: an `Access`, by object identifier. The server has already worked out
the columns (RTEPERMISSIONINFO): they are what the privileges of the statement are checked for, so that both a view and
the tables beneath it are listed. The surprise: a SELECT is read-only only if nothing that it runs writes, which
`writing` finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlwright.codegen.catalog import Catalog, CatalogRelation
from sqlwright.codegen.tree import Node
from sqlwright.codegen.trees import DELETE, INSERT, MERGE, SELECT, UPDATE, count
from sqlwright.codegen.writing import writing

__all__ = ["Access", "analyse_access", "copy_target"]

_COMMANDS = {SELECT: "SELECT", UPDATE: "UPDATE", INSERT: "INSERT", DELETE: "DELETE", MERGE: "MERGE"}
_UTILITIES = {"CALLSTMT": "CALL", "COPYSTMT": "COPY"}

# AclMode bits of RTEPERMISSIONINFO.requiredPerms
_INSERTS, _SELECTS, _DELETES = 1, 2, 8
#: selectedCols and the others hold attnum + 7, so that system columns (-7 …) are positive too
_OFFSET = 7


@dataclass(frozen=True, slots=True)
class Access:
    """What a statement touches.

    `reads` and `writes` map a relation to its columns. An empty set is a relation of which no column is named:
    `count(*)` reads one so, DELETE writes one so. INSERT writes the columns that are listed, not those that get their
    default.
    """

    #: SELECT INSERT UPDATE DELETE MERGE CALL COPY, or UTILITY
    command: str
    read_only: bool
    read_only_reason: str
    reads: Mapping[int, frozenset[int]]
    writes: Mapping[int, frozenset[int]]


def analyse_access(query: Node, trees: Sequence[Node], catalog: Catalog) -> Access:
    """What the statement touches: `query` is the statement itself, `trees` are all that rules made of it."""
    reads: dict[int, set[int]] = defaultdict(set)
    writes: dict[int, set[int]] = defaultdict(set)
    command, reason = "UTILITY", "the statement's tree is not understood"
    read_only = False
    try:
        command = _command(query)
        everything = list(trees) if any(tree is query for tree in trees) else [query, *trees]
        for tree in everything:
            _collect(tree, catalog, reads, writes)
        objection = next((each for tree in everything if (each := _objection(tree, catalog))), None)
        read_only, reason = objection is None, objection or "it reads, and calls no function that may write"
    except (TypeError, AttributeError, ValueError, KeyError, IndexError, RecursionError):
        # A tree of another shape than the versions that we know: what was found stands, the rest is unknown.
        read_only = False
    return Access(command, read_only, reason, _frozen(reads), _frozen(writes))


def copy_target(query: Node, catalog: Catalog) -> tuple[int, tuple[int, ...]] | None:
    """The relation and the columns, in order, of `COPY table … FROM` or `TO`; `None` for every other statement."""
    statement = query["utilityStmt"]
    if not isinstance(statement, Node) or statement.tag != "COPYSTMT":
        return None
    relation = _named(statement["relation"], catalog)
    if relation is None:
        return None
    listed = statement.fields.get("attlist")
    if not isinstance(listed, list):
        return relation.oid, tuple(attnum for attnum, column in relation.columns.items() if not column.generated)
    by_name = {column.name: attnum for attnum, column in relation.columns.items()}
    names = [_text(each) for each in listed]
    return relation.oid, tuple(by_name[name] for name in names if name in by_name)


def _named(node: object, catalog: Catalog) -> CatalogRelation | None:
    if not isinstance(node, Node) or (name := node.text("relname")) is None:
        return None
    return catalog.relation_named(node.text("schemaname"), name)


def _text(value: object) -> str:
    """A name in a list of strings, which the reader may have taken for a boolean or a number."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _command(query: Node) -> str:
    statement = query["utilityStmt"]
    if isinstance(statement, Node):
        return _UTILITIES.get(statement.tag, "UTILITY")
    return _COMMANDS.get(count(query["commandType"]), "UTILITY")


def _collect(tree: Node, catalog: Catalog, reads: dict[int, set[int]], writes: dict[int, set[int]]) -> None:
    for info in tree.walk():
        if info.tag != "RTEPERMISSIONINFO":
            continue
        relation, needed = count(info["relid"]), count(info["requiredPerms"])
        if needed & _SELECTS:
            reads[relation] |= _columns(info, ("selectedCols",), relation, catalog)
        # SELECT … FOR UPDATE needs the right to update as well, and updates no column.
        written = _columns(info, ("insertedCols", "updatedCols"), relation, catalog)
        if written or needed & (_INSERTS | _DELETES):
            writes[relation] |= written
    statement = tree["utilityStmt"]
    if isinstance(statement, Node) and (copied := copy_target(tree, catalog)) is not None:
        (writes if statement["is_from"] else reads)[copied[0]] |= set(copied[1])


def _columns(info: Node, fields: tuple[str, ...], relation_oid: int, catalog: Catalog) -> set[int]:
    members = {member - _OFFSET for field in fields for member in info[field] or ()}
    relation = catalog.relations.get(relation_oid)
    if 0 in members and relation is not None:  # the whole row
        members |= set(relation.columns)
    return {attnum for attnum in members if attnum > 0}


def _objection(tree: Node, catalog: Catalog) -> str | None:
    """Why a statement is not read-only, or `None`."""
    statement = tree["utilityStmt"]
    if isinstance(statement, Node):
        return f"{_UTILITIES.get(statement.tag, 'a utility statement')} may write"
    if tree["commandType"] != SELECT:
        return f"it is an {_command(tree)}" if _command(tree)[0] in "IU" else f"it is a {_command(tree)}"
    return writing(tree, catalog)


def _frozen(touched: Mapping[int, set[int]]) -> dict[int, frozenset[int]]:
    return {relation: frozenset(columns) for relation, columns in sorted(touched.items())}
