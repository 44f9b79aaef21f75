"""The drawing of diagnostics."""

from __future__ import annotations

import re
from pathlib import Path

from sqlwright.diagnostics import CODES, Diagnostic, Label, as_json, nearest, position_of, render

TEXT = "-- name: get_user\nSELECT nmae, email\nFROM users\nWHERE id = :id;\n"


def _label(word: str, message: str = "", text: str = TEXT, *, name: str = "q.sql", primary: bool = True) -> Label:
    start = text.index(word)
    return Label(name, text, start, start + len(word), message, primary)


def _body(diagnostic: Diagnostic) -> str:
    return render(diagnostic).partition("\n")[2]


def test_one_word_is_underlined_with_what_is_said_of_it() -> None:
    diagnostic = Diagnostic(
        "SQW201", 'column "nmae" does not exist [42703]', (_label("nmae", "did you mean `name`?"),),
        help="columns of users: id, name, email", query="get_user",
    )  # fmt: skip
    assert render(diagnostic) == (
        'q.sql:2:8: error[SQW201]: column "nmae" does not exist [42703]\n'
        "   ╭─ q.sql · get_user\n"
        " 2 │ SELECT nmae, email\n"
        "   ·        ^^^^ did you mean `name`?\n"
        "   ╰─ help: columns of users: id, name, email"
    )


def test_two_words_of_a_line_have_a_row_each() -> None:
    labels = (_label("email", "that"), _label("nmae", "this", primary=False))
    assert _body(Diagnostic("SQW201", "m", labels)) == (
        "   ╭─ q.sql\n 2 │ SELECT nmae, email\n   ·        ---- this\n   ·              ^^^^^ that\n   ╵"
    )


def test_lines_that_are_left_out_are_shown_as_a_gap() -> None:
    labels = (_label("nmae", "this"), _label(":id", "that", primary=False))
    assert _body(Diagnostic("SQW201", "m", labels)) == (
        "   ╭─ q.sql\n 2 │ SELECT nmae, email\n   ·        ^^^^ this\n   ┆\n"
        " 4 │ WHERE id = :id;\n   ·            --- that\n   ╵"
    )


def test_the_file_of_the_first_line_is_drawn_first() -> None:
    labels = (_label("b", "there", "a b", name="a.sql", primary=False), _label("nmae", "here"))
    assert _body(Diagnostic("SQW201", "m", labels, notes=("n", "o\np"), help="h\ni")) == (
        "   ╭─ q.sql\n 2 │ SELECT nmae, email\n   ·        ^^^^ here\n"
        "   ├─ a.sql\n 1 │ a b\n   ·   - there\n"
        "   ├─ note: n\n   ├─ note: o\n   │        p\n   ╰─ help: h\n            i"
    )


def test_of_a_long_span_the_first_and_the_last_line_are_shown() -> None:
    assert _body(Diagnostic("SQW201", "m", (_label("nmae, email\nFROM users\n WHERE"[:11] + TEXT[36:58], "all"),))) == (
        "   ╭─ q.sql\n 2 │ SELECT nmae, email\n   ·        ^^^^^^^^^^^\n   ┆\n"
        " 4 │ WHERE id = :id;\n   · ^^^^^^^^^^ all\n   ╵"
    )


def test_carets_stand_under_the_word_after_tabs_and_wide_characters() -> None:
    text = "\ta\t日本語e\u0301👩‍👩‍👧‍👦 X"
    [line, carets] = _body(Diagnostic("SQW201", "m", (_label("X", text=text),))).splitlines()[1:3]
    assert line == " 1 │     a   日本語e\u0301👩‍👩‍👧‍👦 X"
    # 8 cells up to the tab stop, three wide characters, one with its accent, one family, one space
    assert carets == "   · " + " " * (8 + 6 + 1 + 2 + 1) + "^"


def test_characters_that_would_disturb_the_screen_are_replaced() -> None:
    text = "a\f\x1b[31m\u202eb X"
    assert " 1 │ a␌␛[31m�b X" in _body(Diagnostic("SQW201", "m", (_label("X", text=text),)))


