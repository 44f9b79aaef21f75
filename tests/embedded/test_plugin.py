"""The pytest plugin: a fresh database for each test, and no skip when there is none."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_has_a_database_of_its_own(database, turn):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE only_once ()")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_migrated_database_is_a_copy_of_a_template(migrated_database, turn):
    with psycopg.connect(migrated_database) as connection:
        assert connection.execute("SELECT count(*) FROM projects").fetchone() == (0,)
        connection.execute("DROP TABLE projects CASCADE")


def run_pytest(tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["sqlwright.testing"]')
    (tmp_path / "test_one.py").write_text("def test_it(migrated_database):\n    assert migrated_database")
    (tmp_path / "pytest.ini").write_text("[pytest]\nsqlwright_migrations = sql\n")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "1_a.sql").write_text("CREATE TABLE a (id int)")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)]
    clean = {key: value for key, value in os.environ.items() if key not in ("TEST_DATABASE_URL", "PYTEST_ADDOPTS")}
    return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={**clean, **environment})


def test_a_users_project_needs_one_line(tmp_path):
    run = run_pytest(tmp_path)
    assert "1 passed" in run.stdout, run.stdout
    assert "database: a throw-away embedded PostgreSQL 18" in run.stdout


def test_a_database_that_is_missing_is_an_error_and_no_skip(tmp_path):
    run = run_pytest(tmp_path, TEST_DATABASE_URL="host=127.0.0.1 port=1")
    assert "1 error" in run.stdout, run.stdout
    assert "skipped" not in run.stdout
    assert "database: none." in run.stdout
