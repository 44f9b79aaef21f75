"""From an empty folder to typed calls, as a user does it: other processes, no server of one's own, no network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Generator
from pathlib import Path

import pytest

from sqlwright.embedded import stop_project_server
from sqlwright.migrate import apply_all

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio
from typing import assert_type

from db.aio import notes as aio
from db.models import Note
from db.sync import notes
from sqlwright.runtime import AsyncDatabase, Database


def main(url: str) -> None:
    with Database(url) as db:
        note = notes.add_note(db, title="first", body=None)
        assert_type(note, Note)
        assert_type(notes.get_note(db, id=note.id), Note | None)
        print([each.title for each in notes.list_notes(db)], notes.count_notes(db))


async def main_async(url: str) -> None:
    async with AsyncDatabase(url) as db:
        print((await aio.add_note(db, title="second")).title, await aio.count_notes(db))


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
    asyncio.run(main_async(sys.argv[1]))
"""


def _run(*command: str, cwd: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    run = subprocess.run(
        command,
        cwd=cwd,
        env={**inherited, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    yield tmp_path
    stop_project_server(tmp_path, remove=True)


def test_a_project_begun_in_an_empty_folder_runs_and_type_checks(folder: Path, database: str) -> None:
    command = (sys.executable, "-m", "sqlwright.cli")
    _run(*command, "init", cwd=folder)
    migrated = _run(*command, "migrate", "up", cwd=folder)
    assert "embedded PostgreSQL" in migrated
    assert "applied 0001_notes" in migrated
    _run(*command, "generate", cwd=folder)
    _run(*command, "check", cwd=folder)
    _run(*command, "migrate", "up", cwd=folder, DATABASE_URL=database)
    (folder / "program.py").write_text(PROGRAM)
    printed = _run(sys.executable, "program.py", database, cwd=folder)
    assert printed == "['first'] 1\nsecond 2\n"
    _run(sys.executable, "-m", "mypy", "--strict", "program.py", "db", cwd=folder)
    _run(
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,I,UP",
        "--line-length",
        "120",
        "db",
        cwd=folder,
    )
    _run(sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "120", "--check", "db", cwd=folder)


USER = """
import product_helper, sqlwright
from product_helper.models import NewUser
from product_helper.sync import users
from sqlwright.runtime import Database
import sys

assert "site-packages" in product_helper.__file__ and "site-packages" in sqlwright.__file__, sys.path
with Database(sys.argv[1]) as db:
    print(users.create_user(db, user=NewUser(email="ada@example.org", name="Ada")).name, users.count_users(db))
"""


def test_an_installed_wheel_serves_the_functions_of_product_helper(tmp_path: Path, database: str) -> None:
    apply_all(database, ROOT / "migrations")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), ".", cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    target = _run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, str(wheel), cwd=tmp_path)
    # The dependencies are those installed here. A path file puts them last and does not read their own path files, of
    # which one leads to the sources.
    (Path(target) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "user.py").write_text(USER)
    assert _run(str(python), "user.py", database, cwd=elsewhere, PYTHONPATH="") == "Ada 1\n"
    assert "Hand-written SQL in" in _run(str(python), "-m", "sqlwright.cli", "--help", cwd=elsewhere, PYTHONPATH="")
