"""Files in, queries out: documentation, positions, and what becomes of files that are missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sqlwright.codegen.ir import Operation
from sqlwright.codegen.source import SourceQuery, read_sources
from sqlwright.diagnostics import DiagnosticError, as_json
from sqlwright.runtime.adapter import sha256_of

ReadOne = Callable[[str], SourceQuery]


@pytest.fixture
def read_one(tmp_path: Path) -> ReadOne:
    def read(text: str) -> SourceQuery:
        (tmp_path / "q.sql").write_bytes(text.encode())
        [query] = read_sources([Path("q.sql")], tmp_path).queries
        return query

    return read


def test_a_query_has_name_operator_parameters_and_line(read_one: ReadOne) -> None:
    query = read_one("-- Licence.\n\n-- name: get-user(id, name)^\nSELECT :id, :name, :id;\n")
    assert (query.name, query.operation, query.declared, query.line) == ("get_user", Operation.ONE, ("id", "name"), 3)
    assert query.sql == "SELECT $1, $2, $1"
    assert [(item.number, item.name, len(item.occurrences)) for item in query.parameters] == [
        (1, "id", 2),
        (2, "name", 1),
    ]


@pytest.mark.parametrize("operation", list(Operation))
def test_every_operator_is_read(read_one: ReadOne, operation: Operation) -> None:
    assert read_one(f"-- name: a(){operation}\nSELECT 1").operation is operation


def test_without_a_list_nothing_is_declared(read_one: ReadOne) -> None:
    assert read_one("-- name: a\nSELECT :x").declared is None


def test_an_empty_list_declares_that_there_are_none(read_one: ReadOne) -> None:
    assert read_one("-- name: a( )\nSELECT tags[:n] FROM t").sql == "SELECT tags[:n] FROM t"


def test_documentation_keeps_paragraphs_and_indents(read_one: ReadOne) -> None:
    query = read_one("-- name: a\n-- First,\n--   indented.\n--\n-- Second.\n\n--Third.\nSELECT 1 -- not me")
    assert query.doc == "First,\n  indented.\n\nSecond.\n\nThird."


def test_annotations_are_no_documentation(read_one: ReadOne) -> None:
    query = read_one(
        "-- name: a(id, user, rows, limit)\n-- Before.\n-- @returns Thing\n-- @param id  The key:\n--   a long text.\n"
        "-- @param user: User\n-- @param rows: list[Row]  All.\n-- @param limit = 10  How many.\n-- After.\n"
        "-- @column \"Odd name\": NOT NULL\n-- @column b: nullable\n-- @single\n-- @raises PH404 NotFound  Gone.\n"
        "SELECT :id, :user.name, :rows.x, :limit"
    )  # fmt: skip
    notes = query.annotations
    assert query.doc == "Before.\nAfter."
    assert notes.returns and notes.returns.name == "Thing"
    assert notes.params["id"].description == "The key: a long text."
    assert (notes.params["user"].model, notes.params["user"].collection) == ("User", None)
    assert (notes.params["rows"].model, notes.params["rows"].collection) == ("Row", "list")
    assert (notes.params["limit"].default, notes.params["limit"].description) == ("10", "How many.")
    assert {name: column.nullable for name, column in notes.columns.items()} == {"Odd name": False, "b": True}
    assert notes.single is not None
    assert [(item.sqlstate, item.name, item.description) for item in notes.raises] == [("PH404", "NotFound", "Gone.")]


@pytest.mark.parametrize("literal", ["10", "-1.5", "1e3", "'draft'", "'it''s  so'", '"it\'s"', "True", "null", "''"])
def test_a_default_is_kept_as_it_is_written(read_one: ReadOne, literal: str) -> None:
    query = read_one(f"-- name: a\n-- @param x = {literal}  Some text.\nSELECT :x")
    assert (query.annotations.params["x"].default, query.annotations.params["x"].description) == (literal, "Some text.")


def test_the_rows_of_a_copy_may_be_annotated(read_one: ReadOne) -> None:
    query = read_one("-- name: a!\n-- @param rows: Iterable[NewRow]\nCOPY t (a) FROM STDIN")
    assert query.annotations.params["rows"].collection == "Iterable"


# --- positions -------------------------------------------------------------------------------------------------------

_PREFIXES = [
    "",
    "\ufeff",
    "/* block\n'comment */\n",
    "/* nested /* 日本語 */ */ ",
    "-- it's\n",
    "$$ 👩‍👩‍👧‍👦 :x $1 $$, ",
    "'é :word %' || ",
    "a[1:n], a[:n] || ",
    "b::int[] @> :x::int[] AND c ? 'k' AND ",
    "d -> 'a' ->> 'b' = E'\\'' AND ",
    "U&'\\00e9' || 5 % 3 ||\t",
    "1,\r\n2,\r\n",
    "\f\f",
    "f(a := :x, b => :long_name), -:x, ",
]


@pytest.mark.parametrize("prefix", _PREFIXES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_offset_in_the_numbered_sql_leads_to_the_place_in_the_file(
    tmp_path: Path, prefix: str, newline: str
) -> None:
    mark, prefix = ("\ufeff", "") if prefix == "\ufeff" else ("", prefix)
    text = f"-- Licence.{newline}-- name: a(x, long_name){newline}-- Doc.{newline}SELECT {prefix}TARGET, :x, :long_name"
    (tmp_path / "q.sql").write_bytes((mark + text).encode())
    [query] = read_sources([tmp_path], tmp_path).queries
    found = query.file_offset(query.sql.index("TARGET"))
    assert found == text.index("TARGET")
    lines = text[:found].replace("\r\n", "\n").split("\n")
    assert query.file.position(found) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize(
    ("marked", "token"),
    [
        ("SELECT ^nmae FROM t", "nmae"),
        ("SELECT n^mae FROM t", "nmae"),
        ("SELECT ^u.name FROM t u", "u.name"),
        ('SELECT ^u."na me".x FROM t u', 'u."na me".x'),
        ("SELECT 1 ^|| 2", "||"),
        ("SELECT ^'a ''b'''", "'a ''b'''"),
        ("SELECT ^:x::int", ":x"),
        ("SELECT ^:p.a", ":p.a"),
        ("SELECT a[1:^n]", "n"),
        ("SELECT a[1^:n]", ":"),
        ("SELECT 1^", ""),
        ("SELECT (1^;", ";"),
    ],
)
def test_the_whole_word_is_underlined(read_one: ReadOne, marked: str, token: str) -> None:
    query = read_one("-- name: a\n" + marked.replace("^", ""))
    span = query.token_span(query.span.start + marked.index("^"))
    assert query.file.text[slice(*span)] == token


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_folder_is_read_with_all_below_it_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.sql", "a/z.sql", "a/b/c.sql", "notes.txt", ".hidden/x.sql"):
        (tmp_path / "queries" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "queries" / name).write_text("-- name: a\nSELECT 1")
    sources = read_sources([Path("queries"), Path("queries/b.sql")], tmp_path)
    assert [file.name for file in sources.files] == ["queries/a/b/c.sql", "queries/a/z.sql", "queries/b.sql"]


def test_a_missing_file_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    with pytest.raises(DiagnosticError) as caught:
        read_sources([Path("querys")], tmp_path)
    [problem] = caught.value.diagnostics
    assert as_json(problem)["file"] == "querys"
    assert problem.help == "did you mean `queries`?"


def test_a_folder_without_queries_is_an_error(tmp_path: Path) -> None:
    assert [problem.code for problem in read_sources([Path()], tmp_path, keep_going=True).diagnostics] == ["SQW101"]


def test_the_right_queries_of_a_wrong_file_are_kept_when_asked_for(tmp_path: Path) -> None:
    text = "-- name: a\n-- @wrong\nSELECT 1;\n-- name: b%\nSELECT 2;\n-- name: c\nSELECT 'x;\n-- name: d\nSELECT 'y'"
    (tmp_path / "q.sql").write_text(text)
    sources = read_sources([tmp_path], tmp_path, keep_going=True)
    assert [query.name for query in sources.queries] == ["a", "d"]
    assert [problem.code for problem in sources.diagnostics] == ["SQW120", "SQW106", "SQW111"]


def test_the_hash_is_the_same_on_every_system() -> None:
    assert sha256_of("\ufeffa\r\nb\r\n") == sha256_of("a\nb\n")
