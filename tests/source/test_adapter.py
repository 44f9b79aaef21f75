"""aiosql's seams: its loader with our lexer, its driver adapter on psycopg, and the loading of a generated package."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiosql
import psycopg
import pytest
from psycopg.rows import dict_row

from sqlwright.codegen.source import read_sources
from sqlwright.runtime.adapter import PostgresAdapter, SqlLoader, StaleQueries, load_queries, sha256_of

SQL = """\
/* -- name: not_a_query
 */
-- name: one(id)^
-- Doc.
SELECT :id::int AS id, ':id' AS text, 7 % 4 AS rest -- :no
-- name: all(n)
SELECT g FROM generate_series(1, :n::int) AS g;
-- name: value(n, tags)$
SELECT (:tags::text[])[:n : 2];
-- name: create#
CREATE TEMP TABLE things (a int, b text); CREATE TEMP TABLE others (a int);
-- name: insert(thing)<!
INSERT INTO things VALUES (:thing.a, :thing.b) RETURNING a;
-- name: insert_all(a)*!
INSERT INTO things VALUES (:a, $$ :b $$);
-- name: delete_all()!
DELETE FROM things;
"""


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database) as connection:
        yield connection


@pytest.fixture
def queries(tmp_path: Path) -> Any:
    (tmp_path / "things.sql").write_text(SQL, encoding="utf-8")
    return aiosql.from_path(tmp_path / "things.sql", PostgresAdapter, loader_cls=SqlLoader)


def test_every_operator_of_aiosql_works_through_the_adapter(connection: psycopg.Connection[Any], queries: Any) -> None:
    assert queries.one(connection, id=3) == (3, ":id", 3)
    assert list(queries.all(connection, n=3)) == [(1,), (2,), (3,)]
    assert queries.value(connection, n=1, tags=["a", "b", "c"]) == ["a", "b"]
    assert queries.create(connection) == "CREATE TABLE"
    assert queries.insert(connection, thing=SimpleNamespace(a=1, b="x")) == 1
    assert queries.insert_all(connection, [{"a": 2}, {"a": 3}]) == 2
    assert queries.delete_all(connection) == 3
    with queries.all_cursor(connection, n=2) as cursor:
        assert cursor.fetchall() == [(1,), (2,)]


def test_rows_have_the_shape_that_the_connection_gives_them(database: str, queries: Any) -> None:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        assert queries.one(connection, id=3)["rest"] == 3
        assert queries.value(connection, n=1, tags=["a"]) == ["a"]


def test_a_missing_parameter_is_named(connection: psycopg.Connection[Any], queries: Any) -> None:
    with pytest.raises(psycopg.ProgrammingError, match="one needs the parameter id"):
        queries.one(connection)


def test_a_query_knows_its_documentation_and_its_line(queries: Any) -> None:
    assert (queries.one.__doc__, queries.one.__code__.co_firstlineno) == ("Doc.", 3)


def test_aiosqls_own_loader_works_with_the_adapter_too(connection: psycopg.Connection[Any]) -> None:
    queries = aiosql.from_str("-- name: one(p)^\nSELECT :p.a::int, 7 % 4", PostgresAdapter)
    assert queries.one(connection, p=SimpleNamespace(a=1)) == (1, 3)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("-- name: a()\n", "empty query"),
        ("-- name: a(x)\nSELECT 1", "unused"),
        ("-- name: a()\nSELECT :x", "undeclared"),
        ("-- name: a#\nSELECT :x", "script"),
    ],
)
def test_the_loader_refuses_what_aiosql_refuses(sql: str, message: str) -> None:
    with pytest.raises(aiosql.SQLParseException, match=message):
        aiosql.from_str(sql, PostgresAdapter, loader_cls=SqlLoader)


# --- a generated package ---------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "src" / "some_package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (tmp_path / "sql" / "queries").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    yield tmp_path
    sys.modules.pop("some_package", None)


def _load(sha256: str = sha256_of(SQL)) -> Any:
    return load_queries("some_package", "things.sql", sha256=sha256, checkout="../../sql/queries")


def test_a_checkout_serves_its_queries(package: Path) -> None:
    (package / "sql" / "queries" / "things.sql").write_text(SQL)
    loaded = _load()
    assert (loaded["one"].file, loaded["one"].line, loaded["one"].operation) == ("sql/queries/things.sql", 3, "^")
    assert loaded["insert"].parameters == (("thing", "a"), ("thing", "b"))


def test_what_is_loaded_is_what_was_read_when_generating(package: Path) -> None:
    path = package / "sql" / "queries" / "things.sql"
    path.write_text(SQL)
    read = list(read_sources([path], package).queries)
    loaded = _load()
    assert [query.name for query in read] == list(loaded)
    for query in read:
        there = loaded[query.name]
        assert (there.sql, there.line, there.operation) == (query.sql, query.line, query.operation)
        assert there.parameters == tuple((item.name, item.attribute) for item in query.parameters)


def test_an_installed_package_brings_its_queries(package: Path) -> None:
    own = package / "src" / "some_package" / "queries"
    own.mkdir()
    (own / "things.sql").write_text(SQL)
    (package / "sql" / "queries" / "things.sql").write_text("-- name: other\nSELECT 1")
    assert "one" in _load()


def test_line_ends_and_byte_order_marks_change_nothing(package: Path) -> None:
    path = package / "sql" / "queries" / "things.sql"
    path.write_bytes(b"\xef\xbb\xbf" + SQL.replace("\n", "\r\n").encode())
    assert _load()["one"].line == 3


@pytest.mark.parametrize("content", [SQL.encode() + b"-- edited", b"\xff\xfe", b""])
def test_a_file_that_was_edited_is_refused(package: Path, content: bytes) -> None:
    (package / "sql" / "queries" / "things.sql").write_bytes(content)
    with pytest.raises(StaleQueries, match=r"sql/queries/things.sql .*sqlwright generate"):
        _load()


def test_a_missing_file_is_an_import_error_that_names_it(package: Path) -> None:
    with pytest.raises(ImportError, match=r"some_package needs sql/queries/things.sql"):
        _load()
