from __future__ import annotations

from tables_are_models_shared_by_queries.aio import queries as aio
from tables_are_models_shared_by_queries.models import City, ListCitiesRow
from tables_are_models_shared_by_queries.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    uruk = City(id=1, name="Uruk")
    assert sync.get_city(db, id=1) == uruk
    assert sync.list_all(db) == [uruk]
    assert sync.list_cities(db) == [ListCitiesRow(name="Uruk", id=1)]
    assert sync.rename(db, id=1, name="Ur") == City(id=1, name="Ur")
    with sync.list_all_cursor(db) as cities:
        assert next(cities).name == "Ur"
    with sync.list_cities_cursor(db) as rows:
        assert next(rows).name == "Ur"


async def use_async(db: AsyncDatabase) -> None:
    uruk = City(id=1, name="Uruk")
    assert await aio.get_city(db, id=1) == uruk
    assert await aio.list_all(db) == [uruk]
    assert len(await aio.list_cities(db)) == 1
    assert await aio.rename(db, id=2, name="Ur") is None
    async with aio.list_all_cursor(db) as cities:
        assert [city async for city in cities] == [uruk]
    async with aio.list_cities_cursor(db) as rows:
        assert [row.id async for row in rows] == [1]
