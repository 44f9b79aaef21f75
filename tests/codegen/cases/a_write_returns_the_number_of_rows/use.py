from __future__ import annotations

from a_write_returns_the_number_of_rows.aio import queries as aio
from a_write_returns_the_number_of_rows.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.rename_all(db, name="Eridu") == 2
    assert sync.delete_city(db, id=1) == 1
    assert sync.delete_city(db, id=1) == 0


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.rename_all(db, name="Eridu") == 2
    assert await aio.delete_city(db, id=3) == 0
