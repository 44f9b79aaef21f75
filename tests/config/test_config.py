"""The configuration: where it is found, what it says, and what a mistake in it looks like."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqlwright.config import load_config
from sqlwright.diagnostics import DiagnosticError, render
from sqlwright.toml_positions import positions

ERRORS = Path(__file__).parent / "errors"


@pytest.mark.parametrize("case", sorted(path.name for path in ERRORS.iterdir()))
def test_a_mistake_is_explained_where_it_is(case: str) -> None:
    """UPDATE_GOLDENS=1 writes the drawings anew."""
    with pytest.raises(DiagnosticError) as caught:
        load_config(ERRORS / case)
    drawing = "\n\n".join(render(diagnostic) for diagnostic in caught.value.diagnostics) + "\n"
    expected = ERRORS / case / "expected.txt"
    if os.environ.get("UPDATE_GOLDENS") == "1":
        expected.write_text(drawing, encoding="utf-8")
    assert drawing == expected.read_text(encoding="utf-8")


def test_a_folder_without_configuration_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError) as caught:
        load_config(tmp_path)
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.help) == (
        "SQW001",
        "`sqlwright init` makes one: sqlwright.toml, or [tool.sqlwright] in pyproject.toml",
    )


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    (tmp_path / "sqlwright.toml").write_text('package = "some.app"')
    config = load_config(tmp_path)
    assert config.root == tmp_path.resolve()
    assert (config.queries, config.migrations, config.output) == (("queries",), "migrations", "src/some/app")
    assert (config.url, config.json_types, config.line_length) == (None, {}, 120)
    assert config.sync and config.async_ and config.rows == "pydantic"


def test_every_key_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.sqlwright]\npackage = "app"\nqueries = ["a", "b.sql"]\nmigrations = "m"\noutput = "lib/app"\n'
        'url = "postgresql://localhost/scratch"\nline_length = 88\nsync = false\nasync = true\nrows = "dataclass"\n'
        '[tool.sqlwright.json]\n"projects.data" = "app.types:Data"\n"other.projects.data" = "app.types:Data"\n'
    )
    config = load_config(tmp_path)
    assert config.query_paths == (config.root / "a", config.root / "b.sql")
    assert (config.migrations_path, config.output_path) == (config.root / "m", config.root / "lib" / "app")
    assert (config.url, config.line_length, config.sync) == ("postgresql://localhost/scratch", 88, False)
    assert config.rows == "dataclass"
    assert config.json_types == {"projects.data": "app.types:Data", "other.projects.data": "app.types:Data"}


def test_it_is_looked_for_in_the_folders_above(tmp_path: Path) -> None:
    (tmp_path / "sqlwright.toml").write_text('package = "app"')
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'not ours'")
    (tmp_path / "a" / "b" / "pyproject.toml").write_text("this is not TOML, and not ours either")
    assert load_config(tmp_path / "a" / "b").root == tmp_path.resolve()


def test_keys_and_values_are_found_in_every_form_of_toml() -> None:
    text = (
        '# a = 1 [x]\na.b = """\n= ] " """\n[t] # c\n"k.y" = { x = [1, "]", {z = 2}], w.v = \'}\' }\n'
        "[[u]]\nn = 1\n[u.s]\nd = 07:32:00\n[[u]]\nn = 22 # x\n"
    )
    places = {path: text[place.start : place.end] for path, place in positions(text).items()}
    assert places["a", "b"] == '"""\n= ] " """'
    assert places["t", "k.y", "x", 1] == '"]"'
    assert places["t", "k.y", "x", 2, "z"] == "2"
    assert places["t", "k.y", "w", "v"] == "'}'"
    assert (places["u", 0, "n"], places["u", 0, "s", "d"], places["u", 1, "n"]) == ("1", "07:32:00", "22")
