"""What `sqlwright explain` says and draws, for one query of each kind: the golden text is beside it.

UPDATE_GOLDENS=1 writes it anew; read it afterwards, for the carets must stand below the words that decided.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path

import psycopg
import pytest
from tests.needs import needs

from sqlwright.codegen import analyse_sources
from sqlwright.codegen.explain import explain_query
from sqlwright.codegen.resolve.types import PythonTypes
from sqlwright.codegen.source import SourceQuery, Sources, read_sources
from sqlwright.servers import Server, scratch_database

HERE = Path(__file__).parent
#: file → what it needs
FILES: dict[str, list[pytest.MarkDecorator]] = {"queries": [], "postgresql_17": [needs("PostgreSQL 17")]}


def _sources(file: str) -> Sources:
    return read_sources([HERE / f"{file}.sql"], HERE)


@pytest.fixture(scope="module")
def explained(analysis_server: Server) -> Generator[Callable[[str], dict[str, str]]]:
    """Each query's explanation, file by file."""
    with scratch_database(analysis_server, prefix="sqlwright_explain") as conninfo:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute((HERE / "schema.sql").read_bytes())

        @cache
        def explained(file: str) -> dict[str, str]:
            sources = _sources(file)
            analysis = analyse_sources(sources, conninfo)
            assert not analysis.diagnostics
            types = PythonTypes("models", analysis.relations, {})
            return {
                source.name: explain_query(analysis.queries[f"{file}.sql", source.name], source, types)
                for source in sources.queries
            }

        yield explained


@pytest.mark.parametrize("file", [pytest.param(file, marks=marks) for file, marks in FILES.items()])
def test_explanations_are_as_expected(explained: Callable[[str], dict[str, str]], file: str) -> None:
    text, expected = "\n".join(explained(file).values()), HERE / f"{file}.txt"
    if os.environ.get("UPDATE_GOLDENS") == "1":
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "query"),
    [
        pytest.param(file, query, id=query.name, marks=marks)
        for file, marks in FILES.items()
        for query in _sources(file).queries
    ],
)
def test_the_word_that_decided_is_drawn(
    explained: Callable[[str], dict[str, str]], file: str, query: SourceQuery
) -> None:
    parts = explained(file)[query.name].split("\n\n")
    rows, columns = parts[1], next((part for part in parts if part.startswith("columns")), "")
    assert " ".join(_drawn(rows)) == _said(query, "rows").removeprefix("nothing")
    if columns_said := _said(query, "columns"):
        assert " ".join(_drawn(columns)) == columns_said


def _said(query: SourceQuery, about: str) -> str:
    found = re.search(rf"^{about}: (.*)$", query.doc, re.MULTILINE)
    return found[1] if found else ""


def _drawn(text: str) -> list[str]:
    """What stands above carets."""
    lines = text.splitlines()
    carets = [(lines[at - 1], line) for at, line in enumerate(lines) if re.fullmatch(r"[ ·]*\^+", line)]
    return [above[line.index("^") : line.rindex("^") + 1] for above, line in carets]
