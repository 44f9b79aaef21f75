from __future__ import annotations

from datetime import date

from queries_called_like_keywords_and_builtins.aio import queries as aio
from queries_called_like_keywords_and_builtins.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert [note.id for note in sync.list(db)] == [1]
    assert [note.id for note in sync.class_(db, ids=[1])] == [1]
    assert sync.date(db, date=date(2021, 1, 1)) == date(2020, 1, 1)
    assert sync.errors(db, statements_=1, fetch_one=2) == 3
    assert [row.id for row in sync.cursor(db, cursor=1, row=True)] == [1]
    assert sync.note_row(db, id=2) is None
    assert sync.count_value(db) == sync.count(db) == sync.int(db, int=1)
    with sync.list_cursor(db) as notes, sync.cursor_cursor(db, cursor=1, row=True) as rows:
        assert len([*notes]) == len([*rows])
    with sync.class__cursor(db, ids=[]) as notes:
        assert [*notes] == []


async def use_async(db: AsyncDatabase) -> None:
    assert [note.id for note in await aio.list(db)] == [1]
    assert [note.id for note in await aio.class_(db, ids=[])] == []
    assert await aio.date(db, date=date(2019, 1, 1)) is None
    assert await aio.errors(db, statements_=1, fetch_one=2) == 3
    assert [row.id for row in await aio.cursor(db, cursor=1, row=False)] == []
    assert await aio.note_row(db, id=2) is None
    assert await aio.count_value(db) == await aio.count(db) == await aio.int(db, int=1)
    async with aio.list_cursor(db) as notes, aio.cursor_cursor(db, cursor=1, row=True) as rows:
        assert len([note async for note in notes]) == len([row async for row in rows])
    async with aio.class__cursor(db, ids=[1]) as notes:
        assert [note.id async for note in notes] == [1]
