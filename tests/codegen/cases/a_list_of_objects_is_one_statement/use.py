from __future__ import annotations

from a_list_of_objects_is_one_statement.aio import queries as aio
from a_list_of_objects_is_one_statement.models import NewCity
from a_list_of_objects_is_one_statement.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

CITIES = [NewCity(name="Uruk"), NewCity(name="Ur", motto="!")]


def use(db: Database) -> None:
    assert [city.motto for city in sync.add_cities(db, cities=CITIES)] == [None, "!"]
    assert sync.add_cities(db, cities=[]) == []
    assert sync.add_cities_count(db, cities=CITIES) == 2


async def use_async(db: AsyncDatabase) -> None:
    assert [city.id for city in await aio.add_cities(db, cities=CITIES)] == [1, 2]
    assert await aio.add_cities_count(db, cities=(city for city in CITIES)) == 2
