from __future__ import annotations

from an_enum_is_a_str_enum.aio import queries as aio
from an_enum_is_a_str_enum.models import AddPersonPerson, Mood
from an_enum_is_a_str_enum.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    first, second = sync.list_by_mood(db, mood=Mood.SO_SO, moods=[Mood.IT_S_X])
    assert first.mood is Mood.SO_SO
    assert first.former == [Mood.HAPPY, None]
    assert second.mood is Mood.IT_S_X
    assert sync.set_mood(db, id=1, mood=Mood.ÄRGER) is Mood.ÄRGER
    assert sync.happiest(db) is Mood.ÄRGER
    assert sync.add_person(db, person=AddPersonPerson(id=3, mood=Mood.NAME, former=[Mood.VALUE_1ST, None])) == 1
    with sync.list_by_mood_cursor(db, moods=[Mood.NAME]) as people:
        assert [person.former for person in people] == [[Mood.VALUE_1ST, None]]


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_by_mood(db, moods=[])) == 0
    assert await aio.set_mood(db, id=1, mood=Mood.NONE) is Mood.NONE
    assert await aio.happiest(db) is Mood.NONE
    assert await aio.add_person(db, person=AddPersonPerson(id=3, mood=Mood.VERY_SAD)) == 1
    async with aio.list_by_mood_cursor(db, mood=Mood.VERY_SAD, moods=[]) as people:
        assert [person.mood async for person in people] == [Mood.VERY_SAD]
