from __future__ import annotations

import pytest
from single_is_checked_at_run_time.aio import queries as aio
from single_is_checked_at_run_time.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database, TooManyRows


def use(db: Database) -> None:
    setting = sync.get_setting(db, name="a")
    assert setting is not None
    assert setting.value == "1"
    assert sync.get_value(db, name="x") is None
    with pytest.raises(TooManyRows):
        sync.get_setting(db, name="b")
    with pytest.raises(TooManyRows):
        sync.get_value(db, name="b")


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.get_value(db, name="a") == "1"
    with pytest.raises(TooManyRows):
        await aio.get_setting(db, name="b")
