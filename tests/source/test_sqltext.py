"""The lexer: what is a parameter, what is a query, and that every offset leads back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlwright.runtime.sqltext import SqlTextError, number_placeholders, split_queries, tokenize


def _numbered(sql: str, *declared: str) -> str:
    return number_placeholders(sql, declared or None).sql


def _statements(text: str) -> list[tuple[str, ...]]:
    return [tuple(text[slice(*each)] for each in query.statements) for query in split_queries(text)[1:]]


# --- what is a parameter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "numbered"),
    [
        ("a = :x", "a = $1"),
        (":x, :y, :x", "$1, $2, $1"),
        (":p.a, :p.b, :p, :p.a", "$1, $2, $3, $1"),
        (":x::uuid", "$1::uuid"),
        (":x::text[]", "$1::text[]"),
        ("a::int[]", "a::int[]"),
        ("(:a,:b)", "($1,$2)"),
        ("-:x", "-$1"),
        ("a<:x", "a<$1"),
        ("f(a := :x, b => :y)", "f(a := $1, b => $2)"),
        ("f(a:=:x)", "f(a:=$1)"),
        (":x||:y", "$1||$2"),
        (":имя", "$1"),
        ("d @> :x AND d ? :y AND d ?| :z AND d ?& :w", "d @> $1 AND d ? $2 AND d ?| $3 AND d ?& $4"),
        ("d -> :x ->> :y #>> :z", "d -> $1 ->> $2 #>> $3"),
        ("5 % :x", "5 % $1"),
        ("(:p).a", "($1).a"),
        ("a\f=\v:x\t", "a\f=\v$1\t"),
    ],
)
def test_a_name_after_a_colon_is_a_parameter(sql: str, numbered: str) -> None:
    assert _numbered(sql) == numbered


@pytest.mark.parametrize(
    "sql",
    [
        "'a :x b'",
        "'it''s :x'",
        r"'standard \' || a",
        r"E'it\'s :x'",
        "E'a' \n '\\' :x'",
        r"e'\\'",
        "U&'\\0041 :x'",
        'U&"a :x"',
        '"a :x ""b"" :y"',
        "$$ :x $1 $$",
        "$tag$ $$ :x $other$ $1 $tag$",
        "-- :x 'quote",
        "/* :x /* 'nested' :y */ \" :z */",
        "a -- don't :x\n+ 1",
        "'10:30:00'::time",
        "a$1 = b",
        "x'1F' || b'01'",
        "N'a :x'",
        "''",
        "''''",
        "1..2",
    ],
)
def test_a_colon_inside_quotes_and_comments_is_text(sql: str) -> None:
    assert _numbered(sql) == sql


@pytest.mark.parametrize(
    ("sql", "declared", "numbered"),
    [
        ("a[1:n]", ("x",), "a[1:n]"),
        ("a[lo:hi]", ("x",), "a[lo:hi]"),
        ("a[1:hi]", (), "a[1:hi]"),
        ("a[:n]", ("x",), "a[:n]"),
        ("a[:n]", ("n",), "a[$1]"),
        ("a[:n]", (), "a[$1]"),
        ("a[:lo:hi]", ("lo",), "a[$1:hi]"),
        ("a[:lo : :hi]", ("lo", "hi"), "a[$1 : $2]"),
        ("a[1: :n]", ("n",), "a[1: $1]"),
        ("a[f(1):n]", ("x",), "a[f(1):n]"),
        ("a[b[1]:n]", ("x",), "a[b[1]:n]"),
        ("a[f(:x):n]", ("x",), "a[f($1):n]"),
        ("a[f(1, :x)]", ("x",), "a[f(1, $1)]"),
        ("a['1'::int:n]", ("x",), "a['1'::int:n]"),
        ("a[lo :hi]", ("x",), "a[lo :hi]"),
        ("(a)[1:n][:m]", ("x",), "(a)[1:n][:m]"),
        ("a[CASE WHEN b THEN :x ELSE :y END:n]", ("x", "y"), "a[CASE WHEN b THEN $1 ELSE $2 END:n]"),
        ("ARRAY[:x]", ("y",), "ARRAY[$1]"),
        ("ARRAY[[:x], [a, :y]]", ("z",), "ARRAY[[$1], [a, $2]]"),
        ("ARRAY[1, :x][1:n]", ("x",), "ARRAY[1, $1][1:n]"),
        ("JSON_OBJECT('k':v, 'l': :x, KEY :y VALUE :z)", (), "JSON_OBJECT('k':v, 'l': $1, KEY $2 VALUE $3)"),
    ],
)
def test_the_colon_of_a_slice_is_no_parameter(sql: str, declared: tuple[str, ...], numbered: str) -> None:
    assert _numbered(sql, *declared) == numbered


def test_a_parameter_glued_to_a_word_is_kept_apart_from_it() -> None:
    assert _numbered("a = 1 AND:x") == "a = 1 AND $1"


@pytest.mark.parametrize(
    ("sql", "kind", "word"),
    [
        ("SELECT $1", "number", "$1"),
        ("SELECT :'x'", "quoted", ":'x'"),
        ('SELECT :"x"', "quoted", ':"x"'),
        ("SELECT 1 \\gset a", "psql", "\\gset a"),
        ("SELECT 'abc", "unterminated", "'abc"),
        ("SELECT 'abc''", "unterminated", "'abc''"),
        (r"SELECT E'a\'", "unterminated", r"E'a\'"),
        ('SELECT "a', "unterminated", '"a'),
        ("SELECT /* /* */", "unterminated", "/* /* */"),
        ("SELECT $a$ $b$", "unterminated", "$a$ $b$"),
    ],
)
def test_what_is_no_sql_is_an_error_with_its_place(sql: str, kind: str, word: str) -> None:
    with pytest.raises(SqlTextError) as caught:
        number_placeholders(sql)
    assert (caught.value.kind, sql[caught.value.start : caught.value.end]) == (kind, word)


# --- offsets ---------------------------------------------------------------------------------------------------------

_FRAGMENTS = st.sampled_from(
    [
        "SELECT ", ":x", ":p.a", ":long_name", ":имя", " ", "\n", "\r\n", "\t", "\f", "::int", "a[1:n]", "a[:n]",
        "(", ")",
        ", ", "'a :x ''q'''", " E'\\' :x'", " $$ :x $$", " $t$ ' $t$", "/* :x /* ' */ */", "-- :x '\n", "👩‍👩‍👧 ",
        "日本 ", "é",
        '"q :x"', " @> ", " ->> ", " ? ", " % ", " := ", " => ", "-", "<", "1", "1.5e3", "word", " AND", ";",
    ]
)  # fmt: skip


@given(st.lists(_FRAGMENTS, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_every_character_outside_parameters_leads_back_to_itself(sql: str) -> None:
    numbered = number_placeholders(sql, ("x", "p", "long_name"))
    inside = {offset for place in numbered.placeholders for offset in range(place.start, place.end)}
    mapped = [numbered.source_offset(offset) for offset in range(len(numbered.sql))]
    outside = [(offset, source) for offset, source in enumerate(mapped) if source not in inside]
    assert all(numbered.sql[offset] == sql[source] for offset, source in outside)
    assert [source for _, source in outside] == [offset for offset in range(len(sql)) if offset not in inside]
    assert mapped == sorted(mapped)
    assert numbered.source_offset(len(numbered.sql)) == len(sql)


@given(st.text(alphabet="aE1:.$'\"-/*[]()\\ \n,;=@é", max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_words_of_any_text_leave_out_white_space_only(text: str) -> None:
    end = 0
    try:
        for token in tokenize(text):
            assert token.start < token.end
            assert not text[end : token.start].strip()
            end = token.end
    except SqlTextError as error:
        assert not text[end : error.start].strip()
    else:
        assert not text[end:].strip()


# --- queries of a file -----------------------------------------------------------------------------------------------


def test_a_statement_runs_from_its_first_word_to_its_last() -> None:
    text = "-- name: a\n-- Doc.\n\n/* note */ SELECT 1 -- one\n , 2 -- two\n;; -- end\n/* end */\n-- name: b\nTABLE t"
    assert _statements(text) == [("SELECT 1 -- one\n , 2",), ("TABLE t",)]


@pytest.mark.parametrize(
    "body",
    [
        "SELECT 'a\n-- name: b\n'",
        'SELECT "a\n-- name: b\n"',
        "SELECT $$\n-- name: b\n$$",
        "SELECT 1 /*\n-- name: b\n*/ + 2",
        "SELECT 1 -- name: b\n + 2",
    ],
)
def test_a_header_inside_something_else_is_no_header(body: str) -> None:
    assert _statements(f"-- name: a\n{body};\n") == [(body,)]


def test_a_hint_belongs_to_its_statement() -> None:
    assert _statements("-- name: a\n/*+ SeqScan(t) */\nSELECT 1") == [("/*+ SeqScan(t) */\nSELECT 1",)]


def test_a_semicolon_in_a_routine_of_sql_or_in_a_rule_ends_nothing() -> None:
    routine = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END"
    rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)"
    assert _statements(f"-- name: a#\n{routine};\n{rule};\nSELECT 3;") == [(routine, rule, "SELECT 3")]


def test_a_carriage_return_alone_ends_a_comment_as_in_postgresql() -> None:
    assert _statements("-- name: a\r-- Doc.\rSELECT 1\r-- name: b\rSELECT 2") == [("SELECT 1",), ("SELECT 2",)]


@pytest.mark.parametrize("header", ["-- name: a", "--name:a", "--  name :  a  ", "\t-- name: a\t"])
def test_white_space_in_a_header_is_free(header: str) -> None:
    text = f"-- Licence.\n{header}\nSELECT 1"
    assert [text[slice(*query.spec)] for query in split_queries(text) if query.spec] == ["a"]


# fmt: off
_WORDS = (
    "SELECT", ":x", "a[1:n]", r" E'\''", "'b'", " $$;$$ ", "1.", "..", "=-", '"q"', "(", ";", "/* /* */ */", "--c\n",
    "\n", " ",
)
# fmt: on


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_WORDS), max_size=12).map("".join))
def test_the_words_of_a_query_are_those_of_its_text_alone(body: str) -> None:
    text = f"-- name: a\n-- Doc.\n{body};\n-- name: b\nSELECT 1"
    for query in split_queries(text)[1:]:
        if query.statements:
            assert list(query.words) == list(tokenize(text[slice(*query.span)]))


def test_after_an_open_string_the_next_query_is_found() -> None:
    text = "-- name: a\nSELECT 'open;\n-- name: b\nSELECT 'it' || 'is';\n-- name: c\nSELECT 3"
    errors: list[SqlTextError] = []
    queries = split_queries(text, errors)
    assert [text[slice(*query.spec)] for query in queries if query.spec] == ["a", "b", "c"]
    assert [text[error.start :].splitlines()[0] for error in errors] == ["'open;"]
