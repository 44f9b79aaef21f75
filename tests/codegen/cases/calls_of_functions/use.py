from __future__ import annotations

from calls_of_functions.aio import queries as aio
from calls_of_functions.models import City, FromTableRow, Mood, PointOfView
from calls_of_functions.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    table = [FromTableRow(id=2, name="Ur")]
    cities = [City(id=1, name="Uruk", founded=-4000), City(id=2, name="Ur", founded=None)]
    assert sync.from_table(db, first=2) == table
    with sync.from_table_cursor(db, first=2) as rows:
        assert list(rows) == table
    assert sync.from_set(db, first=1) == cities
    with sync.from_set_cursor(db, first=1) as sets:
        assert list(sets) == cities
    assert [row.name for row in sync.from_scalars(db, first=2)] == ["Ur", None]
    with sync.from_scalars_cursor(db, first=3) as names:
        assert [row.name for row in names] == [None]
    assert [row.mood for row in sync.from_moods(db)] == [Mood.SAD, Mood.HAPPY]
    with sync.from_moods_cursor(db) as moods:
        assert [row.mood for row in moods] == [Mood.SAD, Mood.HAPPY]
    assert [row.mood for row in sync.in_target_list(db)] == [Mood.SAD, Mood.HAPPY]
    with sync.in_target_list_cursor(db) as listed:
        assert [row.mood for row in listed] == [Mood.SAD, Mood.HAPPY]
    split = sync.from_out(db, name="U")
    assert (split.head, split.rest) == ("U", None)
    assert sync.out_alone(db, name="Ur") == "r"
    assert sync.inout(db, number=1) == 2
    assert sync.inout_named(db, number=1, step=5) == 6
    assert sync.composite(db, x=1, label="a") == PointOfView(x=1, label="a")
    columns = sync.composite_columns(db, x=1)
    assert (columns.x, columns.label) == (1, None)
    same = sync.polymorphic(db, number=1, word="a")
    assert (same.number, same.word, same.mood) == (1, "a", Mood.HAPPY)
    assert sync.variadic(db, one="ab", two=None) == "ab"
    assert sync.variadic_array(db, words=["ab", None, "abc"]) == "abc"
    assert sync.variadic_array(db, words=[]) is None
    assert sync.polymorphic_variadic(db, number=None) is None
    assert [(row.id, row.name) for row in sync.defined(db)] == [(1, "Uruk"), (2, "Ur")]
    with sync.defined_cursor(db) as records:
        assert [row.id for row in records] == [1, 2]
    assert sync.rename(db, city=1, name="Warka") == 1
    assert sync.strict(db, number=3) == 3
    assert [(row.name, row.head, row.rest) for row in sync.beside_a_table(db, first=1)] == [
        ("Warka", "W", "arka"),
        ("Ur", "U", "r"),
    ]
    with sync.beside_a_table_cursor(db, first=2) as beside:
        assert [row.rest for row in beside] == ["r"]
    padded = sync.in_rows_from(db, number=1)
    assert [(row.number, row.mood, row.place) for row in padded] == [(1, Mood.SAD, 1), (None, Mood.HAPPY, 2)]
    with sync.in_rows_from_cursor(db, number=3) as longer:
        assert [row.mood for row in longer] == [Mood.SAD, Mood.HAPPY, None]


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.from_table(db, first=2) == [FromTableRow(id=2, name="Ur")]
    async with aio.from_table_cursor(db, first=3) as rows:
        assert [row async for row in rows] == []
    assert [city.id for city in await aio.from_set(db, first=1)] == [1, 2]
    async with aio.from_set_cursor(db, first=2) as sets:
        assert [city.name async for city in sets] == ["Ur"]
    assert [row.name for row in await aio.from_scalars(db, first=3)] == [None]
    async with aio.from_scalars_cursor(db, first=3) as names:
        assert [row.name async for row in names] == [None]
    assert [row.mood for row in await aio.from_moods(db)] == [Mood.SAD, Mood.HAPPY]
    async with aio.from_moods_cursor(db) as moods:
        assert [row.mood async for row in moods] == [Mood.SAD, Mood.HAPPY]
    assert [row.mood for row in await aio.in_target_list(db)] == [Mood.SAD, Mood.HAPPY]
    async with aio.in_target_list_cursor(db) as listed:
        assert [row.mood async for row in listed] == [Mood.SAD, Mood.HAPPY]
    assert (await aio.from_out(db, name="Ur")).rest == "r"
    assert await aio.out_alone(db, name="U") is None
    assert await aio.inout(db, number=1) == 2
    assert await aio.inout_named(db, number=1, step=5) == 6
    assert (await aio.composite(db, x=1, label="a")).label == "a"
    assert (await aio.composite_columns(db, x=1)).x == 1
    assert (await aio.polymorphic(db, number=1, word="a")).mood is Mood.HAPPY
    assert await aio.variadic(db, one=None, two=None) == "a"
    assert await aio.variadic_array(db, words=[None]) is None
    assert await aio.polymorphic_variadic(db, number=1) == 1
    assert [row.id for row in await aio.defined(db)] == [1, 2]
    async with aio.defined_cursor(db) as records:
        assert [row.id async for row in records] == [1, 2]
    assert await aio.rename(db, city=1, name="Warka") == 1
    assert await aio.strict(db, number=3) == 3
    assert [row.head for row in await aio.beside_a_table(db, first=2)] == ["U"]
    async with aio.beside_a_table_cursor(db, first=2) as beside:
        assert [row.rest async for row in beside] == ["r"]
    assert [row.place for row in await aio.in_rows_from(db, number=1)] == [1, 2]
    async with aio.in_rows_from_cursor(db, number=0) as longer:
        assert [row.number async for row in longer] == [None, None]
