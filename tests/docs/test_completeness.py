"""Nothing that a user can write or type is undocumented, and no link of the documentation is dead."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr

import sqlwright.runtime
import sqlwright.testing
from product_helper.settings import Environment, Settings
from sqlwright.cli import app
from sqlwright.codegen.annotations import ANNOTATIONS
from sqlwright.codegen.ir import Operation
from sqlwright.codegen.python_types import SCALARS
from sqlwright.config import Config
from sqlwright.runtime.settings import PoolSettings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    """The text below a heading, up to the next one of its level."""
    found = re.search(rf"^(##+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", page(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading {title}"
    return found[2]


def first_cells(text: str) -> list[str]:
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]


# --- commands --------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command with its options, as the user types them."""
    root = typer.main.get_command(app)
    pending = [((), root)]
    while pending:
        words, command = pending.pop()
        if subcommands := getattr(command, "commands", {}):
            pending += [((*words, name), each) for name, each in subcommands.items()]
        if words:
            long = [max(each.opts, key=len) for each in command.params if each.opts[0].startswith("-")]
            yield " ".join(words), [option for option in long if option != "--help"]


def documented_commands() -> dict[str, str]:
    rows = [line for line in section("README.md", "Commands").splitlines() if line.startswith("| `sqlwright ")]
    return {re.sub(r" \[?[A-Z]+\]?$", "", row.split("`")[1]).removeprefix("sqlwright "): row for row in rows}


def test_every_command_is_in_the_readme_and_no_other() -> None:
    assert sorted(documented_commands()) == sorted(name for name, _ in commands())


@pytest.mark.parametrize(
    ("name", "options"), sorted(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_option_of_a_command_is_in_the_readme_and_no_other(name: str, options: list[str]) -> None:
    assert sorted(set(re.findall(r"--[a-z-]+", documented_commands()[name]))) == sorted(options)


@pytest.mark.parametrize("command", ["up", "down"])
def test_every_option_of_migrate_is_explained(command: str) -> None:
    options = dict(commands())[f"migrate {command}"]
    rows = section("docs/migrations.md", "Options")
    assert [option for option in options if f"`{option}`" not in rows and option != "--project"] == []


def test_every_target_of_the_makefile_is_in_the_readme_and_no_other() -> None:
    targets = re.findall(r"^([a-z-]+):.*?## ", page("Makefile"), re.MULTILINE)
    assert sorted(set(re.findall(r"`make ([a-z-]+)`", section("README.md", "make")))) == sorted(targets)


# --- SQL files and configuration -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "docs/sql-files.md"])
def test_every_operator_is_documented_and_no_other(name: str) -> None:
    cells = [cell.strip("`") for cell in first_cells(section(name, "Operators"))[2:]]
    assert cells == [
        "none",
        *(each.value for each in (Operation.ONE, Operation.VALUE, Operation.RETURNING)),
        "!",
        "*!",
        "#",
    ]
    assert {"" if cell == "none" else cell for cell in cells} == {each.value for each in Operation}


def test_every_annotation_is_documented_in_its_form() -> None:
    assert re.findall(r"^### `(@.*)`$", page("docs/sql-files.md"), re.MULTILINE) == list(ANNOTATIONS.values())


def test_every_key_of_the_configuration_is_documented_and_no_other() -> None:
    keys = [field.alias or name for name, field in Config.model_fields.items() if name != "root"]
    cells = first_cells(section("README.md", "Configuration"))[2:]
    assert sorted(cell.strip("`") for cell in cells) == sorted(keys)


@pytest.mark.parametrize("key", ["queries", "migrations", "line_length", "sync", "async"])
def test_the_default_of_a_key_is_as_documented(key: str) -> None:
    import ast

    row = next(line for line in section("README.md", "Configuration").splitlines() if line.startswith(f"| `{key}` |"))
    written = row.rstrip("| ").rpartition("`")[0].rpartition("`")[2]
    default = Config(package="x").model_dump(by_alias=True)[key]
    told = {"true": True, "false": False}.get(written, written)
    assert (ast.literal_eval(told) if isinstance(told, str) else told) == (
        list(default) if key == "queries" else default
    )


def test_every_scalar_type_is_documented() -> None:
    spelled = {
        "bool": "boolean", "int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real",
        "float8": "double precision", "bpchar": "char",
    }  # fmt: skip
    internal = {"void"}
    table = section("docs/sql-files.md", "Types")
    assert [name for name in SCALARS if name not in internal and f"`{spelled.get(name, name)}`" not in table] == []


@pytest.mark.parametrize("environment", list(Environment))
def test_the_settings_of_an_environment_are_as_documented(environment: Environment) -> None:
    pool = Settings(environment=environment, url=SecretStr("")).pool()
    row = next(line for line in page("README.md").splitlines() if line.startswith(f"| {environment} |"))
    _, _, size, idle, connect, tls, _ = (cell.strip() for cell in row.split("|"))
    assert (size, idle) == (str(pool.max_size), f"{pool.max_idle:g} s")
    assert connect == ("libpq's" if pool.connect_timeout is None else f"{pool.connect_timeout:g} s")
    assert ("verified" in tls) == (pool.sslmode == "verify-full")


# --- run time --------------------------------------------------------------------------------------------------------


def test_every_setting_of_the_pool_is_documented() -> None:
    assert [
        each.name for each in fields(PoolSettings) if f"`{each.name}`" not in section("docs/runtime.md", "Database")
    ] == []


def test_every_error_of_the_runtime_is_documented() -> None:
    names = [name for name in sqlwright.runtime.__all__ if isinstance(found := getattr(sqlwright.runtime, name), type)
             and issubclass(found, Exception)]  # fmt: skip
    assert [name for name in names if f"`{name}`" not in page("docs/runtime.md") and name != "SqlwrightError"] == []


def test_every_state_of_a_migration_is_documented_and_no_other() -> None:
    from typing import get_args

    from sqlwright.migrate.status import State

    cells = [cell.strip("`") for cell in first_cells(section("docs/migrations.md", "States"))[2:]]
    assert sorted(cells) == sorted(get_args(State))


def test_every_stage_of_the_pipeline_has_its_place_in_the_architecture() -> None:
    text = page("ARCHITECTURE.md")
    modules = [
        path.name for path in (ROOT / "src/sqlwright/codegen").iterdir() if path.suffix == ".py" or path.is_dir()
    ]
    left_out = {"__init__.py", "__pycache__"}
    assert [
        name for name in sorted(modules) if name not in left_out and f"/{name}" not in text and name not in text
    ] == []


def test_every_fixture_of_the_pytest_plugin_is_documented() -> None:
    fixtures = [name for name in sqlwright.testing.__all__ if not name.startswith("pytest_")]
    assert [name for name in fixtures if f"`{name}`" not in section("docs/embedded.md", "In tests")] == []


# --- pages -----------------------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    dead: list[str] = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_in_backticks_exists(path: Path) -> None:
    """Paths of this repository that pages name without linking them."""
    named = re.findall(r"`((?:src|scripts|tests|docs|codegen|runtime)/[\w./-]*\w/?)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if not any((root / name).exists() for root in (ROOT, ROOT / "src/sqlwright"))] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_line_of_prose_is_longer_than_a_screen(path: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert [line for line in prose.splitlines() if len(line) > 120 and not line.startswith("|")] == []


def test_the_page_of_error_codes_is_up_to_date() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "scripts" / "docs.py"), "--check"], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
