from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network
from uuid import UUID

from every_scalar_type_has_its_python_type.aio import queries as aio
from every_scalar_type_has_its_python_type.models import NewEverything
from every_scalar_type_has_its_python_type.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

ALL = NewEverything(
    bool=True,
    bytea=b"\0\xff",
    char="c",
    name="n",
    text="t",
    varchar="v",
    bpchar="b",
    int2=2,
    int4=4,
    int8=8,
    oid=26,
    float4=0.5,
    float8=0.25,
    numeric=Decimal("1.50"),
    uuid=UUID(int=1),
    date=date(2020, 1, 2),
    time=time(3, 4, 5),
    timetz=time(3, 4, 5, tzinfo=timezone(timedelta(hours=1))),
    timestamp=datetime(2020, 1, 2, 3, 4, 5),
    timestamptz=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    interval=timedelta(days=1),
    json_=[1],
    jsonb={"a": 1},
    inet=IPv4Address("10.0.0.1"),
    cidr=IPv4Network("10.0.0.0/8"),
    macaddr="08:00:2b:01:02:03",
    money="$1.25",
    point="(1,2)",
    bit="101",
    tsvector="'a' 'b'",
    regclass="pg_class",
)


def use(db: Database) -> None:
    (stored,) = sync.get_everything(db)
    added = sync.add_everything(db, all=ALL)
    assert added == stored
    for name, value in ALL:
        assert str(getattr(added, name)).strip() == str(value).strip() or getattr(added, name) == value, name
    with sync.get_everything_cursor(db) as rows:
        assert list(rows) == [stored, stored]


async def use_async(db: AsyncDatabase) -> None:
    added = await aio.add_everything(db, all=ALL)
    assert await aio.get_everything(db) == [added, added]
    async with aio.get_everything_cursor(db) as rows:
        assert [row.uuid async for row in rows] == [UUID(int=1)] * 2
