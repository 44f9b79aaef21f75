from __future__ import annotations

from a_parameter_has_a_default.aio import queries as aio
from a_parameter_has_a_default.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert [city.id for city in sync.list_cities(db)] == [1]
    assert sync.list_cities(db, kind="port", ratio=1, limit=0) == []
    with sync.list_cities_cursor(db, kind="port") as cities:
        assert [city.kind for city in cities] == ["port"]


async def use_async(db: AsyncDatabase) -> None:
    assert [city.id for city in await aio.list_cities(db, wanted=False)] == []
    async with aio.list_cities_cursor(db, prefix="x") as cities:
        assert [city.id async for city in cities] == [1]
