from __future__ import annotations

from datetime import date
from decimal import Decimal

from a_nested_row_is_a_model_that_may_be_missing.aio import queries as aio
from a_nested_row_is_a_model_that_may_be_missing.models import King
from a_nested_row_is_a_model_that_may_be_missing.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

KING = King(id=1, city_id=1, since=date(1000, 2, 3), wealth=Decimal("12.3400"))


def use(db: Database) -> None:
    uruk, ur = sync.list_cities_with_king(db)
    assert uruk.king is not None
    assert uruk.king == KING
    assert str(uruk.king.wealth) == "12.3400"
    assert ur.king is None
    row = sync.list_kings_with_city(db)[0]
    assert row.king == KING
    assert row.city.founded == uruk.founded
    assert sync.latest_king(db) == KING
    with sync.list_kings_with_city_cursor(db) as kings, sync.list_cities_with_king_cursor(db) as cities:
        assert (next(kings).king, next(cities).name) == (KING, "Uruk")


async def use_async(db: AsyncDatabase) -> None:
    assert [city.king for city in await aio.list_cities_with_king(db)] == [KING, None]
    assert (await aio.list_kings_with_city(db))[0].city.name == "Uruk"
    assert await aio.latest_king(db) == KING
    async with aio.list_kings_with_city_cursor(db) as kings:
        assert [row.king async for row in kings] == [KING]
    async with aio.list_cities_with_king_cursor(db) as cities:
        assert [row.king async for row in cities] == [KING, None]
