from __future__ import annotations

from typing import assert_type

from a_check_list_is_a_literal.aio import queries as aio
from a_check_list_is_a_literal.models import NewParcel, ParcelKind, ParcelSize, ParcelState
from a_check_list_is_a_literal.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

PARCELS = [NewParcel(id=3, size=2, kind="b", code="Z")]


def use(db: Database) -> None:
    for parcel in sync.list_parcels(db, size=1):
        assert_type(parcel.size, ParcelSize)
        assert_type(parcel.state, ParcelState | None)
        assert_type(parcel.code, str)
    assert sync.set_state(db, id=1, state='it\'s "here"') == 1
    assert sync.set_state(db, id=1, state="back\\slash") == 1
    assert_type(sync.get_kind(db, id=2), ParcelKind | None)
    assert sync.add_parcels(db, parcels=PARCELS) == 1
    with sync.list_parcels_cursor(db, size=2) as parcels:
        assert [parcel.id for parcel in parcels] == [2, 3]


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_parcels(db, size=3)) == 1
    assert await aio.set_state(db, id=1, state=None) == 1
    assert await aio.get_kind(db, id=1) == "a"
    assert await aio.add_parcels(db, parcels=PARCELS) == 1
    async with aio.list_parcels_cursor(db, size=1) as parcels:
        assert [parcel.id async for parcel in parcels] == [1, 2, 3]
