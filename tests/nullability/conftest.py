"""One database with hostile rows and one with empty tables, and how a statement is analysed and run on them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import pq
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.string import TextLoader

from sqlwright.codegen.catalog import Catalog, load_catalog
from sqlwright.codegen.describe import AnalysisConnection
from sqlwright.codegen.nullability import ColumnVerdict, Definitions, analyse_columns, load_definitions
from sqlwright.codegen.tree import Node, parse_tree
from sqlwright.servers import Server, scratch_database

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Laboratory:
    """The analysed database, and the connections on which statements are run."""

    analysis: AnalysisConnection
    catalog: Catalog
    definitions: Definitions
    hostile: psycopg.Connection[Any]
    empty: psycopg.Connection[Any]

    def tree(self, sql: str) -> Node:
        """The statement's analysed and rewritten tree."""
        _, details = self.analysis.parse(sql)
        trees = parse_tree(details[-1])
        return next((tree for tree in trees if tree["canSetTag"]), trees[0])

    def analyse(self, sql: str, parameters: Mapping[int, bool] | None = None) -> list[ColumnVerdict]:
        return analyse_columns(self.tree(sql), self.catalog, parameters or {}, self.definitions)

    def run(
        self, connection: psycopg.Connection[Any], sql: str, arguments: Sequence[object] = (), *, setup: str = ""
    ) -> list[tuple[Any, ...]]:
        """The rows of the statement, in a transaction that is rolled back."""
        try:
            with connection.transaction(force_rollback=True):
                if setup:
                    connection.execute(setup)
                with psycopg.RawCursor(connection) as cursor:
                    cursor.execute((sql), arguments or None)
                    return cursor.fetchall() if cursor.description is not None else []
        finally:
            assert connection.info.transaction_status == pq.TransactionStatus.IDLE


def _read_anything(connection: psycopg.Connection[Any]) -> None:
    """Only NULL matters here: values that Python cannot hold (infinite dates) stay text, rows become tuples."""
    for name in ("timestamptz", "timestamp", "date", "time", "interval", "json", "jsonb", "xml"):
        connection.adapters.register_loader(name, TextLoader)
    for name in ("point3", "orgs", "users", "projects", "tasks", "parents", "triggered"):
        info = CompositeInfo.fetch(connection, name)
        assert info is not None
        register_composite(info, connection)


@pytest.fixture(scope="session")
def laboratory(analysis_server: Server) -> Generator[Laboratory]:
    schema = (_HERE / "schema.sql").read_text(encoding="utf-8")
    rows = (_HERE / "hostile.sql").read_text(encoding="utf-8")
    with ExitStack() as stack:
        connections: list[psycopg.Connection[Any]] = []
        for script in (schema, schema + rows):
            conninfo = stack.enter_context(scratch_database(analysis_server, prefix="sqlwright_nullability"))
            connection = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
            connection.execute(script)
            connection.execute("SET statement_timeout = '20s'")
            _read_anything(connection)
            connections.append(connection)
        empty, hostile = connections
        analysed = stack.enter_context(psycopg.connect(hostile.info.dsn, autocommit=True))
        catalog, definitions = load_catalog(analysed), load_definitions(analysed)
        yield Laboratory(AnalysisConnection(analysed), catalog, definitions, hostile, empty)
