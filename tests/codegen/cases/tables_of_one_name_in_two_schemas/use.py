from __future__ import annotations

import pytest
from tables_of_one_name_in_two_schemas.aio import queries as aio
from tables_of_one_name_in_two_schemas.errors import AuditUsersNameTaken, UsersNameTaken
from tables_of_one_name_in_two_schemas.models import AuditKind, AuditUser, Kind
from tables_of_one_name_in_two_schemas.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    assert sync.list_users(db)[0].kind is Kind.LARGE
    assert sync.list_audit_users(db, kind=AuditKind.WRITE)[0].name == "b"
    assert len(sync.list_odd_users(db)) == len(sync.list_user(db)) == len(sync.list_decimals(db)) == 1
    with pytest.raises(UsersNameTaken):
        sync.add_user(db, id=2, name="a")
    with pytest.raises(AuditUsersNameTaken):
        sync.add_audit_user(db, id=2, name="b")
    assert sync.add_odd_user(db, id=2) == 1
    assert sync.get_audit_user(db, id=1) == AuditUser(id=1, name="b", kind=AuditKind.WRITE)
    with sync.list_users_cursor(db) as users, sync.list_audit_users_cursor(db, kind=AuditKind.READ) as others:
        assert (len(list(users)), len(list(others))) == (1, 0)
    with sync.list_odd_users_cursor(db) as odd, sync.list_user_cursor(db) as one:
        assert (len(list(odd)), len(list(one))) == (2, 1)
    with sync.list_decimals_cursor(db) as values:
        assert [str(each.value) for each in values] == ["1.0"]


async def use_async(db: AsyncDatabase) -> None:
    assert (await aio.list_users(db))[0].kind is Kind.LARGE
    assert len(await aio.list_audit_users(db, kind=AuditKind.READ)) == 0
    assert len(await aio.list_odd_users(db)) == len(await aio.list_user(db)) == len(await aio.list_decimals(db))
    assert await aio.add_user(db, id=2, name="b") == 1
    assert await aio.add_audit_user(db, id=2, name="a") == 1
    assert await aio.add_odd_user(db, id=2) == 1
    assert await aio.get_audit_user(db, id=3) is None
    async with aio.list_users_cursor(db) as users, aio.list_audit_users_cursor(db, kind=AuditKind.READ) as others:
        assert (len([each async for each in users]), len([each async for each in others])) == (2, 0)
    async with aio.list_odd_users_cursor(db) as odd, aio.list_user_cursor(db) as one:
        assert (len([each async for each in odd]), len([each async for each in one])) == (2, 1)
    async with aio.list_decimals_cursor(db) as values:
        assert [str(each.value) async for each in values] == ["1.0"]
