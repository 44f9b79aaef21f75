"""A project of `sqlwright init`, and the command as a user runs it in its folder."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sqlwright.cli import app
from sqlwright.embedded import stop_project_server


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def sqlwright(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Generator[Command]:
    """Run the command in an empty folder, with DATABASE_URL leading to an empty database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database)
    runner = CliRunner()

    def sqlwright(*arguments: str) -> Outcome:
        result = runner.invoke(app, arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    yield sqlwright
    # An old server named by TEST_DATABASE_URL is not analysed on, but an embedded one.
    if (tmp_path / ".sqlwright").exists():
        stop_project_server(tmp_path, remove=True)


@pytest.fixture
def project(sqlwright: Command, tmp_path: Path) -> Path:
    """The folder of a project that was begun and generated."""
    assert sqlwright("init").code == 0
    assert sqlwright("generate").code == 0
    return tmp_path


@pytest.fixture
def queries(project: Path) -> Path:
    """The project's file of queries."""
    return project / "queries" / "notes.sql"


@pytest.fixture
def everything(project: Path) -> Callable[[], dict[str, bytes]]:
    """All generated files with what is in them, now."""

    def everything() -> dict[str, bytes]:
        files = (path for path in (project / "db").rglob("*.py") if "__pycache__" not in path.parts)
        return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}

    return everything
