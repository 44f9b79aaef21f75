from __future__ import annotations

from decimal import Decimal

from a_domain_is_its_base_type.aio import queries as aio
from a_domain_is_its_base_type.models import NewAccount
from a_domain_is_its_base_type.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database


def use(db: Database) -> None:
    (account,) = sync.list_accounts(db, email="a@b")
    assert (account.email, account.size, account.scores) == ("a@b", 5, [Decimal("1.5")])
    assert account.former == ["c@d"]
    assert sync.add_account(db, account=NewAccount(id=2, email="x@y", size=1, scores=None)) == "x@y"
    with sync.list_accounts_cursor(db, email="x@y") as accounts:
        assert [each.scores for each in accounts] == [None]


async def use_async(db: AsyncDatabase) -> None:
    assert len(await aio.list_accounts(db, email="b@b")) == 0
    assert await aio.add_account(db, account=NewAccount(id=2, email="x@y", size=1, scores=[Decimal(2)])) == "x@y"
    async with aio.list_accounts_cursor(db, email="x@y") as accounts:
        assert [each.scores async for each in accounts] == [[Decimal("2.0")]]
