from __future__ import annotations

from a_composite_type_is_a_model.aio import queries as aio
from a_composite_type_is_a_model.models import Place
from a_composite_type_is_a_model.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    first, second = sync.list_houses(db)
    assert first.place == Place(street="High Street", number=5)
    assert first.former == [Place(street="Low Street", number=None), None]
    assert second.former is None
    assert sync.get_place(db, id=2) == Place(street=None, number=1)
    with sync.list_houses_cursor(db) as houses:
        assert [house.place.number for house in houses] == [5, 1]


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_houses(db))[0].place == Place(street="High Street", number=5)
    assert await aio.get_place(db, id=3) is None
    async with aio.list_houses_cursor(db) as houses:
        assert [house.place.number async for house in houses] == [5, 1]
