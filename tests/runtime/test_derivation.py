"""The blocking side is derived from the async side, and importing the runtime costs little."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sqlwright.runtime
from sqlwright.runtime import aio, sync

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "async_to_sync.py"


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True)


def test_the_blocking_side_is_what_the_async_side_makes_of_it() -> None:
    done = run_script("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_script_explains_itself() -> None:
    done = run_script("--help")
    assert done.returncode == 0 and "--check" in done.stdout


def test_check_shows_what_was_changed_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = _load_script()
    for folder in ("aio", "sync"):
        target = tmp_path / folder
        target.mkdir()
        for path in (ROOT / "src" / "sqlwright" / "runtime" / folder).glob("*.py"):
            (target / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(script, "RUNTIME", tmp_path)
    monkeypatch.setattr(script, "SOURCE", tmp_path / "aio")
    monkeypatch.setattr(script, "TARGET", tmp_path / "sync")
    changed = tmp_path / "sync" / "stream.py"
    changed.write_text(changed.read_text("utf-8") + "# by hand\n", "utf-8")
    (tmp_path / "sync" / "left_over.py").write_text("x = 1\n", "utf-8")
    assert script.main(["--check"]) == 1
    assert script.main([]) == 0
    assert script.main(["--check"]) == 0
    assert not (tmp_path / "sync" / "left_over.py").exists()


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("async_to_sync", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_sides_have_the_same_names() -> None:
    assert sorted(name.removeprefix("Async") for name in aio.__all__) == sorted(sync.__all__)


def test_every_exported_name_exists() -> None:
    for module in (sqlwright.runtime, aio, sync):
        for name in module.__all__:
            assert getattr(module, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Databse'"):
        sqlwright.runtime.Databse  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("imported", "absent"),
    [
        ("sqlwright.runtime", ("psycopg", "pydantic", "aiosql")),
        ("sqlwright.runtime.sync", ("sqlwright.runtime.aio", "aiosql", "typer", "rich", "yoyo", "tomlkit")),
        ("sqlwright.runtime.aio", ("sqlwright.runtime.sync", "aiosql", "typer", "rich", "yoyo", "tomlkit")),
        ("sqlwright.runtime.adapter", ("sqlwright.codegen", "typer", "rich", "yoyo", "tomlkit")),
    ],
)
def test_importing_the_runtime_loads_no_tools(imported: str, absent: tuple[str, ...]) -> None:
    program = f"import sys, {imported}; print(*[name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


CONSUMER = """
from dataclasses import dataclass
from typing import assert_type

from sqlwright.runtime import Database, AsyncDatabase, Executor, AsyncExecutor, Row, Rows, Statement, Transaction
from sqlwright.runtime import aio, sync
import psycopg

@dataclass
class Project:
    id: int

def project_row(row: Row) -> Project:
    return Project(row[0])

def use(db: Executor, statement: Statement) -> None:
    assert_type(sync.fetch_all(db, statement, (1,), project_row), list[Project])
    assert_type(sync.fetch_optional(db, statement, (1,), project_row), Project | None)
    assert_type(sync.fetch_one(db, statement, (1,), project_row), Project)
    assert_type(sync.execute(db, statement, ()), int)
    assert_type(sync.fetch_many(db, statement, [(1,)], project_row), list[Project])
    with sync.cursor(db, statement, (), project_row) as rows:
        assert_type(rows, Rows[Project])
        for project in rows:
            assert_type(project, Project)

def work(tx: Transaction) -> int:
    return 1

def blocking(db: Database, statement: Statement, connection: psycopg.Connection) -> None:
    use(connection, statement)
    use(db, statement)
    with db.transaction(isolation="serializable", read_only=True) as tx, tx.transaction() as inner:
        use(inner, statement)
        assert_type(tx, Transaction)
    assert_type(db.run(work, retries=2), int)

async def use_async(db: AsyncExecutor, statement: Statement) -> None:
    assert_type(await aio.fetch_all(db, statement, (1,), project_row), list[Project])
    async with aio.cursor(db, statement, (), project_row) as rows:
        async for project in rows:
            assert_type(project, Project)

async def asynchronous(db: AsyncDatabase, statement: Statement) -> None:
    await use_async(db, statement)
    async with db.transaction() as tx:
        await use_async(tx, statement)
"""


def test_type_checkers_infer_what_the_row_function_returns(tmp_path: Path) -> None:
    consumer = tmp_path / "consumer.py"
    consumer.write_text(CONSUMER)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), str(consumer)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
