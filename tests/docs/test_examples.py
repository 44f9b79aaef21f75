"""The examples of the documentation: what they show is what happens."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sqlwright.codegen import analyse_sources
from sqlwright.codegen.source import read_sources
from sqlwright.diagnostics import render

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCHEMA = json.loads((ROOT / "docs" / "describe.schema.json").read_text(encoding="utf-8"))


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# --- README ----------------------------------------------------------------------------------------------------------


def test_the_first_example_of_the_readme_is_the_file_that_is_run() -> None:
    assert blocks("python")[0] == (ROOT / "docs" / "examples" / "quickstart.py").read_text(encoding="utf-8")


def test_the_first_example_of_the_readme_is_about_twenty_lines() -> None:
    assert len(blocks("python")[0].splitlines()) <= 20


def test_the_query_of_the_readme_is_one_of_product_helper() -> None:
    assert blocks("sql")[0] in (ROOT / "queries" / "projects.sql").read_text(encoding="utf-8")


def test_the_example_prints_what_the_readme_says(migrated_database: str) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "examples" / "quickstart.py")],
        env={**os.environ, "DATABASE_URL": migrated_database},
        capture_output=True,
        text=True,
    )
    assert (run.stdout, run.stderr) == (blocks("text")[0], "")


def test_the_error_of_the_readme_is_drawn_so(analysed: str, tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    query = "-- name: get_user_name(id)$\nSELECT nmae FROM users WHERE id = :id;\n"
    (tmp_path / "queries" / "users.sql").write_text(query, encoding="utf-8")
    sources = read_sources([Path("queries")], tmp_path)
    (diagnostic,) = analyse_sources(sources, analysed).diagnostics
    assert render(diagnostic) + "\n" == blocks("text")[1]


# --- the document of `describe --json` -------------------------------------------------------------------------------

SQL = """\
-- name: get_user(id)^
SELECT id, email FROM users WHERE id = :id;

-- name: any_user()^
SELECT * FROM users;

-- name: broken()
SELECT nothing FROM users;

-- name: add_user(user)<!
INSERT INTO users (id, email) VALUES (:user.id, :user.email) RETURNING (SELECT u FROM users AS u LIMIT 1);

-- name: analyze#
ANALYZE users;

-- name: copy_users()!
COPY users (id) FROM STDIN;

-- name: unfinished(a)
SELECT :b;
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("describe")
    (folder / "queries").mkdir()
    (folder / "schema.sql").write_text("CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE BLUNDER;\n")
    (folder / "queries" / "users.sql").write_text(SQL, encoding="utf-8")
    command = [sys.executable, "-m", "sqlwright.cli", "describe", "--json", "--queries", "queries"]
    run = subprocess.run(
        [*command, "--schema", "schema.sql", "--schema", "missing.sql"], cwd=folder, capture_output=True, text=True
    )
    assert run.returncode == 1, run.stderr
    return json.loads(run.stdout)


def test_the_schema_of_describe_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_what_describe_prints_is_as_its_schema_says(document: dict[str, object]) -> None:
    Draft202012Validator(SCHEMA).validate(document)


def test_describe_prints_no_member_that_its_schema_does_not_name(document: dict[str, object]) -> None:
    Draft202012Validator(_closed(SCHEMA)).validate(document)


def test_the_document_has_what_could_be_understood_and_what_could_not(document: dict[str, object]) -> None:
    queries, errors = document["queries"], document["errors"]
    assert isinstance(queries, list)
    assert isinstance(errors, list)
    assert [each["name"] for each in queries] == ["get_user", "any_user", "add_user", "analyze", "copy_users"]
    codes = ["SQW113", "SQW114", "SQW201", "SQW202", "SQW203", "SQW301"]
    assert sorted(each["code"] for each in errors) == codes


def test_the_document_that_describe_md_shows_is_what_describe_prints(document: dict[str, object]) -> None:
    (shown,) = blocks("json", (ROOT / "docs" / "describe.md").read_text(encoding="utf-8"))
    (query,) = json.loads(shown)["queries"]
    queries = document["queries"]
    assert isinstance(queries, list)
    (real,) = (each for each in queries if each["name"] == "get_user")
    assert {**real, "columns": real["columns"][1:]} == query


def _closed(schema: object) -> object:
    """The schema, with every object closed to members that it does not name."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in closed and isinstance(closed["properties"], dict) and closed.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


# --- snippets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda path: path.name
)
def test_the_python_of_a_page_can_be_compiled_and_imports_what_exists(path: Path) -> None:
    for block in blocks("python", path.read_text(encoding="utf-8")):
        compile(block, path.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        imports = [node for node in ast.parse(block).body if isinstance(node, (ast.Import, ast.ImportFrom))]
        exec(compile(ast.Module(imports, type_ignores=[]), path.name, "exec"), {})


@pytest.mark.parametrize("block", blocks("sql", (ROOT / "docs" / "sql-files.md").read_text(encoding="utf-8")))
def test_the_queries_of_the_reference_are_understood(block: str, analysed: str, tmp_path: Path) -> None:
    if not block.startswith("-- name:"):  # an annotation by itself
        assert block.startswith("-- @")
        return
    (tmp_path / "queries.sql").write_text(block, encoding="utf-8")
    assert analyse_sources(read_sources([Path("queries.sql")], tmp_path), analysed).diagnostics == ()
