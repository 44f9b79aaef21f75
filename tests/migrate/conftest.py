"""A folder of migrations that a test writes as it needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sqlwright.diagnostics import Diagnostic, DiagnosticError
from sqlwright.migrate import Migrator

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of migrations."""
    path = tmp_path / "migrations"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a migration; its rollback too, unless that is None."""

    def write(name: str, sql: str | bytes, rollback: str | bytes | None = "") -> Path:
        path = folder / f"{name}.sql"
        path.write_bytes(sql if isinstance(sql, bytes) else sql.encode())
        if rollback is not None:
            text = rollback if isinstance(rollback, bytes) else rollback.encode()
            (folder / f"{name}.rollback.sql").write_bytes(text)
        return path

    return write


@pytest.fixture
def migrator(database: str, folder: Path) -> Migrator:
    return Migrator(database, folder)


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], Diagnostic]:
    """Run something that must be refused for one reason; that reason."""

    def refusal(run: Callable[[], object]) -> Diagnostic:
        with pytest.raises(DiagnosticError) as caught:
            run()
        (diagnostic,) = caught.value.diagnostics
        return diagnostic

    return refusal


@pytest.fixture
def states(migrator: Migrator) -> Callable[[], dict[str, str]]:
    """The state of each migration."""
    return lambda: {entry.id: entry.state for entry in migrator.status().entries}
