from __future__ import annotations

from a_query_without_operator_returns_a_list.aio import queries as aio
from a_query_without_operator_returns_a_list.models import City
from a_query_without_operator_returns_a_list.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert [city.name for city in sync.list_cities(db)] == ["Roma", "Uruk"]
    with sync.list_cities_cursor(db) as cities:
        assert [city.founded is None for city in cities] == [False, True]


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_cities(db))[1] == City(id=1, name="Uruk", founded=None)
    async with aio.list_cities_cursor(db) as cities:
        assert [city.id async for city in cities] == [2, 1]
