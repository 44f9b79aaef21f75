"""The laws of the house about modules: size, names, docstrings and what they export. Those about imports are in docs/.

Generated modules count as well: what is printed should look as if a person had written it.
"""

from __future__ import annotations

import ast
import importlib
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
MODULES = sorted(SOURCE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").rglob("*.py"))
GENERATED = tuple(SOURCE / "product_helper" / name for name in ("models.py", "errors.py", "sync", "aio", "_statements"))
LONGEST = 500


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_generated(path: Path) -> bool:
    return any(path == each or each in path.parents for each in GENERATED)


def _import(path: Path) -> ModuleType:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


@pytest.mark.parametrize("path", [path for path in (*MODULES, *SCRIPTS) if not _is_generated(path)], ids=_named)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=_named)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_module_is_named_for_having_no_subject() -> None:
    subjectless = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base"}
    assert [_named(path) for path in (*MODULES, *SCRIPTS) if path.stem.strip("_") in subjectless] == []


@pytest.mark.parametrize("path", [path for path in MODULES if "__main__" not in path.stem], ids=_named)
def test_a_module_exports_what_it_defines_and_says_so(path: Path) -> None:
    module = _import(path)
    exported = getattr(module, "__all__", None)
    if exported is None:
        # Nothing to export: a docstring and perhaps a constant.
        assert not [each for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.ClassDef)]
        assert not [name for name in _functions(path) if not name.startswith("_")]
        return
    assert len(set(exported)) == len(exported)
    assert [name for name in exported if not hasattr(module, name)] == []


def _functions(path: Path) -> list[str]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [each.name for each in body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]


@pytest.mark.parametrize("path", [path for path in MODULES if not _is_generated(path)], ids=_named)
def test_nothing_private_is_taken_from_another_package(path: Path) -> None:
    package = path.relative_to(SOURCE).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("sqlwright"):
            origin = tuple((node.module or "").split("."))
            private = [alias.name for alias in node.names if alias.name.startswith("_")]
            assert private == [], node.module
            hidden = next((index for index, part in enumerate(origin) if part.startswith("_")), None)
            assert hidden is None or package[:hidden] == origin[:hidden], node.module


@pytest.mark.parametrize("package", ["sqlwright", "product_helper"])
def test_a_package_is_marked_as_typed(package: str) -> None:
    assert (SOURCE / package / "py.typed").exists()


def test_the_wheel_has_the_packages_and_the_queries() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert wheel["wheel"]["packages"] == ["src/sqlwright", "src/product_helper"]
    assert wheel["wheel"]["force-include"]["queries"] == "product_helper/queries"
