from __future__ import annotations

from decimal import Decimal

from an_anonymous_record_is_typed_from_its_query.aio import queries as aio
from an_anonymous_record_is_typed_from_its_query.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    record = sync.get_record(db, id=1)
    assert record is not None
    assert record.details is not None
    assert (record.details.name, record.details.motto, record.details.weight) == ("Uruk", None, Decimal("1.5"))
    assert [(each.id, each.number) for each in record.counts] == [(1, 1)]
    assert [(row.pair.f1, row.pair.f2) for row in sync.list_pairs(db)] == [(1, "Uruk")]
    with sync.list_pairs_cursor(db) as rows:
        assert [row.pair.f2 for row in rows] == ["Uruk"]


async def use_async(db: AsyncDatabase) -> None:
    record = await aio.get_record(db, id=1)
    assert record is not None
    assert record.counts[0].number == 1
    assert [row.pair.f1 for row in await aio.list_pairs(db)] == [1]
    async with aio.list_pairs_cursor(db) as rows:
        assert [row.pair.f2 async for row in rows] == ["Uruk"]
