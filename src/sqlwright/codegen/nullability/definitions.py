"""What the database itself defines by expressions and queries: generated columns, views, functions written in SQL.

In: a connection to the analysed database. Out: `Definitions`, node trees as text, parsed when a rule asks.
The surprise: PostgreSQL stores these trees itself (pg_attrdef.adbin, pg_rewrite.ev_action), except for functions whose
body is text; for these its own validator is called, which analyses the body and, like any analysis, sends the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from sqlwright.codegen.tree import Node, TreeError, parse_tree

__all__ = ["NOTHING", "Definitions", "load_definitions"]

_GENERATED = """
    SELECT d.adrelid::int8, d.adnum::int4, d.adbin::text
    FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE a.attgenerated <> ''
"""
_VIEWS = """
    SELECT r.ev_class::int8, r.ev_action::text
    FROM pg_rewrite r
    WHERE r.rulename = '_RETURN' AND r.ev_class >= 16384
"""
_FUNCTIONS = """
    SELECT p.oid::int8
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    WHERE l.lanname = 'sql' AND p.prokind = 'f' AND p.oid >= 16384
      AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      )
"""
_DEFAULTS = """
    SELECT p.oid::int8, p.proargdefaults::text FROM pg_proc p WHERE p.proargdefaults IS NOT NULL AND p.oid >= 16384
"""
_SETTINGS = """
    SET LOCAL client_min_messages = log;
    SET LOCAL debug_print_rewritten = on;
    SET LOCAL debug_pretty_print = off;
    SET LOCAL check_function_bodies = on
"""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Node trees by the object that they define."""

    #: (table, attnum) → the expression of a generated column
    generated: Mapping[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])
    #: views and materialized views → their query, as stored: other views in it are not expanded
    views: Mapping[int, str] = field(default_factory=dict[int, str])
    #: functions in LANGUAGE sql → their last statement, rewritten
    functions: Mapping[int, str] = field(default_factory=dict[int, str])
    #: functions → the defaults of their last input arguments
    defaults: Mapping[int, str] = field(default_factory=dict[int, str])

    def expression(self, relation: int, attnum: int) -> Node | None:
        """The expression of a generated column; its VARs have varno 1."""
        return _first(self.generated.get((relation, attnum)))

    def view(self, relation: int) -> Node | None:
        """The query of a view or materialized view."""
        return _first(self.views.get(relation))

    def function(self, oid: int) -> Node | None:
        """The query whose result a function in LANGUAGE sql returns; its arguments are PARAMs."""
        return _first(self.functions.get(oid))

    def argument_defaults(self, oid: int) -> list[Node]:
        """The defaults of a function's last input arguments, in order; empty where there are none."""
        try:
            return parse_tree(self.defaults.get(oid, ""))
        except (TreeError, ValueError):
            return []


#: Nothing is known: generated columns, materialized views and functions promise nothing.
NOTHING = Definitions()


def _first(text: str | None) -> Node | None:
    if text is None:
        return None
    try:
        trees = parse_tree(text)
    except (TreeError, ValueError):
        return None
    return trees[0] if len(trees) == 1 else None  # rules have made several of it


def load_definitions(connection: psycopg.Connection[Any]) -> Definitions:
    """Read the definitions of the connection's database.

    Raises:
        psycopg.Error: the server refused one of the catalog queries.
    """
    details: list[str] = []

    def notice(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "LOG" and diagnostic.message_detail:
            details.append(diagnostic.message_detail)

    functions: dict[int, str] = {}
    generated = {(oid, attnum): text for oid, attnum, text in connection.execute(_GENERATED)}
    views = dict(connection.execute(_VIEWS).fetchall())
    defaults = dict(connection.execute(_DEFAULTS).fetchall())
    oids = [oid for (oid,) in connection.execute(_FUNCTIONS)]
    connection.add_notice_handler(notice)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(_SETTINGS)
            for oid in oids:
                try:
                    with connection.transaction():
                        details.clear()  # SAVEPOINT has sent a tree, too
                        connection.execute(f"SELECT fmgr_sql_validator({oid:d}::oid)".encode(), prepare=False)
                        sent = list(details)
                except psycopg.Error:
                    continue  # a body that is no longer valid: then nothing is known of it
                if len(sent) > 1:  # the first tree is that of our own SELECT; polymorphic bodies are not analysed
                    functions[oid] = sent[-1]
    finally:
        connection.remove_notice_handler(notice)
    return Definitions(generated, views, functions, defaults)
