"""A short run of `make soundness`, always the same, and whether the harness would notice a claim that is wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sqlwright.codegen.ir import Cardinality
from sqlwright.servers import Server

_SEED = 7
_SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def checking() -> Iterator[Any]:
    """The harness is a script: it is importable only from its folder."""
    sys.path.insert(0, str(_SCRIPTS))
    try:
        from soundness import checking

        yield checking
    finally:
        sys.path.remove(str(_SCRIPTS))


@pytest.fixture
def working(checking: Any) -> Any:
    from soundness import working

    return working


@pytest.fixture(scope="module")
def laboratory(checking: Any, analysis_server: Server) -> Generator[Any]:
    with checking.laboratory(analysis_server, _SEED) as laboratory:
        yield laboratory


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_no_claim_about_a_generated_statement_is_wrong(first: int, checking: Any, laboratory: Any) -> None:
    tally = checking.Tally()
    for number in range(first, first + 100):
        tally.add(laboratory.try_one(number))
    again = f"make soundness ARGS='--seed {_SEED} --only"
    assert [f"{each.claim}, because {each.reason}: {each.sql}; {again} {each.number}'" for each in tally.findings] == []
    assert tally.counts["analysed"] >= 95
    assert tally.counts["rows"] >= 100
    assert min(tally.counts["not null"], tally.counts["one row at most"], tally.counts["read only"]) >= 10


def test_the_same_seed_gives_the_same_schema_and_statement(laboratory: Any) -> None:
    schema, statement = laboratory.schema(242), laboratory.statement(242)
    laboratory.statement(142)
    assert (laboratory.schema(242), laboratory.statement(242)) == (schema, statement)


def test_wrong_claims_are_found(checking: Any, laboratory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = checking.Laboratory._claims

    def careless(self: Any, sql: str) -> Any:
        claims = honest(self, sql)
        columns = tuple(replace(verdict, nullable=False, reason="a guess") for verdict in claims.columns)
        return replace(claims, columns=columns, cardinality=Cardinality.AT_MOST_ONE, read_only=True)

    monkeypatch.setattr(checking.Laboratory, "_claims", careless)
    tally = checking.Tally()
    for number in range(200, 260):
        tally.add(laboratory.try_one(number))
    claims = " ".join(each.claim for each in tally.findings)
    assert "o0 is not null" in claims
    assert "at-most-one, but" in claims
    assert "it reads only" in claims


def test_a_statement_that_ends_its_connection_is_told_and_the_next_are_tried(
    checking: Any, working: Any, analysis_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = checking.Laboratory.statement

    def fatal(self: Any, number: int) -> str:
        sql: str = honest(self, number)
        return "SELECT pg_terminate_backend(pg_backend_pid())" if number == 1 else sql

    monkeypatch.setattr(checking.Laboratory, "statement", fatal)
    # A role that policies bind may not end a superuser's session.
    monkeypatch.setattr(checking.Laboratory, "_role", None)
    with working.Worker(analysis_server, _SEED) as worker:
        tally = worker.try_block(range(4))
    assert [(each.number, "pg_terminate_backend" in each.sql) for each in tally.lost] == [(1, True)]
    assert tally.counts["analysed"] + tally.counts["refused"] == 3


def test_only_the_statement_that_ends_a_connection_is_to_blame(
    checking: Any, working: Any, analysis_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturbed(numbers: range) -> Any:
        return checking.Tally(lost=[checking.Lost(number, "") for number in numbers])

    class InProcess:
        """A pool whose work is done here, and which loses all connections."""

        def __init__(self, *_: object) -> None: ...

        def __enter__(self) -> InProcess:
            return self

        def __exit__(self, *_: object) -> None: ...

        def map(self, _: object, blocks: list[range]) -> list[Any]:
            return [disturbed(block) for block in blocks]

    monkeypatch.setattr(working, "ProcessPoolExecutor", InProcess)
    whole = checking.Tally()
    for _, tally in working.try_all(analysis_server.conninfo(), _SEED, 2, 1):
        whole.add(tally)
    assert whole.lost == []
    assert whole.counts["analysed"] + whole.counts["refused"] == 2


def test_a_subquery_about_old_or_new_comes_with_a_column_of_both(checking: Any) -> None:
    """Else the server crashes: PostgreSQL 18.6 does at `DELETE FROM plain RETURNING new.id IN (SELECT 1)`."""
    from soundness.model import Schema, Table
    from soundness.statements import Generator as Statements

    columns = (("id", "i"), ("n", "i"), ("s", "t"))
    schema = Schema((Table("plain", columns, columns, ("id",)),))
    lists = [Statements(Random(number), schema).write().rpartition(" RETURNING ")[2] for number in range(2000)]
    asking = [each for each in lists if "SELECT" in each and re.search(r"\b(old|new)\b", each)]
    assert len(asking) > 50
    assert [each for each in asking if not re.search(r", old\.id AS o\d+, new\.id AS o\d+$", each)] == []
