"""The garbage collector rests when that was asked for, and never longer than it should."""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import Any

import pytest

from sqlwright.runtime import PoolSettings
from sqlwright.runtime.garbage import resting

LONG, SHORT = "SELECT generate_series(1, 1000)", "SELECT generate_series(1, 999)"


@pytest.fixture(autouse=True)
def enabled() -> Generator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def is_resting(_: Any) -> bool:
    return not gc.isenabled()


@pytest.mark.parametrize(("sql", "pause", "rests"), [(LONG, True, True), (SHORT, True, False), (LONG, False, False)])
async def test_the_collector_rests_over_long_lists_when_asked_to(
    flavour: Any, statement: Any, database: str, sql: str, pause: bool, rests: bool
) -> None:
    async with flavour.database(PoolSettings(database, pause_gc=pause)) as db:
        for read_only in (False, True):
            rows = await flavour.fetch_all(db, statement(sql, read_only=read_only), (), is_resting)
            assert set(rows) == {rests}
            assert gc.isenabled()


async def test_a_row_that_fails_wakes_it(flavour: Any, statement: Any, database: str) -> None:
    async with flavour.database(PoolSettings(database, pause_gc=True)) as db:
        with pytest.raises(Exception, match="a row is not what its type says"):
            await flavour.fetch_all(db, statement(LONG), (), lambda row: 1 // (row[0] - 500))
    assert gc.isenabled()


def test_it_wakes_after_the_last_of_several_blocks() -> None:
    with resting():
        with resting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_one_that_was_off_stays_off() -> None:
    gc.disable()
    with resting():
        pass
    assert not gc.isenabled()
