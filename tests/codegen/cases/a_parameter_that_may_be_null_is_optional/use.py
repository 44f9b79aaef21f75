from __future__ import annotations

from a_parameter_that_may_be_null_is_optional.aio import queries as aio
from a_parameter_that_may_be_null_is_optional.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.set_motto(db, id=1) == 1
    assert sync.set_motto(db, id=1, motto="!") == 1
    assert len(sync.list_cities(db)) == 1
    assert len(sync.list_cities(db, name="Ur", least=None)) == 0
    with sync.list_cities_cursor(db, name=None) as cities:
        assert [city.motto for city in cities] == ["!"]


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.set_motto(db, id=1, motto=None) == 1
    assert len(await aio.list_cities(db, least=2)) == 0
    async with aio.list_cities_cursor(db, name=None) as cities:
        assert [city.motto async for city in cities] == [None]
