"""`sqlwright init`, `generate`, `check` and `explain`: what they write, print and answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command

Files = Callable[[], dict[str, bytes]]


def test_init_says_what_to_do_next(sqlwright: Command) -> None:
    done = sqlwright("init")
    assert done.code == 0
    assert "next: sqlwright migrate up, then sqlwright generate" in done.out


def test_init_leaves_a_folder_alone_that_has_a_project(sqlwright: Command, project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    refused = sqlwright("init")
    assert refused.code == 2
    assert "SQW011" in refused.err
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("name", ["my-package", "1st", "class", ""])
def test_init_wants_the_name_of_a_package(sqlwright: Command, tmp_path: Path, name: str) -> None:
    refused = sqlwright("init", "--package", name)
    assert refused.code == 2
    assert "SQW010" in refused.err
    assert list(tmp_path.iterdir()) == []


def test_init_makes_the_folder_that_it_is_given(sqlwright: Command, tmp_path: Path) -> None:
    assert sqlwright("init", "deep/down", "--package", "data").code == 0
    assert (tmp_path / "deep" / "down" / "data" / "__init__.py").exists()
    assert sqlwright("generate", "--project", "deep/down").code == 0


def test_generating_again_changes_nothing(sqlwright: Command, everything: Files) -> None:
    before = everything()
    again = sqlwright("generate")
    assert again.code == 0
    assert "wrote" not in again.out
    assert everything() == before


def test_check_is_content_with_what_generate_wrote(sqlwright: Command, project: Path) -> None:
    checked = sqlwright("check")
    assert (checked.code, checked.err) == (0, "")


def test_a_check_that_finds_nothing_changed_does_not_wait_for_the_generator(project: Path) -> None:
    script = "import sys; sys.argv[1:] = ['check']; from sqlwright.__main__ import main; main(); print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True).stdout
    said, _, modules = out.partition("\n")
    assert said.startswith("nothing changed")
    assert not {"sqlwright.codegen", "sqlwright.config", "psycopg", "yoyo", "typer", "pydantic"} & set(modules.split())


def test_the_command_is_a_module_too(project: Path) -> None:
    command = [sys.executable, "-m", "sqlwright", "explain", "get_note"]
    out = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True).stdout
    assert "queries/notes.sql:5: get_note^" in out


def test_check_shows_what_an_edited_query_changes_and_writes_nothing(
    sqlwright: Command, queries: Path, everything: Files
) -> None:
    before = everything()
    queries.write_text(queries.read_text().replace("LIMIT :limit", "LIMIT :at_most").replace("limit", "at_most"))
    checked = sqlwright("check")
    assert checked.code == 1
    assert "--- db/sync/notes.py (on disk)\n+++ db/sync/notes.py (generated)" in checked.out
    assert "\n-def list_notes(db: Executor, *, limit: int = 20)" in checked.out
    assert "\n+def list_notes(db: Executor, *, at_most: int = 20)" in checked.out
    assert "SQW501" in checked.err
    assert everything() == before


def test_check_notices_an_edit_of_a_generated_file(sqlwright: Command, project: Path) -> None:
    models = project / "db" / "models.py"
    models.write_text(models.read_text().replace("title: str\n", "title: int\n"))
    checked = sqlwright("check")
    assert checked.code == 1
    assert "\n-    title: int\n+    title: str\n" in checked.out


def test_check_notices_a_generated_file_that_is_missing(sqlwright: Command, project: Path) -> None:
    (project / "db" / "errors.py").unlink()
    assert sqlwright("check").code == 1
    assert sqlwright("generate").code == 0
    assert sqlwright("check").code == 0


def test_check_notices_a_migration_that_changes_what_queries_return(sqlwright: Command, project: Path) -> None:
    (project / "migrations" / "0002_optional_title.sql").write_text("ALTER TABLE notes ALTER title DROP NOT NULL;\n")
    checked = sqlwright("check")
    assert checked.code == 1
    assert "\n+    title: str | None\n" in checked.out


def test_modules_of_a_query_file_that_is_gone_are_removed(sqlwright: Command, project: Path, queries: Path) -> None:
    queries.rename(queries.with_name("remarks.sql"))
    assert sqlwright("check").code == 1
    done = sqlwright("generate")
    assert "removed db/sync/notes.py" in done.out
    assert not (project / "db" / "sync" / "notes.py").exists()
    assert (project / "db" / "sync" / "remarks.py").exists()


def test_a_file_that_was_written_by_hand_is_not_overwritten(
    sqlwright: Command, project: Path, queries: Path, everything: Files
) -> None:
    (project / "db" / "models.py").write_text("class Mine: ...\n")
    queries.write_text(queries.read_text().replace("newest notes", "latest notes"))
    before = everything()
    refused = sqlwright("generate")
    assert refused.code == 1
    assert "SQW502" in refused.err
    assert "models.py" in refused.err
    assert everything() == before


BAD_QUERIES = {
    "a_missing_file": (None, "SQW101"),
    "bytes_that_are_not_utf8": (b"-- name: get()$\nSELECT '\xff';\n", "SQW102"),
    "no_query_at_all": (b"SELECT 1;\n", "SQW10"),
    "one_name_twice": (b"-- name: get()$\nSELECT 1;\n-- name: get()$\nSELECT 2;\n", "SQW108"),
    "an_empty_query": (b"-- name: get()$\n-- name: other()$\nSELECT 2;\n", "SQW109"),
    "an_operator_that_does_not_exist": (b"-- name: get()?\nSELECT 1;\n", "SQW106"),
    "two_statements": (b"-- name: get()$\nSELECT 1;\nSELECT 2;\n", "SQW110"),
    "a_statement_that_postgresql_refuses": (b"-- name: get()$\nSELECT nothing FROM notes;\n", "SQW201"),
    "an_operator_that_does_not_fit": (b"-- name: get()^\nSELECT * FROM notes;\n", "SQW301"),
    "an_annotation_that_does_not_exist": (b"-- name: get()$\n-- @retruns X\nSELECT 1;\n", "SQW120"),
}


@pytest.mark.parametrize("kind", BAD_QUERIES)
def test_nothing_is_written_when_anything_is_wrong(
    sqlwright: Command, queries: Path, everything: Files, kind: str
) -> None:
    content, code = BAD_QUERIES[kind]
    before = everything()
    (queries.parent / "good.sql").write_text("-- name: one()$\nSELECT 1;\n")
    if content is None:
        (queries.parents[1] / "sqlwright.toml").write_text('queries = ["queries", "gone.sql"]\npackage = "db"\n')
    else:
        (queries.parent / "bad.sql").write_bytes(content)
    refused = sqlwright("generate")
    assert refused.code == 1
    first = refused.err.splitlines()[0]
    assert f"error[{code}" in first
    assert first.startswith(("queries/bad.sql:", "gone.sql:"))
    assert everything() == before


def test_a_misspelt_annotation_gets_the_nearest_one(sqlwright: Command, queries: Path) -> None:
    queries.write_text(queries.read_text().replace("@param", "@parm"))
    refused = sqlwright("generate")
    assert refused.code == 1
    assert "did you mean `@param`?" in refused.err


def test_a_migration_that_fails_is_drawn(sqlwright: Command, project: Path) -> None:
    (project / "migrations" / "0002_wrong.sql").write_text("DELETE FROM ntoes;\n")
    refused = sqlwright("generate")
    assert refused.code == 1
    assert refused.err.startswith("migrations/0002_wrong.sql:1:13: error[SQW420]:")


# --- USAGE: 2 ---


def test_an_unknown_key_gets_the_nearest_one(sqlwright: Command, project: Path) -> None:
    configuration = project / "sqlwright.toml"
    configuration.write_text(configuration.read_text().replace("migrations =", "migration ="))
    refused = sqlwright("generate")
    assert refused.code == 2
    assert refused.err.startswith("sqlwright.toml:3:1: error[SQW004]: there is no key migration\n")
    assert "did you mean `migrations`?" in refused.err


@pytest.mark.parametrize("command", [["generate"], ["check"], ["explain", "x"], ["migrate", "status"]])
def test_without_a_configuration_there_is_nothing_to_do(sqlwright: Command, command: list[str]) -> None:
    refused = sqlwright(*command)
    assert refused.code == 2
    assert "SQW001" in refused.err
    assert "sqlwright init" in refused.err


@pytest.mark.parametrize("arguments", [["generat"], ["generate", "--al"], ["describe"], ["migrate", "sideways"]])
def test_wrong_usage_is_told_from_findings(sqlwright: Command, arguments: list[str]) -> None:
    assert sqlwright(*arguments).code == 2


def test_a_server_that_cannot_be_reached_is_no_finding(
    sqlwright: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1 user=nobody password=secret connect_timeout=1")
    refused = sqlwright("migrate", "status")
    assert refused.code == 2
    assert "DATABASE_URL" in refused.err
    assert "secret" not in refused.err + refused.out


# --- EXPLAIN ---


def test_explain_says_why(sqlwright: Command, project: Path) -> None:
    explained = sqlwright("explain", "get_note")
    assert explained.code == 0
    assert "queries/notes.sql:5: get_note^" in explained.out
    assert "title: str  (text)\n    not null: notes.title is NOT NULL" in explained.out
    assert "body: str | None  (text)\n    nullable:" in explained.out
    assert ":id: int  (bigint)\n    not null:" in explained.out


def test_explain_draws_what_decided_about_groups_and_subscripts(sqlwright: Command, project: Path) -> None:
    text = "SELECT (string_to_array(title, ','))[1] AS word, body FROM notes GROUP BY ROLLUP (title, body)"
    (project / "queries" / "groups.sql").write_text(f"-- name: groups()\n{text}\n", encoding="utf-8")
    lines = sqlwright("explain", "groups").out.splitlines()
    drawn = [(line, lines[at + 1]) for at, line in enumerate(lines) if text in line]
    words = [line[carets.index("^") : carets.rindex("^") + 1] for line, carets in drawn]
    assert words == ["ROLLUP", "string_to_array", "body"]


def test_explain_takes_a_pattern(sqlwright: Command, project: Path) -> None:
    explained = sqlwright("explain", "*_note")
    assert "add_note" in explained.out
    assert "get_note" in explained.out
    assert "list_notes" not in explained.out


def test_explain_knows_the_nearest_name(sqlwright: Command, project: Path) -> None:
    refused = sqlwright("explain", "get_notes")
    assert refused.code == 2
    assert "did you mean get_note?" in refused.err
