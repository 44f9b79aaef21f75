"""What type checkers say about uses of product_helper, right ones and wrong ones."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONSUMER = HERE / "consumer.py"
WRONG = HERE / "wrong.py"


def _run(*arguments: str, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout


@pytest.fixture(scope="module")
def mypy() -> set[tuple[str, int]]:
    """The places of mypy's errors, as (file, line)."""
    cache = str(ROOT / ".mypy_cache" / "typing")
    output = _run("mypy", "--strict", "--no-error-summary", "--cache-dir", cache, str(CONSUMER), str(WRONG))
    found = re.findall(r"^(.+?):(\d+): (error|note)", output, re.MULTILINE)
    assert found, output
    return {(Path(file).name, int(line)) for file, line, kind in found if kind == "error"}


@pytest.fixture(scope="module")
def pyright() -> set[tuple[str, int]]:
    """The places of pyright's errors, as (file, line)."""
    output = _run("pyright", "--outputjson", "--pythonpath", sys.executable, str(CONSUMER), str(WRONG))
    found: list[dict[str, Any]] = json.loads(output[output.index("{") :])["generalDiagnostics"]
    assert found, output
    return {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in found}


def _expected() -> set[tuple[str, int]]:
    lines = enumerate(WRONG.read_text(encoding="utf-8").splitlines(), start=1)
    return {(WRONG.name, number) for number, line in lines if "# expect-error" in line}


def test_mypy_objects_to_every_wrong_use_and_to_nothing_else(mypy: set[tuple[str, int]]) -> None:
    assert mypy == _expected()


def test_pyright_objects_to_every_wrong_use_and_to_nothing_else(pyright: set[tuple[str, int]]) -> None:
    assert pyright == _expected()


def test_there_are_many_ways_to_be_wrong() -> None:
    assert len(_expected()) >= 25


@pytest.mark.parametrize("flavour", ["sync", "aio"])
def test_the_consumer_uses_every_function(flavour: str) -> None:
    package = importlib.import_module(f"product_helper.{flavour}")
    functions = {
        f"{flavour}.{module}.{name}"
        for module in package.__all__
        for name in importlib.import_module(f"product_helper.{flavour}.{module}").__all__
    }
    nodes = ast.walk(ast.parse(CONSUMER.read_text(encoding="utf-8")))
    assert functions - {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)} == set()
