from __future__ import annotations

from typing import assert_type

import pytest
from a_column_can_be_declared_not_null.aio import queries as aio
from a_column_can_be_declared_not_null.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database
from sqlwright.runtime.errors import RowError


def use(db: Database) -> None:
    with pytest.raises(RowError, match="people"):
        sync.list_people(db, least=1)
    assert sync.sum_people(db, least=1) == 5
    with pytest.raises(RowError, match="total"):
        sync.sum_people(db, least=6)
    with sync.list_people_cursor(db, least=3) as rows:
        for row in rows:
            assert_type(row.people, int)
            assert_type(row.id, int | None)


async def use_async(db: AsyncDatabase) -> None:
    with pytest.raises(RowError):
        await aio.list_people(db, least=2)
    assert await aio.sum_people(db, least=1) == 5
    async with aio.list_people_cursor(db, least=3) as rows:
        assert [row async for row in rows] == []
