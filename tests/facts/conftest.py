"""A database for the cases of this folder: its tables, its catalog, and the trees of statements on them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlwright.codegen.access import Access, analyse_access
from sqlwright.codegen.cardinality import CardinalityVerdict, analyse_cardinality
from sqlwright.codegen.catalog import Catalog, load_catalog
from sqlwright.codegen.constraints import analyse_constraints
from sqlwright.codegen.describe import AnalysisConnection
from sqlwright.codegen.parameters import ParameterVerdict, analyse_parameters
from sqlwright.codegen.tree import Node, parse_tree
from sqlwright.servers import Server, scratch_database


@dataclass(frozen=True)
class Statement:
    """A statement as the server understands it."""

    sql: str
    trees: list[Node]
    parameter_types: list[int]

    @property
    def tree(self) -> Node:
        return next((tree for tree in self.trees if tree["canSetTag"]), self.trees[0])


class Facts:
    """The analyses, asked by SQL and answered in names."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.analysis = AnalysisConnection(connection)
        self.catalog: Catalog = load_catalog(connection)

    def execute(self, sql: str) -> None:
        """Change the schema for one test; its catalog is `fresh`."""
        self.connection.execute(sql.encode())

    def fresh(self) -> Facts:
        return Facts(self.connection)

    def parse(self, sql: str) -> Statement:
        result, details = self.analysis.parse(sql)
        return Statement(sql, parse_tree(details[-1]), [result.param_type(number) for number in range(result.nparams)])

    def cardinality(self, sql: str) -> CardinalityVerdict:
        return analyse_cardinality(self.parse(sql).tree, self.catalog)

    def parameters(self, sql: str) -> list[ParameterVerdict]:
        statement = self.parse(sql)
        types = statement.parameter_types
        return analyse_parameters(statement.tree, self.catalog, len(types), types)

    def access(self, sql: str) -> Access:
        statement = self.parse(sql)
        return analyse_access(statement.tree, statement.trees, self.catalog)

    def constraints(self, sql: str) -> set[str]:
        statement = self.parse(sql)
        access = analyse_access(statement.tree, statement.trees, self.catalog)
        types = statement.parameter_types
        verdicts = analyse_parameters(statement.tree, self.catalog, len(types), types)
        nullable = {verdict.number: verdict.nullable for verdict in verdicts}
        found = analyse_constraints(statement.tree, self.catalog, access, nullable)
        return {constraint.name for _, constraint in found}

    def column(self, place: tuple[int, int] | None) -> str | None:
        if place is None:
            return None
        relation = self.catalog.relations[place[0]]
        return f"{relation.name}.{relation.columns[place[1]].name}"

    def columns(self, touched: Any) -> dict[str, list[str]]:
        return {
            self.catalog.relations[oid].display: [
                self.catalog.relations[oid].columns[each].name for each in sorted(attnums)
            ]
            for oid, attnums in touched.items()
        }


@pytest.fixture(scope="session")
def facts(analysis_server: Server) -> Generator[Facts]:
    yield from _facts(analysis_server, "schema.sql")


@pytest.fixture(scope="session")
def keys(analysis_server: Server) -> Generator[Facts]:
    yield from _facts(analysis_server, "index_keys.sql")


def _facts(server: Server, schema: str) -> Generator[Facts]:
    with (
        scratch_database(server, prefix="sqlwright_facts") as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        connection.execute(Path(__file__).with_name(schema).read_bytes())
        yield Facts(connection)
