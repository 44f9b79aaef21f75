from __future__ import annotations

from a_default_may_be_a_member_of_an_enum.aio import queries as aio
from a_default_may_be_a_member_of_an_enum.models import Mood
from a_default_may_be_a_member_of_an_enum.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert len(sync.list_people(db)) == 1
    with sync.list_people_cursor(db, mood=Mood.HAPPY) as people:
        assert list(people) == []


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_people(db)) == 1
    async with aio.list_people_cursor(db) as people:
        assert [person.mood async for person in people] == [Mood.SO_SO]
