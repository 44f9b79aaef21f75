from __future__ import annotations

from decimal import Decimal

from psycopg.types.range import Range
from types_within_types.aio import queries as aio
from types_within_types.json_models import Info
from types_within_types.models import Color, CopiedPart, Spec
from types_within_types.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

SPEC = Spec(color=Color.BLUE, paints=[Color.RED], extra=Info(text="b"), weight=Decimal("1.500"), log=[Info(text="l")])
PART = CopiedPart(id=2, info=Info(text="c"), paint=Color.RED, paints=[None], document={"a": [1]}, spec=SPEC)


def use(db: Database) -> None:
    (part,) = sync.list_parts(db, paint=Color.RED)
    assert (part.info, part.paint, part.paints) == (Info(text="a"), Color.RED, [Color.RED, None])
    assert (part.document, part.spec) == ([1], SPEC)
    assert part.specs == [Spec(color=None, paints=None, extra=None, weight=None, log=None), None]
    assert part.special is not None
    assert (part.special.weight, part.spans) == (Decimal("2.000"), [Range(1, 3)])
    assert sync.list_shown(db)[0].spec == SPEC
    (row,) = sync.list_wrapped(db)
    assert (row.part, row.infos, row.pair.f1, row.pair.f2) == (part, [{"text": "a"}, None], Info(text="a"), SPEC)
    assert row.color is Color.BLUE
    assert sync.get_spec(db, id=1) == SPEC
    paints = sync.get_paints(db, id=1)
    assert paints is not None
    assert paints[0] is Color.RED
    assert sync.get_paint(db, id=1) is Color.RED
    assert sync.set_paints(db, id=1, paints=[Color.RED, None]) == 1
    assert sync.set_spec(db, id=1, spec=SPEC, specs=[SPEC, None]) == 1
    assert sync.list_parts(db, paint=Color.RED)[0].specs == [SPEC, None]
    assert sync.copy_parts(db, parts=[PART]) == 1
    assert sync.get_spec(db, id=2) == SPEC
    with sync.list_parts_cursor(db, paint=Color.RED) as parts, sync.list_shown_cursor(db) as shown:
        assert (next(parts).spec, next(shown).spec) == (SPEC, SPEC)
    with sync.list_wrapped_cursor(db) as rows:
        assert next(rows).part.spec == SPEC


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_parts(db, paint=Color.RED))[0].spec == SPEC
    assert (await aio.list_shown(db))[0].info == Info(text="a")
    assert (await aio.list_wrapped(db))[0].part.info == Info(text="a")
    assert await aio.get_spec(db, id=2) is None
    assert await aio.get_paints(db, id=1) == [Color.RED, None]
    assert await aio.get_paint(db, id=2) is None
    assert await aio.set_paints(db, id=1, paints=[]) == 1
    assert await aio.set_spec(db, id=1, spec=SPEC, specs=None) == 1
    assert await aio.copy_parts(db, parts=[PART]) == 1
    async with aio.list_parts_cursor(db, paint=Color.RED) as parts, aio.list_shown_cursor(db) as shown:
        assert ([part.id async for part in parts], [part.id async for part in shown]) == ([1, 2], [1, 2])
    async with aio.list_wrapped_cursor(db) as rows:
        assert [row.color async for row in rows] == [Color.BLUE, Color.BLUE]
