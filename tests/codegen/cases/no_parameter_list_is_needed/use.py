from __future__ import annotations

from no_parameter_list_is_needed.aio import queries as aio
from no_parameter_list_is_needed.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.find_city(db, name="Uruk", id=1) is not None


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.find_city(db, name="Uruk", id=2) is None
