"""Accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from product_helper.errors import UsersEmailInvalid, UsersEmailTaken
from product_helper.models import NewUser, User, UserImport, UserUpdate

from .conftest import Api


async def test_a_user_who_was_created_can_be_read_by_id(api: Api) -> None:
    user = await api.users.create_user(user=NewUser(email="ada@example.com", name="Ada"))
    assert isinstance(user, User)
    assert await api.users.get_user(id=user.id) == user


async def test_an_address_is_kept_in_lower_case_and_found_in_any_case(api: Api) -> None:
    user = await api.users.create_user(user=NewUser(email="Ada@Example.COM", name="Ada"))
    assert user.email == "ada@example.com"
    assert await api.users.get_user_by_email(email="ADA@example.com") == user
    assert await api.users.get_user_id(email="aDa@example.com") == user.id


async def test_an_unknown_user_is_none(api: Api) -> None:
    assert await api.users.get_user(id=UUID(int=0)) is None
    assert await api.users.get_user_by_email(email="nobody@example.com") is None
    assert await api.users.get_user_id(email="nobody@example.com") is None


async def test_an_address_that_is_taken_is_a_typed_error(api: Api) -> None:
    await api.users.create_user(user=NewUser(email="ada@example.com", name="Ada"))
    with pytest.raises(UsersEmailTaken) as caught:
        await api.users.create_user(user=NewUser(email="ADA@example.com", name="Another"))
    assert isinstance(caught.value, psycopg.errors.UniqueViolation)
    assert "ada@example.com" not in str(caught.value)


async def test_saving_a_user_twice_renames_the_first(api: Api) -> None:
    first = await api.users.save_user(user=NewUser(email="ada@example.com", name="Ada"))
    again = await api.users.save_user(user=NewUser(email="Ada@example.com", name="Ada L."))
    assert (again.id, again.name) == (first.id, "Ada L.")
    assert again.updated_at > first.updated_at


async def test_a_batch_of_users_comes_back_in_order(api: Api) -> None:
    added = await api.users.add_users(
        users=[NewUser(email=f"{number}@Example.com", name=f"No. {number}") for number in range(50)]
    )
    assert [user.email for user in added] == [f"{number}@example.com" for number in range(50)]


async def test_an_empty_batch_adds_nobody(api: Api) -> None:
    assert await api.users.add_users(users=[]) == []


async def test_a_batch_with_one_address_that_is_taken_adds_nobody(api: Api) -> None:
    await api.users.create_user(user=NewUser(email="2@example.com", name="Two"))
    before = await api.users.count_users()
    with pytest.raises(UsersEmailTaken):
        async with api.savepoint():
            await api.users.add_users(users=[NewUser(email=f"{n}@example.com", name="") for n in range(5)])
    assert await api.users.count_users() == before


async def test_imported_users_keep_their_keys_and_times(api: Api) -> None:
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    rows = [UserImport(id=uuid4(), email=f"{n}@example.com", name="N", created_at=at, updated_at=at) for n in range(3)]
    assert await api.users.import_users(users=iter(rows)) == 3
    found = await api.users.get_user(id=rows[1].id)
    assert (found.email, found.created_at, found.updated_at) == ("1@example.com", at, at)


async def test_an_import_in_upper_case_is_refused(api: Api) -> None:
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    row = UserImport(id=uuid4(), email="ADA@example.com", name="Ada", created_at=at, updated_at=at)
    with pytest.raises(UsersEmailInvalid):
        await api.users.import_users(users=[row])


async def test_users_are_counted(api: Api) -> None:
    before = await api.users.count_users()
    await api.user()
    assert await api.users.count_users() == before + 1


async def test_summaries_count_projects_and_say_when_one_last_changed(api: Api) -> None:
    busy, idle = await api.user("A busy one"), await api.user("An idle one")
    await api.project(busy)
    latest = await api.project(busy)
    summaries = {each.id: each for each in await api.users.list_user_summaries(limit=1000)}
    assert (summaries[busy.id].project_count, summaries[busy.id].last_change_at) == (2, latest.updated_at)
    assert (summaries[idle.id].project_count, summaries[idle.id].last_change_at) == (0, None)


async def test_summaries_come_by_name_in_pages(api: Api) -> None:
    for name in ("Cleo", "Ada", "Ben"):
        await api.user(name)
    assert [each.name for each in await api.users.list_user_summaries(limit=2)] == ["Ada", "Ben"]
    assert [each.name for each in await api.users.list_user_summaries(limit=2, offset=2)] == ["Cleo"]


async def test_an_update_leaves_what_is_not_given(api: Api) -> None:
    user = await api.user("Ada")
    changed = await api.users.update_user(id=user.id, changes=UserUpdate(name="Ada L."))
    assert (changed.name, changed.email) == ("Ada L.", user.email)
    assert changed.updated_at > user.updated_at


async def test_an_update_of_nobody_is_none(api: Api) -> None:
    assert await api.users.update_user(id=uuid4(), changes=UserUpdate(name="Nobody")) is None


async def test_deleting_a_user_says_whether_there_was_one(api: Api) -> None:
    user = await api.user()
    assert await api.users.delete_user(id=user.id) is True
    assert await api.users.delete_user(id=user.id) is False


async def test_a_users_projects_go_with_the_user(api: Api) -> None:
    project = await api.project()
    await api.users.delete_user(id=project.user_id)
    assert await api.projects.get_project(id=project.id) is None
