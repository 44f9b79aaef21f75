from __future__ import annotations

from a_partial_update_keeps_what_is_absent.aio import queries as aio
from a_partial_update_keeps_what_is_absent.models import CityUpdate
from a_partial_update_keeps_what_is_absent.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    city = sync.update_city(db, id=1, changes=CityUpdate(name="Warka"))
    assert city is not None
    assert (city.name, city.motto, city.class_) == ("Warka", "in Inanna", 3)
    city = sync.update_city(db, id=1, changes=CityUpdate(motto=None, class_=4))
    assert city is not None
    assert (city.name, city.motto, city.class_) == ("Warka", None, 4)
    assert sync.update_city(db, id=2, changes=CityUpdate()) is None


async def use_async(db: AsyncDatabase) -> None:
    city = await aio.update_city(db, id=1, changes=CityUpdate(kind="port"))
    assert city is not None
    assert (city.name, city.kind) == ("Uruk", "port")
