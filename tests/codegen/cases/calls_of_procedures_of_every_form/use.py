from __future__ import annotations

from calls_of_procedures_of_every_form.aio import queries as aio
from calls_of_procedures_of_every_form.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.double(db, number=2) == 4
    swapped = sync.swap(db, one="a", two="b")
    assert (swapped.one, swapped.two) == ("b", "a")
    assert sync.file(db, name="a") == 1
    assert sync.file_noted(db, name="b", note="c").id == 2
    sync.file_two(db, one="d", two="e")
    sync.file_all(db, names=["f"])
    assert sync.echo(db, given=3) == 3
    # It ends transactions of its own, which it may outside of one.
    sync.commit(db, name="kept")
    assert [row.name for row in sync.list_steps(db)] == ["a none", "b c", "d", "e", "f", "kept"]
    with sync.list_steps_cursor(db) as steps:
        assert len(list(steps)) == 6


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.double(db, number=2) == 4
    assert (await aio.swap(db, one="a", two="b")).one == "b"
    assert await aio.file(db, name="a") == 1
    assert (await aio.file_noted(db, name="b", note="c")).id == 2
    await aio.file_two(db, one="d", two="e")
    await aio.file_all(db, names=[])
    assert await aio.echo(db, given=3) == 3
    await aio.commit(db, name="kept")
    assert [row.name for row in await aio.list_steps(db)] == ["a none", "b c", "d", "e", "kept"]
    async with aio.list_steps_cursor(db) as steps:
        assert [step.name async for step in steps][-1] == "kept"
