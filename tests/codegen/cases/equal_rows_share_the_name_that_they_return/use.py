from __future__ import annotations

from equal_rows_share_the_name_that_they_return.aio import queries as aio
from equal_rows_share_the_name_that_they_return.models import CitySummary
from equal_rows_share_the_name_that_they_return.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.list_large(db) == [CitySummary(id=1, name="Uruk")]
    assert sync.get_summary(db, id=1) == CitySummary(id=1, name="Uruk")
    with sync.list_large_cursor(db) as rows:
        assert list(rows) == [CitySummary(id=1, name="Uruk")]


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.list_large(db) == [CitySummary(id=1, name="Uruk")]
    assert await aio.get_summary(db, id=1) == CitySummary(id=1, name="Uruk")
    async with aio.list_large_cursor(db) as rows:
        assert [row async for row in rows] == [CitySummary(id=1, name="Uruk")]
