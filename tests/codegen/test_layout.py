"""Expressions over lines, where they do not fit on one: as ruff's formatter has them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sqlwright.codegen.python_ir import Call, Expression, ListOf, OrNone
from sqlwright.codegen.render.layout import assignment, expression

_ITEM = OrNone("item", Call("note_json", ("item",)))
EXPRESSIONS: dict[str, Expression] = {
    "call": Call("person_row", ("row[1]",)),
    "value_or_none": OrNone("row[1]", Call("person_row", ("row[1]",))),
    "list": ListOf(Call("person_row", ("item",)), "item", "row[1]"),
    "list_of_values_or_none": ListOf(_ITEM, "item", Call("array", ("row[1]", "1", '"notes"'))),
    "list_or_none": OrNone("row[1]", ListOf(_ITEM, "item", "row[1]")),
    "list_of_lists": ListOf(ListOf(_ITEM, "item", "items"), "items", "row[1]"),
}


@pytest.mark.parametrize("value", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_the_formatter_changes_nothing_at_any_width(value: Expression) -> None:
    for width in range(56, 121, 4):
        lines = ["values = dict(", *expression(value, "notes=", ",", 4, width), ")"]
        lines += assignment("value: list[Note | None] | None", value, 0, width)
        text = "\n".join(lines) + "\n"
        command = (sys.executable, "-m", "ruff", "format", "--isolated", f"--line-length={width}", "-")
        assert subprocess.run(command, input=text, text=True, capture_output=True, check=True).stdout == text
