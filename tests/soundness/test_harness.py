"""A short run of `make soundness`, always the same, and whether the harness would notice a claim that is wrong."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
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
