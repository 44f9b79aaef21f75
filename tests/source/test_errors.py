"""Each folder below `errors` is a mistake in a file and the drawing that its writer sees.

UPDATE_GOLDENS=1 writes the drawings anew; read them afterwards as that writer would.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqlwright.codegen.source import read_sources
from sqlwright.diagnostics import render

ERRORS = Path(__file__).parent / "errors"


@pytest.mark.parametrize("case", sorted(path.name for path in ERRORS.iterdir()))
def test_a_mistake_in_a_file_is_explained_where_it_is(case: str) -> None:
    folder = ERRORS / case
    found = read_sources([Path("query.sql")], folder, keep_going=True).diagnostics
    drawing = "\n\n".join(render(diagnostic) for diagnostic in found) + "\n"
    expected = folder / "expected.txt"
    if os.environ.get("UPDATE_GOLDENS") == "1":
        expected.write_text(drawing, encoding="utf-8")
    assert found
    assert drawing == expected.read_text(encoding="utf-8")
