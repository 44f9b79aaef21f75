from __future__ import annotations

from text_that_could_break_the_code.aio import queries as aio
from text_that_could_break_the_code.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    (note,) = sync.first(db, text="50% :")
    assert note.a_quoted_name.startswith("50%")
    assert note.odd == '""" \\ %s :x {}'
    (row,) = sync.second(db)
    assert (row.dollar, row.escaped, row.slice, row.has) == (' :also_not $1 """ ', "it's \\", [1, 2], True)
    with sync.first_cursor(db, text="x") as notes, sync.second_cursor(db) as rows:
        assert (list(notes), [row.cast for row in rows]) == ([], ["a"])


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.first(db, text='"')) == 1
    assert len(await aio.second(db)) == 1
    async with aio.first_cursor(db, text="x") as notes, aio.second_cursor(db) as rows:
        assert ([note async for note in notes], [row.whole async for row in rows]) == ([], [[1, 2, 3]])
