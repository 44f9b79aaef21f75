"""`sqlwright describe`: any SQL, no configuration, no server; one document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from sqlwright.cli import app

if TYPE_CHECKING:
    from tests.cli.conftest import Command

SCHEMA = Path(__file__).parents[2] / "docs" / "describe.schema.json"

TABLES = """
CREATE TABLE cities (id int PRIMARY KEY, name varchar(20) NOT NULL, tags text[], status text CHECK (status IN ('a')));
CREATE TABLE kings (id int PRIMARY KEY, city_id int REFERENCES cities);
"""
QUERIES = """\
-- name: list_cities(status, limit)
SELECT c.*, k.id AS king FROM cities AS c LEFT JOIN kings AS k ON k.city_id = c.id
WHERE c.status = :status LIMIT :limit;

-- name: broken()
SELECT nmae FROM cities;

-- name: too_many()^
SELECT name FROM cities;

-- name: rename(id, name)!
UPDATE cities SET name = :name WHERE id = :id;

-- name: count()$
SELECT count(*) FROM cities;
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("describe")
    (folder / "schema").mkdir()
    (folder / "schema" / "1.sql").write_text(TABLES)
    (folder / "schema" / "2.sql").write_text("ALTER TABLE cities ADD founded date;\n")
    (folder / "queries.sql").write_text(QUERIES)
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Any:
    """With a DATABASE_URL that leads nowhere: it must not be looked at."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1 user=nobody")
        monkeypatch.chdir(folder)
        return CliRunner().invoke(app, ["describe", "--schema", "schema", "--queries", "queries.sql", "--json"])


@pytest.fixture(scope="module")
def document(run: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run.stdout)
    return document


def test_the_document_is_as_its_schema_says(document: dict[str, Any]) -> None:
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)


def test_a_query_that_cannot_be_understood_does_not_hide_the_others(document: dict[str, Any]) -> None:
    assert [query["name"] for query in document["queries"]] == ["list_cities", "too_many", "rename", "count"]
    (error,) = (each for each in document["errors"] if each["query"] == "broken")
    assert (error["file"], error["line"], error["column"], error["code"]) == ("queries.sql", 6, 8, "SQW201")


def test_a_query_that_breaks_a_rule_is_described_and_listed(run: Any, document: dict[str, Any]) -> None:
    (query,) = (each for each in document["queries"] if each["name"] == "too_many")
    assert query["cardinality"] == "many"
    (error,) = (each for each in document["errors"] if each["query"] == "too_many")
    assert (error["line"], error["code"]) == (8, "SQW301")
    assert run.exit_code == 1


def test_columns_and_parameters_are_in_order(document: dict[str, Any]) -> None:
    query = document["queries"][0]
    assert [each["name"] for each in query["columns"]] == ["id", "name", "tags", "status", "founded", "king"]
    assert [each["pg_type"] for each in query["columns"]][:3] == ["integer", "character varying(20)", "text[]"]
    assert [each["nullable"] for each in query["columns"]] == [False, False, True, False, True, True]
    assert [(each["name"], each["pg_type"], each["nullable"]) for each in query["params"]] == [
        ("status", "text", False),
        ("limit", "bigint", False),
    ]


def test_what_is_read_and_written_is_told(document: dict[str, Any]) -> None:
    rename = document["queries"][2]
    assert (rename["reads"], rename["writes"]) == ({"cities": ["id"]}, {"cities": ["name"]})
    assert (rename["operation"], rename["cardinality"], rename["read_only"]) == ("!", "none", False)
    count = document["queries"][3]
    assert (count["operation"], count["cardinality"], count["read_only"]) == ("$", "one", True)


def test_without_json_it_is_for_people(sqlwright: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    shown = sqlwright("describe", "--schema", "schema", "--queries", "queries.sql")
    assert shown.code == 1
    assert "queries.sql:14: count$" in shown.out
    assert 'queries.sql:6:8: error[SQW201]: column "nmae" does not exist' in shown.err


def test_a_file_that_is_missing_is_an_error_of_the_document(
    sqlwright: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    options = ("--schema", "schema", "--schema", "no.sql", "--queries", "queries.sql", "--queries", "nothing.sql")
    document = json.loads(sqlwright("describe", *options, "--json").out)
    assert {"SQW101", "SQW203"} <= {error["code"] for error in document["errors"]}
    assert len(document["queries"]) == 4
