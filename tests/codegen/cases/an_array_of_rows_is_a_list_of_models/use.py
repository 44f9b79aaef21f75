from __future__ import annotations

from an_array_of_rows_is_a_list_of_models.aio import queries as aio
from an_array_of_rows_is_a_list_of_models.models import King
from an_array_of_rows_is_a_list_of_models.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

KINGS = [King(id=1, city_id=1, name="Gilgamesh"), King(id=2, city_id=1, name=None)]


def use(db: Database) -> None:
    assert [city.kings for city in sync.list_with_kings(db)] == [KINGS, []]
    assert [city.kings for city in sync.list_with_aggregated_kings(db)] == [KINGS, [None]]
    assert sync.all_kings(db) == KINGS
    with sync.list_with_kings_cursor(db) as cities:
        assert [len(city.kings) for city in cities] == [2, 0]
    with sync.list_with_aggregated_kings_cursor(db) as rows:
        assert [row.names for row in rows] == [["Gilgamesh", None], [None]]


async def use_async(db: AsyncDatabase) -> None:
    assert [city.kings for city in await aio.list_with_kings(db)] == [KINGS, []]
    assert [city.kings for city in await aio.list_with_aggregated_kings(db)] == [KINGS, [None]]
    assert await aio.all_kings(db) == KINGS
    async with aio.list_with_kings_cursor(db) as cities:
        assert [len(city.kings) async for city in cities] == [2, 0]
    async with aio.list_with_aggregated_kings_cursor(db) as rows:
        assert [len(row.kings or []) async for row in rows] == [2, 1]
