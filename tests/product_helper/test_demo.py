"""`make demo`, with little data: it must show everything, leave its data alone, and find it the next time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest
from psycopg import sql

from sqlwright.servers import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo_database(server: Server) -> Iterator[str]:
    name = f"sqlwright_test_demo_{token_hex(4)}"
    yield name
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _demo(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/demo.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": server.conninfo(), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
    )


def test_the_demo_shows_every_function_and_the_second_run_finds_the_data(server: Server, demo_database: str) -> None:
    first = _demo(server, "--database", demo_database, "--scale", "0.02")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "rows loaded through COPY" in first.stdout
    assert "generated functions was called, blocking and async" in first.stdout
    second = _demo(server, "--database", demo_database)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "found, 10 users" in second.stdout


def test_the_demo_says_when_it_cannot_reach_the_database() -> None:
    run = subprocess.run(
        [sys.executable, "scripts/demo.py"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgresql://127.0.0.1:1/nothing?connect_timeout=1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 1
    assert "The demo cannot begin" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.fixture
def data() -> Iterator[object]:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from demonstration import data

        yield data
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def test_the_demos_data_is_the_same_every_time(data: object) -> None:
    one, other = (data.DemoData(data.Sizes().scaled(0.01), seed=7) for _ in range(2))  # type: ignore[attr-defined]
    for table in ("users", "projects", "conversations", "messages", "artifacts", "activity"):
        assert list(getattr(one, table)()) == list(getattr(other, table)()), table


def test_the_demo_has_at_least_the_data_that_was_asked_for(data: object) -> None:
    sizes = data.Sizes()  # type: ignore[attr-defined]
    least = {"users": 300, "projects": 10_000, "conversations": 30_000, "messages": 100_000}
    assert {name: size for name, size in least.items() if getattr(sizes, name) < size} == {}
