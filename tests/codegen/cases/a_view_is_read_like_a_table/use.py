from __future__ import annotations

from a_view_is_read_like_a_table.aio import queries as aio
from a_view_is_read_like_a_table.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert [(realm.name, realm.king) for realm in sync.list_realms(db)] == [("Uruk", None)]
    assert sync.get_realm(db, id=2) is None
    assert [size.number for size in sync.list_sizes(db)] == [0]
    with sync.list_realms_cursor(db) as realms, sync.list_sizes_cursor(db) as sizes:
        assert (len([*realms]), len([*sizes])) == (1, 1)


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_realms(db)) == 1
    assert await aio.get_realm(db, id=1) is not None
    assert len(await aio.list_sizes(db)) == 1
    async with aio.list_realms_cursor(db) as realms, aio.list_sizes_cursor(db) as sizes:
        assert (len([each async for each in realms]), len([each async for each in sizes])) == (1, 1)
