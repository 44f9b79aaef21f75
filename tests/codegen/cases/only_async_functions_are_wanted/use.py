from __future__ import annotations

from only_async_functions_are_wanted.aio import queries as aio

from sqlwright.runtime import AsyncDatabase


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.get_city(db, id=1) is not None
    rows = await aio.list_cities_with_names_or_mottos(db, first_name="Uruk", second_name="Ur")
    assert [row.both for row in rows] == [None]
    async with aio.list_cities_with_names_or_mottos_cursor(db, first_name="x", second_name="y", limit=1) as found:
        assert [row async for row in found] == []
