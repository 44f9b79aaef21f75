from __future__ import annotations

from datetime import date
from decimal import Decimal

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from ranges_are_psycopg_ranges.aio import queries as aio
from ranges_are_psycopg_ranges.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

NIGHTS = Range(date(2020, 1, 1), date(2020, 1, 4))


def use(db: Database) -> None:
    (stay,) = sync.list_during(db, nights=NIGHTS)
    assert stay.nights == NIGHTS
    assert stay.price == Range(Decimal("1.5"), None, "()")
    assert stay.pauses == Multirange([Range(date(2020, 1, 2), date(2020, 1, 3))])
    assert sync.set_price(db, id=1, price=Range(Decimal(1), Decimal(2))) == Range(Decimal(1), Decimal(2))
    with sync.list_during_cursor(db, nights=Range(date(2021, 1, 1), None)) as stays:
        assert list(stays) == []


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_during(db, nights=NIGHTS)) == 1
    assert await aio.set_price(db, id=1, price=None) is None
    async with aio.list_during_cursor(db, nights=NIGHTS) as stays:
        assert [stay.id async for stay in stays] == [1]
