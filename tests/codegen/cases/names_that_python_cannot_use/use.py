from __future__ import annotations

from datetime import date

from names_that_python_cannot_use.aio import queries as aio
from names_that_python_cannot_use.models import AddLinesArguments, CopiedLine, LineUpdate, NewLine
from names_that_python_cannot_use.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    (line,) = sync.list_lines(db, class_=1, from_="x", import_=True)
    assert (line.class_, line.class__, line.from_, line.date, line.column_1st) == (1, None, "x", date(2020, 1, 1), 7)
    assert (line.list, line.tags, line.data) == ([1], ["a"], b"\x01")
    line = sync.add_line(db, line=NewLine(class_=2, from_="y", model_x_=5, date=date(2020, 1, 1), hidden=4))
    assert (line.model_x_, line.hidden) == (5, 4)
    assert sync.copy_lines(db, lines=[CopiedLine(class_=3, from_="z", Ünï_Cödé="é", column_1st=1)]) == 1
    changed = sync.update_line(db, class_=3, changes=LineUpdate(from_="q", copy_=1, Ünï_Cödé="ü"))
    assert changed is not None
    assert (changed.from_, changed.copy_, changed.Ünï_Cödé) == ("q", 1, "ü")
    assert sync.add_lines(db, rows=[AddLinesArguments(class_=9, from_="m")]) == 1
    with sync.list_lines_cursor(db, class_=9, from_="m", import_=True) as lines:
        assert [line.straße for line in lines] == [None]


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_lines(db, class_=1, from_="x", import_=True)) == 1
    assert (await aio.add_line(db, line=NewLine(class_=2, from_="y"))).from_ == "y"
    assert await aio.copy_lines(db, lines=[CopiedLine(class_=3, from_="z")]) == 1
    assert await aio.update_line(db, class_=4, changes=LineUpdate(from_="q")) is None
    assert await aio.add_lines(db, rows=[AddLinesArguments(class_=9, from_="m")]) == 1
    async with aio.list_lines_cursor(db, class_=9, from_="m", import_=True) as lines:
        assert [line.class_ async for line in lines] == [9]
