from __future__ import annotations

from a_value_may_be_missing_or_is_proved.aio import queries as aio
from a_value_may_be_missing_or_is_proved.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.count_cities(db) + 1 == 2
    assert sync.find_name(db, id=1) == "Uruk"
    assert sync.find_name(db, id=2) is None
    assert sync.find_motto(db, id=1) is None
    assert sync.latest_motto(db) is None


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.count_cities(db) + 1 == 2
    assert await aio.find_name(db, id=1) == "Uruk"
    assert await aio.find_motto(db, id=1) is None
    assert await aio.latest_motto(db) is None
