from __future__ import annotations

from datetime import date

import psycopg
import pytest
from constraints_are_typed_errors.aio import queries as aio
from constraints_are_typed_errors.errors import (
    CitiesIdTaken,
    CitiesNameTaken,
    NoShouting,
    OneOddName,
    StaysCityIdUnknown,
    StaysGuestMissing,
    StaysRoomInvalid,
    StaysRoomNightsConflict,
)
from constraints_are_typed_errors.sync import queries as sync
from psycopg.types.range import Range

from sqlwright.runtime import AsyncDatabase, Database

NIGHTS = Range(date(2020, 1, 4), date(2020, 1, 9))


def use(db: Database) -> None:
    with pytest.raises(CitiesIdTaken):
        sync.add_city(db, id=1, name="Ur", odd=None)
    with pytest.raises(CitiesNameTaken):
        sync.add_city(db, id=2, name="Uruk", odd=None)
    with pytest.raises(NoShouting):
        sync.add_city(db, id=2, name="UR", odd=None)
    with pytest.raises(OneOddName):
        sync.add_city(db, id=2, name="Ur", odd="X")
    with pytest.raises(StaysCityIdUnknown):
        sync.add_stay(db, city_id=3, room=2, nights=NIGHTS, guest="x")
    with pytest.raises(StaysRoomInvalid):
        sync.add_stay(db, city_id=1, room=0, nights=NIGHTS, guest="x")
    with pytest.raises(StaysGuestMissing):
        sync.add_stay(db, city_id=1, room=2, nights=NIGHTS, guest="")
    with pytest.raises(StaysRoomNightsConflict) as caught:
        sync.add_stay(db, city_id=1, room=1, nights=NIGHTS, guest="x")
    assert isinstance(caught.value, psycopg.errors.ExclusionViolation)
    assert sync.delete_city(db, id=1) == 1


async def use_async(db: AsyncDatabase) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        await aio.add_city(db, id=1, name="Ur", odd=None)
    with pytest.raises(StaysCityIdUnknown):
        await aio.add_stay(db, city_id=3, room=2, nights=NIGHTS, guest="x")
    assert await aio.delete_city(db, id=1) == 1
