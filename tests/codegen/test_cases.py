"""Generated code: as expected to the byte, executed on PostgreSQL, accepted by both type checkers and by ruff."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.codegen.conftest import all_cases
from tests.needs import abilities

from sqlwright.runtime import AsyncDatabase, Database

if TYPE_CHECKING:
    from tests.codegen.conftest import Built, Case

    Build = Callable[[Case], Built]

ROOT = Path(__file__).parents[2]
UPDATE = os.environ.get("UPDATE_GOLDENS") == "1"


def test_a_case_generates_what_is_expected(any_case: Case, build: Build) -> None:
    built = build(any_case)
    if UPDATE:
        _update(built)
    if any_case.is_good:
        assert built.errors == ""
        assert built.files == _texts(any_case.expected)
    else:
        assert built.errors != "", "nothing is wrong with it"
        assert built.errors == any_case.errors.read_text(encoding="utf-8")


def test_a_case_that_needs_more_than_the_server_has_is_refused_by_it(pytestconfig: pytest.Config, build: Build) -> None:
    has = abilities(pytestconfig)
    for case in all_cases():
        if not all(map(has.meet, case.needs)):
            try:
                assert "error[SQW201]" in build(case).errors
            except psycopg.errors.FeatureNotSupported:
                continue  # an extension that its schema creates


def _texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _update(built: Built) -> None:
    if not built.case.is_good:
        built.case.errors.write_text(built.errors, encoding="utf-8")
        return
    for name in _texts(built.case.expected).keys() - built.files.keys():
        (built.case.expected / name).unlink()
    for name, text in built.files.items():
        path = built.case.expected / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture
def importable(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(installed))
    return installed


def test_every_function_of_a_case_runs(good_case: Case, build: Build, importable: Path) -> None:
    conninfo = build(good_case).conninfo
    use = importlib.import_module(f"use_{good_case.name}")
    called: set[tuple[str, str]] = set()
    if (good_case.expected / "sync").is_dir():
        build(good_case).reset()
        with Database(conninfo, max_size=2) as db, _calls(called):
            use.use(db)
    if (good_case.expected / "aio").is_dir():
        build(good_case).reset()
        with _calls(called):
            asyncio.run(_run_async(use, conninfo))
    assert _public(good_case) - called == set()


async def _run_async(use: ModuleType, conninfo: str) -> None:
    async with AsyncDatabase(conninfo, max_size=2) as db:
        await use.use_async(db)


@contextmanager
def _calls(called: set[tuple[str, str]]) -> Generator[None]:
    """Write down which functions are called, as (folder/file, name)."""

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            path = Path(frame.f_code.co_filename)
            called.add((f"{path.parent.name}/{path.stem}", frame.f_code.co_name))

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


def _public(case: Case) -> set[tuple[str, str]]:
    functions: set[tuple[str, str]] = set()
    for flavour in ("sync", "aio"):
        for path in sorted((case.expected / flavour).glob("[!_]*.py")):
            module = importlib.import_module(f"{case.name}.{flavour}.{path.stem}")
            functions |= {(f"{flavour}/{path.stem}", name) for name in module.__all__}
    return functions


def test_mypy_accepts_all_cases(installed: Path) -> None:
    (installed / "mypy.ini").write_text(f"[mypy]\nstrict = true\nmypy_path = {ROOT / 'src'}\n", encoding="utf-8")
    checked = _run(installed, sys.executable, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache" / "cases"), ".")
    assert checked.returncode == 0, checked.stdout


def test_pyright_accepts_all_cases(installed: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT / "src")], "pythonVersion": "3.11"}
    (installed / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    checked = _run(installed, sys.executable, "-m", "pyright", "--pythonpath", sys.executable)
    assert checked.returncode == 0, checked.stdout


def test_ruff_finds_nothing_in_any_case(installed: Path) -> None:
    checked = _run(installed, sys.executable, "-m", "ruff", "check", *_packages(installed))
    assert checked.returncode == 0, checked.stdout


def test_the_formatter_changes_nothing_in_any_case(installed: Path) -> None:
    checked = _run(installed, sys.executable, "-m", "ruff", "format", "--diff", *_packages(installed))
    assert checked.returncode == 0, checked.stdout


def _packages(installed: Path) -> list[str]:
    return sorted(path.parent.name for path in installed.glob("*/__init__.py"))


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
