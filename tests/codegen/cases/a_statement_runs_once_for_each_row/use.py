from __future__ import annotations

from a_statement_runs_once_for_each_row.aio import queries as aio
from a_statement_runs_once_for_each_row.models import DeleteCitiesArguments, NewCity, RenameCitiesArguments
from a_statement_runs_once_for_each_row.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

CITIES = [NewCity(id=1, name="Uruk"), NewCity(id=2, name="Ur", motto="!")]


def use(db: Database) -> None:
    assert sync.add_cities(db, cities=CITIES) == 2
    assert sync.rename_cities(db, rows=[RenameCitiesArguments(id=number, name="?") for number in (1, 2, 3)]) == 2
    deleted = sync.delete_cities(db, rows=[DeleteCitiesArguments(id=2), DeleteCitiesArguments(id=1)])
    assert [(city.id, city.name) for city in deleted] == [(2, "?"), (1, "?")]


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.add_cities(db, cities=CITIES) == 2
    assert await aio.rename_cities(db, rows=[RenameCitiesArguments(id=1, name="?")]) == 1
    assert len(await aio.delete_cities(db, rows=[DeleteCitiesArguments(id=2)])) == 1
