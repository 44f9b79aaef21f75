from __future__ import annotations

from very_long_names_of_dataclasses.aio import queries as aio
from very_long_names_of_dataclasses.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    name = "list_everything_in_the_table_whose_name_is_nearly_as_long_as_postgresql_allows"
    assert len(getattr(sync, name)(db, a_parameter="four")) == 1
    assert sync.update_the_other_column_of_the_table_whose_name_is_nearly_as_long(db, first=2, second="four") == 0
    with getattr(sync, f"{name}_cursor")(db, a_parameter="four") as rows:
        assert len(list(rows)) == 1


async def use_async(db: AsyncDatabase) -> None:
    name = "list_everything_in_the_table_whose_name_is_nearly_as_long_as_postgresql_allows"
    assert len(await getattr(aio, name)(db, a_parameter="four")) == 1
    await aio.update_the_other_column_of_the_table_whose_name_is_nearly_as_long(db, first=2, second="four")
    async with getattr(aio, f"{name}_cursor")(db, a_parameter="four") as rows:
        assert len([row async for row in rows]) == 1
