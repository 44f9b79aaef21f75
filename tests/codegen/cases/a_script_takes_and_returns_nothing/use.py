from __future__ import annotations

from a_script_takes_and_returns_nothing.aio import queries as aio
from a_script_takes_and_returns_nothing.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    sync.start_over(db)
    sync.start_over(db)


async def use_async(db: AsyncDatabase) -> None:
    await aio.start_over(db)
