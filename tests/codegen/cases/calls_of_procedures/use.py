from __future__ import annotations

import psycopg
import pytest
from calls_of_procedures.aio import queries as aio
from calls_of_procedures.errors import CityNotFound
from calls_of_procedures.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    sync.rename_city(db, id=1, name="Ur")
    with pytest.raises(CityNotFound) as caught:
        sync.rename_city(db, id=2, name="Ur")
    assert isinstance(caught.value, psycopg.Error)
    assert caught.value.sqlstate == "PH404"
    counted = sync.count_cities(db, prefix="U")
    assert (counted.number, counted.first) == (1, "Ur")


async def use_async(db: AsyncDatabase) -> None:
    await aio.rename_city(db, id=1, name="Ur")
    assert (await aio.count_cities(db, prefix="X")).first is None
