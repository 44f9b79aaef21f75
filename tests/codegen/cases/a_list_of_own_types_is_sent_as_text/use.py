from __future__ import annotations

from a_list_of_own_types_is_sent_as_text.aio import queries as aio
from a_list_of_own_types_is_sent_as_text.models import NewLetter, OwnUuid
from a_list_of_own_types_is_sent_as_text.sync import queries as sync

from sqlwright.runtime import AsyncDatabase, Database

LETTERS = [NewLetter(sender="a@b", rank=OwnUuid.LOW, body="x"), NewLetter(sender="c@d", rank=OwnUuid.HIGH, body="")]


def use(db: Database) -> None:
    assert sync.add_letters(db, letters=LETTERS) == 2


async def use_async(db: AsyncDatabase) -> None:
    assert await aio.add_letters(db, letters=LETTERS) == 2
