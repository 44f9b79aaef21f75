"""PostgreSQL's own positions, led back into the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlwright.codegen.source import read_sources
from sqlwright.servers import Server

_BEFORE = [
    "",
    "/* block 'comment */ ",
    "/* nested /* 日本語 :x $1 */ */ ",
    "1, -- it's :x, $1\n ",
    "$$ 👩‍👩‍👧‍👦 :x $1 $$, ",
    "$t$ $$ ' $t$, ",
    "'é :word % it''s' || 'x', ",
    "(ARRAY[1, 2])[1:n], (ARRAY[1, 2])[:n], (ARRAY[1, :y::int])[lo:hi], ",
    "'{1}'::int[] @> :y::int[], '{}'::jsonb ? 'k', '{}'::jsonb ?| '{k}', '{}'::jsonb ?& '{k}', ",
    "'{}'::jsonb -> 'a' ->> 'b', E'\\':y' || E'a'\n'\\'', ",
    "U&'\\00e9', 5 % 3, ",
    "1,\t\f\n2, ",
    "make_interval(days := :y::int, hours => 3), -:y::int, ",
    ":y::uuid, (:z::int,:w::int), :v::text[], ",
    "a$1, ",
]


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[psycopg.Connection[Any]]:
    # Statements are only prepared, and fail: any database will do.
    with psycopg.connect(server.conninfo("postgres"), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("before", _BEFORE)
def test_the_word_that_postgresql_complains_of_is_found_in_the_file(
    tmp_path: Path, connection: psycopg.Connection[Any], before: str, newline: str
) -> None:
    sql = f"WITH t AS (SELECT 1 AS n, 1 AS lo, 1 AS hi, 1 AS a$1)\nSELECT {before}nmae\nFROM t;\n"
    text = f"-- Licence.\n-- name: a\n-- 日本語 documentation.\n{sql}".replace("\n", newline)
    (tmp_path / "q.sql").write_bytes(b"\xef\xbb\xbf" + text.encode())
    [query] = read_sources([tmp_path], tmp_path).queries
    result = connection.pgconn.prepare(b"", query.sql.encode())
    assert result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) == b"42703", result.get_error_message()
    position = result.error_field(psycopg.pq.DiagnosticField.STATEMENT_POSITION)
    assert position is not None
    span = query.token_span(query.file_offset(int(position) - 1))
    assert text[slice(*span)] == "nmae"
    assert span.start == text.index("nmae")
