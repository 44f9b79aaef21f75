from __future__ import annotations

from copy_streams_rows.aio import queries as aio
from copy_streams_rows.models import NewCity
from copy_streams_rows.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.copy_cities(db, cities=(NewCity(id=number, name="\t\\N\n") for number in range(1000))) == 1000


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.copy_cities(db, cities=[NewCity(id=1, name="", motto="é")]) == 1
