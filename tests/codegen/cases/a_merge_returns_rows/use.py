from __future__ import annotations

from a_merge_returns_rows.aio import queries as aio
from a_merge_returns_rows.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert [row.merge_action for row in sync.merge_and_return(db, item="nut")] == ["DELETE"]


async def use_async(db: AsyncDatabase) -> None:
    assert [row.merge_action for row in await aio.merge_and_return(db, item="saw")] == ["INSERT"]
