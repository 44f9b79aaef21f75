from __future__ import annotations

from decimal import Decimal

from one_row_that_is_proved_is_never_none.aio import queries as aio
from one_row_that_is_proved_is_never_none.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    totals = sync.get_totals(db)
    assert (totals.cities, totals.population) == (2, Decimal(40000))


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.get_totals(db)).cities == 2
