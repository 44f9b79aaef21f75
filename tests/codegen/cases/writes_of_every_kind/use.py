from __future__ import annotations

from writes_of_every_kind.aio import queries as aio
from writes_of_every_kind.models import Stock
from writes_of_every_kind.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.put(db, item="nail", amount=2) == Stock(item="nail", amount=7)
    assert sync.put_once(db, item="nail") is None
    assert sync.put_once(db, item="bolt") == "bolt"
    move = sync.take(db, item="nail", amount=3)
    assert move is not None
    assert (move.id, move.amount) == (1, -3)
    assert sync.merge_stock(db, item="nut", amount=1) == 1
    assert len(sync.clear(db)) == 3


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.put(db, item="bolt", amount=2)).amount == 2
    assert await aio.put_once(db, item="bolt") is None
    assert await aio.take(db, item="nut", amount=3) is None
    assert await aio.merge_stock(db, item="nut", amount=1) == 1
    assert len(await aio.clear(db)) == 3
