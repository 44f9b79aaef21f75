"""The benchmarks are a script: they are importable only from its folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def scripts() -> Iterator[Path]:
    folder = Path(__file__).parents[2] / "scripts"
    sys.path.insert(0, str(folder))
    try:
        yield folder
    finally:
        sys.path.remove(str(folder))
