"""One package with a table and six queries for each type, generated once in a session for each style of rows."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import psycopg
import pytest
from tests.needs import abilities
from tests.types.hostile import DECLARATIONS, NOT_IN_ARRAYS_OF_BINARY_COPY, NOT_IN_BINARY_COPY, TYPES

from sqlwright.codegen import generate, read_project
from sqlwright.config import Config
from sqlwright.runtime import AsyncDatabase, Database
from sqlwright.servers import Server, scratch_database

PACKAGE = "generated_for_all_types"

Style = Literal["pydantic", "dataclass", "msgspec"]

TABLE = """
CREATE TYPE "{name}_c" AS (a int4, v {sql}, vs {sql}[]);
CREATE TABLE "t_{name}" (id int4 PRIMARY KEY, v {sql}, vs {sql}[], c "{name}_c", cs "{name}_c"[]);
"""
QUERIES = """
-- name: add_{name}(id, v, vs, c, cs)!
INSERT INTO "t_{name}" VALUES (:id, :v, :vs, :c, :cs);

-- name: get_{name}(id)^
SELECT v, vs, c, cs FROM "t_{name}" WHERE id = :id;

-- name: nested_{name}(id)^
SELECT t AS whole, ARRAY[t] AS wholes, {record} AS record, t.v AS v FROM "t_{name}" AS t WHERE id = :id;

-- name: scalar_{name}(id)$
SELECT vs FROM "t_{name}" WHERE id = :id;

-- name: list_{name}(rows)!
-- @param rows: list[Rows_{name}]
INSERT INTO "t_{name}" (id, v) SELECT unnest(:rows.id::int4[]), unnest(:rows.v::{sql}[]);

-- name: copy_{name}()!
-- @param rows: Iterable[Copy_{name}]
COPY "t_{name}" (id, v, vs, c) FROM STDIN;
"""
BINARY_COPY = """
-- name: binary_{name}()!
-- @param rows: Iterable[Binary_{name}]
COPY "t_{name}" (id, {columns}) FROM STDIN (FORMAT binary);
"""


@dataclass(frozen=True)
class Generated:
    """The generated package, imported, and its database, open for all tests."""

    connection: psycopg.Connection[Any]
    database: Database
    async_database: AsyncDatabase
    runner: asyncio.Runner
    sync: ModuleType
    aio: ModuleType
    models: ModuleType


@pytest.fixture(scope="session")
def generated(
    pytestconfig: pytest.Config, analysis_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Generated]:
    """The package for the types that the server has, with rows as they are where nothing is configured."""
    with _generated("pydantic", pytestconfig, analysis_server, tmp_path_factory) as generated:
        yield generated


@pytest.fixture(scope="session", params=["dataclass", "msgspec"])
def unvalidated(
    request: pytest.FixtureRequest,
    pytestconfig: pytest.Config,
    analysis_server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Generated]:
    """The same with rows that pydantic does not look at."""
    with _generated(request.param, pytestconfig, analysis_server, tmp_path_factory) as generated:
        yield generated


@contextmanager
def _generated(
    rows: Style, pytestconfig: pytest.Config, analysis_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Generated]:
    root = tmp_path_factory.mktemp("types")
    package = f"{PACKAGE}_{rows}"
    has = abilities(pytestconfig)
    types = [each for each in TYPES if all(map(has.meet, each.needs))]
    extensions = sorted({need for each in types for need in each.needs} - {"libxml"})
    (root / "queries.sql").write_text(
        "".join(
            QUERIES.format(name=each.name, sql=each.sql, record="ROW(1, t.v, t.vs)" if each.in_records else "NULL")
            for each in types
        )
        + "".join(
            BINARY_COPY.format(name=name, columns="v" if name in NOT_IN_ARRAYS_OF_BINARY_COPY else "v, vs")
            for name in (each.name for each in types)
            if name not in NOT_IN_BINARY_COPY
        ),
        encoding="utf-8",
    )
    with ExitStack() as stack:
        conninfo = stack.enter_context(scratch_database(analysis_server, prefix="sqlwright_types"))
        with psycopg.connect(conninfo) as connection:
            connection.execute("".join(f"CREATE EXTENSION {name};" for name in extensions).encode())
            connection.execute(DECLARATIONS.encode())
            connection.execute("".join(TABLE.format(name=each.name, sql=each.sql) for each in types).encode())
        config = Config(root=root, queries=("queries.sql",), package=package, output=package, rows=rows)
        for name, text in generate(config, read_project(config), conninfo).files.items():
            path = root / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.path.insert(0, str(root))
        try:
            modules = (
                importlib.import_module(f"{package}.{name}") for name in ("sync.queries", "aio.queries", "models")
            )
            connection = stack.enter_context(psycopg.connect(conninfo, autocommit=True))
            database = stack.enter_context(Database(conninfo, max_size=1))
            runner = stack.enter_context(asyncio.Runner())
            async_database = AsyncDatabase(conninfo, max_size=1)
            runner.run(async_database.open())
            stack.callback(lambda: runner.run(async_database.close()))
            yield Generated(connection, database, async_database, runner, *modules)
        finally:
            sys.path.remove(str(root))
