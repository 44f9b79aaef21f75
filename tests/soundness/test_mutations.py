"""Real statements, damaged: the analyser answers, or it draws an error; it never crashes.

In: queries/ and the cases of the nullability rules. A mutation puts a token in place of another of its sort, so that
many statements are still accepted, or leaves tokens out, so that the lexer and the server have something to refuse.
"""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import psycopg
import pytest

from sqlwright.codegen import analyse_sources
from sqlwright.codegen.describe_json import describe_analysis
from sqlwright.codegen.source import read_sources
from sqlwright.diagnostics import render
from sqlwright.servers import Server, scratch_database

_ROOT = Path(__file__).parents[2]
_CASES = _ROOT / "tests" / "nullability"
_TOKEN = re.compile(r"'(?:[^']|'')*'|[:$]?\w+|::|[<>=!|&@#-]+|\s+|.", re.DOTALL)
_NOT_UNDERSTOOD = re.compile(r"was not understood|tree is not understood|tree could not be read")


def _statements(text: str, start_of_one: str) -> list[str]:
    return [part.strip() for part in re.split(rf"(?m)^(?=-- {start_of_one}:)", text)[1:]]


def _real(kind: str) -> tuple[list[str], list[str]]:
    """The SQL of a schema, and the queries written for it."""
    if kind == "queries":
        schema = [path for path in sorted((_ROOT / "migrations").glob("*.sql")) if ".rollback" not in path.name]
        queries = [
            part
            for path in sorted((_ROOT / "queries").glob("*.sql"))
            for part in _statements(path.read_text("utf-8"), "name")
        ]
    else:
        schema = [_CASES / "schema.sql"]
        queries = []
        for path in sorted((_CASES / "cases").glob("*.sql")):
            for part in _statements(path.read_text("utf-8"), "case"):
                sql = re.sub(r"(?m)^--.*\n", "", part + "\n")
                queries.append("-- name: q\n" + re.sub(r"\$(\d+)", r":p\1", sql).strip())
    return [path.read_text("utf-8") for path in schema], queries


def _sort(token: str) -> str:
    if token.isspace():
        return "space"
    if token[0] in "':$" and token != "::":
        return token[0]
    if token.isupper():
        return "keyword"
    return "name" if token[0].isalpha() else "number" if token.isdigit() else "sign"


def _damaged(tokens: list[str], pool: dict[str, list[str]], random: Random) -> str:
    tokens = list(tokens)
    for _ in range(random.choice([1, 1, 2, 3])):
        at = random.randrange(len(tokens))
        match random.randrange(8):
            case 0:
                del tokens[at : at + random.choice([1, 1, 2, 5])]
            case 1:
                tokens.insert(at, random.choice(tokens))
            case 2:
                del tokens[at:]
            case _:
                tokens[at] = random.choice(pool[_sort(tokens[at])])
        tokens = tokens or [";"]
    return "".join(tokens)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["queries", "cases"])
def test_a_damaged_statement_is_analysed_or_refused_with_a_drawing(
    kind: str, seed: int, analysis_server: Server, tmp_path: Path
) -> None:
    random = Random(f"{kind}:{seed}")
    schema, queries = _real(kind)
    tokenized = [
        (head + "\n", _TOKEN.findall(body)) for head, _, body in (each.partition("\n") for each in queries) if body
    ]
    pool: dict[str, list[str]] = {}
    for token in (token for _, tokens in tokenized for token in tokens):
        pool.setdefault(_sort(token), []).append(token)
    for number in range(300):
        head, tokens = random.choice(tokenized)
        head = re.sub(r"name: \w+", f"name: q{number}", head)
        # One file each: what cannot be lexed must not hide the next.
        (tmp_path / f"q{number:03}.sql").write_text(head + _damaged(tokens, pool, random) + "\n", encoding="utf-8")
    sources = read_sources([tmp_path], tmp_path, keep_going=True)
    with scratch_database(analysis_server) as conninfo:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            for text in schema:
                connection.execute(text.encode())
        analysis = analyse_sources(sources, conninfo)
    document = describe_analysis(analysis)
    assert all(render(each) for each in analysis.diagnostics)
    assert len(analysis.queries) >= 50
    assert len(analysis.diagnostics) >= 50
    unread = [
        (query["name"], column["reason"])
        for query in document["queries"]
        for column in query["columns"]
        if _NOT_UNDERSTOOD.search(column["reason"])
    ]
    assert unread == []
