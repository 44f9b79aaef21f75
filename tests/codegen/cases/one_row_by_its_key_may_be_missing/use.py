from __future__ import annotations

from one_row_by_its_key_may_be_missing.aio import queries as aio
from one_row_by_its_key_may_be_missing.models import City
from one_row_by_its_key_may_be_missing.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.get_city(db, id=1) == City(id=1, name="Uruk")
    assert sync.get_city(db, id=2) is None


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.get_city(db, id=1) == City(id=1, name="Uruk")
    assert await aio.get_city(db, id=2) is None
