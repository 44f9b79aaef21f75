from __future__ import annotations

from columns_without_names.aio import queries as aio
from columns_without_names.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    row = sync.get_numbers(db)
    assert (row.count, row.max, row.odd, row.not_) == (1, 1, "x", True)
    assert sync.nothing(db) == 1
    assert sync.notify(db, channel="x") == 0


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.get_numbers(db)).column == 1
    assert await aio.nothing(db) == 1
    assert await aio.notify(db, channel="x") == 0
