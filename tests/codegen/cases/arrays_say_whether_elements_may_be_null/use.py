from __future__ import annotations

from typing import assert_type

from arrays_say_whether_elements_may_be_null.aio import queries as aio
from arrays_say_whether_elements_may_be_null.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    first, second = sync.list_boxes(db, tags=[])
    assert_type(first.tags, list[str | None])
    assert (first.tags, first.numbers, second.tags, second.numbers) == (["a", None], None, [], [1, 2])
    assert [row.id for row in sync.list_by_ids(db, ids=(2, 3))] == [2]
    assert sync.set_tags(db, id=1, tags=["x", None, '"{,\\']) == 1
    assert sync.list_boxes(db, tags=['"{,\\'])[0].id == 1
    assert sync.all_ids(db) == [1, 2]
    assert_type(sync.all_ids(db), list[int])
    assert sync.split(db, text="a,,b") == ["a", "", "b"]
    assert sync.matrix(db) == [[1, 2], [3, 4]]
    assert_type(sync.matrix(db), list[list[int]])
    with sync.list_boxes_cursor(db, tags=["x"]) as boxes, sync.list_by_ids_cursor(db, ids=[1]) as ids:
        assert ([box.id for box in boxes], [row.id for row in ids]) == ([1], [1])


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_boxes(db, tags=["a"])) == 1
    assert len(await aio.list_by_ids(db, ids=[])) == 0
    assert await aio.set_tags(db, id=2, tags=[]) == 1
    assert await aio.all_ids(db) == [1, 2]
    assert await aio.split(db, text="") == []
    assert len(await aio.matrix(db)) == 2
    async with aio.list_boxes_cursor(db, tags=[]) as boxes, aio.list_by_ids_cursor(db, ids=[1]) as ids:
        assert ([box.id async for box in boxes], [row.id async for row in ids]) == ([1, 2], [1])
