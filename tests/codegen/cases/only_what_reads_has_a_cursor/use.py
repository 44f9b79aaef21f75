from __future__ import annotations

from only_what_reads_has_a_cursor.aio import queries as aio
from only_what_reads_has_a_cursor.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert len(sync.list_series(db, number=3)) == 3
    assert len(sync.list_halves(db, id=3)) == 1
    assert [row.id for row in sync.add_cities(db, ids=[7, 8])] == [7, 8]
    assert len(sync.lock_cities(db)) == 4
    with sync.list_series_cursor(db, number=5000) as rows, sync.list_halves_cursor(db, id=0) as halves:
        assert (sum(row.number or 0 for row in rows), list(halves)) == (12502500, [])
    with sync.lock_cities_cursor(db) as cities:
        assert len(list(cities)) == 4


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_series(db, number=3)) == 3
    assert len(await aio.list_halves(db, id=3)) == 1
    assert [row.id for row in await aio.add_cities(db, ids=[7, 8])] == [7, 8]
    assert len(await aio.lock_cities(db)) == 4
    async with aio.list_series_cursor(db, number=5) as rows, aio.list_halves_cursor(db, id=0) as halves:
        assert ([row.number async for row in rows][-1], [half async for half in halves]) == (5, [])
    async with aio.lock_cities_cursor(db) as cities:
        assert len([city async for city in cities]) == 4
