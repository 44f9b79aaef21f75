from __future__ import annotations

from attributes_of_an_object_become_a_model.aio import queries as aio
from attributes_of_an_object_become_a_model.models import AddCityWithNoteNote, NewCity
from attributes_of_an_object_become_a_model.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    city = sync.add_city(db, city=NewCity(name="Uruk"))
    assert (city.kind, city.motto) == ("town", None)
    assert sync.add_city_with_note(db, city=NewCity(name="Ur"), note=AddCityWithNoteNote(motto="!")) == 2


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.add_city(db, city=NewCity(name="Uruk", kind="port", motto="?"))).motto == "?"
    assert await aio.add_city_with_note(db, city=NewCity(name="Ur", kind="port"), note=AddCityWithNoteNote()) == 2
