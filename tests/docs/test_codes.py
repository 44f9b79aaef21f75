"""The table of error codes holds what the code raises, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from sqlwright.diagnostics import CODES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sqlwright"


def test_every_code_that_is_raised_is_in_the_table_and_every_code_of_the_table_is_raised() -> None:
    raised = {
        code
        for path in SOURCE.rglob("*.py")
        if path.name != "diagnostics.py"
        for code in re.findall(r"\bSQW\d{3}\b", path.read_text(encoding="utf-8"))
    }
    assert raised == set(CODES)


def test_the_table_of_codes_is_in_order() -> None:
    assert list(CODES) == sorted(CODES)