def test_a_long_line_is_cut_around_the_word() -> None:
    text = "a, " * 100 + "TARGET" + ", b" * 100
    lines = render(Diagnostic("SQW201", "m", (_label("TARGET", "here", text),))).splitlines()
    assert len(lines[2]) == 120
    assert lines[2].startswith(" 1 │ …") and lines[2].endswith("…")
    assert lines[3].index("^") == lines[2].index("TARGET")


def test_a_word_longer_than_the_screen_is_cut_too() -> None:
    lines = render(Diagnostic("SQW201", "m", (_label("x" * 500, "", "SELECT " + "x" * 500),))).splitlines()
    assert max(map(len, lines)) <= 120


def test_words_that_are_far_apart_in_a_long_line_are_shown_one_by_one() -> None:
    text = "FIRST" + ", a" * 100 + ", SECOND"
    labels = (_label("FIRST", text=text), _label("SECOND", text=text, primary=False))
    assert len(re.findall(r"^ 1 │", render(Diagnostic("SQW201", "m", labels)), re.MULTILINE)) == 2


def test_the_end_of_a_file_can_be_marked() -> None:
    label = Label("q.sql", "SELECT (1", 9, 9, "here")
    assert _body(Diagnostic("SQW201", "m", (label,))) == "   ╭─ q.sql\n 1 │ SELECT (1\n   ·          ^ here\n   ╵"


def test_the_line_after_the_last_can_be_marked() -> None:
    assert render(Diagnostic("SQW201", "m", (Label("q.sql", "a\n", 2, 2),))).splitlines()[0].startswith("q.sql:2:1:")


def test_of_an_empty_file_nothing_is_drawn() -> None:
    diagnostic = Diagnostic("SQW103", "m", (Label("q.sql", "", 0, 0),), help="h")
    assert render(diagnostic) == "q.sql:1:1: error[SQW103]: m\n   ╰─ help: h"


def test_a_diagnostic_without_a_place_is_two_lines() -> None:
    assert render(Diagnostic("SQW001", "m", help="h")) == "error[SQW001]: m\n   ╰─ help: h"


def test_colour_changes_nothing_but_colour() -> None:
    diagnostic = Diagnostic("SQW201", "m", (_label("nmae", "x"), _label(":id", "y", primary=False)), ("n",), "h", "q")
    assert re.sub(r"\x1b\[[0-9;]*m", "", render(diagnostic, color=True)) == render(diagnostic)


def test_the_numbers_of_lines_are_aligned() -> None:
    text = "\n" * 8 + "a\nb\n" + "\n" * 990 + "c"
    labels = tuple(_label(word, text=text) for word in "abc")
    bars = {
        line.index(line.lstrip(" 0123456789")[0]) for line in render(Diagnostic("SQW201", "m", labels)).splitlines()[1:]
    }
    assert bars == {5}


def test_columns_count_characters_and_lines_every_kind_of_line_end() -> None:
    text = "é\r\n日本X\rY\n👍🏽Z"
    assert [position_of(text, text.index(word)) for word in "XYZ"] == [(2, 3), (3, 1), (4, 3)]


def test_programs_get_place_code_message_and_query() -> None:
    diagnostic = Diagnostic("SQW201", "m", (_label(":id", primary=False), _label("nmae")), query="get_user")
    assert as_json(diagnostic) == {
        "file": "q.sql", "line": 2, "column": 8, "code": "SQW201", "message": "m", "query": "get_user",
    }  # fmt: skip


def test_the_nearest_word_is_found_whatever_its_case_and_only_when_it_is_near() -> None:
    assert nearest("Retruns", ["param", "returns"]) == "returns"
    assert nearest("xyzzy", ["param", "returns"]) is None


def test_every_code_that_is_used_is_explained() -> None:
    package = Path(__file__).parents[2] / "src" / "sqlwright"
    used = {code for path in package.rglob("*.py") for code in re.findall(r'"(SQW\d{3})"', path.read_text("utf-8"))}
    assert used <= set(CODES)
