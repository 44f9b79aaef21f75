from __future__ import annotations

from an_insert_returns_its_row_or_its_value.aio import queries as aio
from an_insert_returns_its_row_or_its_value.models import City
from an_insert_returns_its_row_or_its_value.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.add_city(db, name="Uruk") == City(id=1, name="Uruk")
    assert sync.add_city_id(db, name="Ur") + 1 == 3
    assert sync.rename_city(db, id=1, name="Warka") == "Warka"
    assert sync.rename_city(db, id=3, name="Eridu") is None


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.add_city(db, name="Uruk") == City(id=1, name="Uruk")
    assert await aio.add_city_id(db, name="Ur") == 2
    assert await aio.rename_city(db, id=2, name="Warka") == "Warka"
