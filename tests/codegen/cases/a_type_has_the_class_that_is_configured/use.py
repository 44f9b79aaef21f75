from __future__ import annotations

from typing import Any, assert_type

import pytest
from a_type_has_the_class_that_is_configured.aio import queries as aio
from a_type_has_the_class_that_is_configured.item_types import Percentage, Vector
from a_type_has_the_class_that_is_configured.models import CopiedItem, NewItem, Reading
from a_type_has_the_class_that_is_configured.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database, ParameterError

READING = Reading(at=Vector("[7,8]"), part=Percentage(1))


def use(db: Database) -> None:
    (item,) = sync.list_items(db)
    assert_type(item.embedding, Vector)
    assert_type(item.others, list[Vector | None] | None)
    assert (item.embedding, item.others, item.grid) == (Vector("[1,2]"), [Vector("[3]"), None], [[Vector("[4]")]])
    assert (item.part, item.shape) == (Percentage(50), "round")
    assert item.reading == Reading(at=Vector("[5,6]"), part=Percentage(10))
    assert sync.get_embedding(db, id=1) == Vector("[1,2]")
    assert sync.get_others(db, id=1) == [Vector("[3]"), None]
    changed = {"embedding": Vector("[9]"), "others": [None], "grid": [[Vector("[1]"), None]], "part": Percentage(0)}
    assert sync.set_item(db, id=1, reading=READING, **_any(changed)) == 1
    (item,) = sync.list_items(db)
    assert (item.embedding, item.others, item.grid, item.part, item.reading) == (*changed.values(), READING)
    with pytest.raises(ParameterError, match="embedding must be Vector, got str"):
        sync.set_item(db, id=1, embedding=_any("[1]"))
    assert sync.add_items(db, items=[NewItem(id=2, embedding=Vector("[2,3]"), part=Percentage(3))]) == 1
    assert sync.copy_items(db, items=[CopiedItem(id=3, embedding=Vector("[4]"), others=[None], reading=READING)]) == 1
    assert [(each.embedding, each.part) for each in sync.list_items(db)[1:]] == [
        (Vector("[2,3]"), Percentage(3)),
        (Vector("[4]"), None),
    ]
    with sync.list_items_cursor(db) as items:
        assert next(items).embedding == Vector("[9]")


def _any(value: object) -> Any:
    return value


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_items(db))[0].embedding == Vector("[1,2]")
    assert await aio.get_embedding(db, id=2) is None
    assert await aio.get_others(db, id=1) == [Vector("[3]"), None]
    assert await aio.set_item(db, id=1, embedding=Vector("[9]"), reading=READING) == 1
    assert await aio.add_items(db, items=[NewItem(id=2, embedding=Vector("[2]"))]) == 1
    assert await aio.copy_items(db, items=[CopiedItem(id=3, embedding=Vector("[4]"))]) == 1
    async with aio.list_items_cursor(db) as items:
        assert [item.id async for item in items] == [1, 2, 3]
