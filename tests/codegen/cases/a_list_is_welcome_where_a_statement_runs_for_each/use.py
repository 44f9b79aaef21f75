from __future__ import annotations

from a_list_is_welcome_where_a_statement_runs_for_each.aio import queries as aio
from a_list_is_welcome_where_a_statement_runs_for_each.models import NewCity, TagCitiesArguments
from a_list_is_welcome_where_a_statement_runs_for_each.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.add_cities(db, cities=[NewCity(id=2), NewCity(id=3)]) == 2
    assert sync.tag_cities(db, rows=[TagCitiesArguments(id=1, tags=["a", None])]) == 1


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.add_cities(db, cities=[NewCity(id=2)]) == 1
    assert await aio.tag_cities(db, rows=[]) == 0
