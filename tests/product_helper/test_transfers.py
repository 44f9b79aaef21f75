"""Transfers of projects, and the log of what happened."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from product_helper.errors import (
    ActivityLogProjectIdUnknown,
    ProjectNotFound,
    ProjectNotOwned,
    RecipientNotFound,
)
from product_helper.models import ActivityImport, NewActivity

from .conftest import Api


async def test_a_transfer_changes_the_owner_and_is_logged(api: Api) -> None:
    giver, taker = await api.user("Giver"), await api.user("Taker")
    project = await api.project(giver)
    result = await api.transfers.transfer_project(project_id=project.id, from_user_id=giver.id, to_user_id=taker.id)
    assert result is None
    changed = await api.projects.get_project(id=project.id)
    assert changed.user_id == taker.id
    assert changed.updated_at > project.updated_at
    (entry,) = await api.activity_log.list_project_activity(project_id=project.id)
    assert (entry.type, entry.from_user_name, entry.to_user_name) == ("project_transferred", "Giver", "Taker")


@pytest.mark.parametrize(
    ("mistake", "error", "sqlstate"),
    [
        ("project", ProjectNotFound, "PH404"),
        ("owner", ProjectNotOwned, "PH403"),
        ("recipient", RecipientNotFound, "PH405"),
    ],
)
async def test_a_transfer_that_is_refused_leaves_nothing_behind(
    api: Api, mistake: str, error: type[psycopg.Error], sqlstate: str
) -> None:
    giver, taker = await api.user("Giver"), await api.user("Taker")
    project = await api.project(giver)
    with pytest.raises(error) as caught:
        async with api.savepoint():
            await api.transfers.transfer_project(
                project_id=uuid4() if mistake == "project" else project.id,
                from_user_id=taker.id if mistake == "owner" else giver.id,
                to_user_id=uuid4() if mistake == "recipient" else taker.id,
            )
    assert caught.value.sqlstate == sqlstate
    assert caught.value.diag.message_hint
    assert str(project.id) not in str(caught.value)
    assert await api.projects.get_project(id=project.id) == project
    assert await api.activity_log.list_project_activity(project_id=project.id) == []


async def test_a_project_that_was_given_away_cannot_be_given_away_again(api: Api) -> None:
    giver, taker, third = await api.user(), await api.user(), await api.user()
    project = await api.project(giver)
    await api.transfers.transfer_project(project_id=project.id, from_user_id=giver.id, to_user_id=taker.id)
    with pytest.raises(ProjectNotOwned):
        async with api.savepoint():
            await api.transfers.transfer_project(project_id=project.id, from_user_id=giver.id, to_user_id=third.id)
    assert (await api.projects.get_project(id=project.id)).user_id == taker.id


def test_of_two_transfers_at_once_one_wins(migrated: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from product_helper.models import NewProject, NewUser
    from product_helper.sync import activity_log, projects, transfers, users
    from sqlwright.runtime import Database

    with Database(migrated, max_size=8) as db:
        people = users.add_users(db, users=[NewUser(email=f"race{n}@example.com", name=str(n)) for n in range(6)])
        try:
            giver, *takers = people
            project = projects.create_project(db, project=NewProject(name="Wanted", user_id=giver.id))

            def take(taker_id: object) -> bool:
                try:
                    transfers.transfer_project(
                        db,
                        project_id=project.id,
                        from_user_id=giver.id,
                        to_user_id=taker_id,  # type: ignore[arg-type]
                    )
                except ProjectNotOwned:
                    return False
                return True

            with ThreadPoolExecutor(5) as threads:
                won = list(threads.map(take, [taker.id for taker in takers]))
            assert sum(won) == 1
            assert len(activity_log.list_project_activity(db, project_id=project.id)) == 1
        finally:
            for user in people:
                users.delete_user(db, id=user.id)


async def test_an_entry_can_be_logged_by_hand(api: Api) -> None:
    project = await api.project()
    entry = await api.activity_log.log_activity(entry=NewActivity(type="project_completed", project_id=project.id))
    assert (entry.type, entry.from_user_id, entry.to_user_id) == ("project_completed", None, None)


async def test_an_entry_about_an_unknown_project_is_a_typed_error(api: Api) -> None:
    with pytest.raises(ActivityLogProjectIdUnknown):
        await api.activity_log.log_activity(entry=NewActivity(type="project_created", project_id=uuid4()))


async def test_activity_comes_latest_first_up_to_the_limit(api: Api) -> None:
    project = await api.project()
    for type in ("project_created", "project_completed"):
        await api.activity_log.log_activity(entry=NewActivity(type=type, project_id=project.id))
    activity = await api.activity_log.list_project_activity(project_id=project.id)
    assert [each.type for each in activity] == ["project_completed", "project_created"]
    assert await api.activity_log.list_project_activity(project_id=project.id, limit=1) == activity[:1]


async def test_a_user_sees_what_they_gave_and_were_given(api: Api) -> None:
    giver, taker = await api.user(), await api.user()
    project = await api.project(giver)
    await api.transfers.transfer_project(project_id=project.id, from_user_id=giver.id, to_user_id=taker.id)
    await api.transfers.transfer_project(project_id=project.id, from_user_id=taker.id, to_user_id=giver.id)
    for user in (giver, taker):
        assert len(await api.activity_log.list_user_activity(user_id=user.id)) == 2


async def test_the_log_forgets_the_name_of_an_account_that_is_gone(api: Api) -> None:
    giver, taker = await api.user("Giver"), await api.user("Taker")
    project = await api.project(giver)
    await api.transfers.transfer_project(project_id=project.id, from_user_id=giver.id, to_user_id=taker.id)
    await api.users.delete_user(id=giver.id)
    (entry,) = await api.activity_log.list_project_activity(project_id=project.id)
    assert (entry.from_user_name, entry.to_user_name) == (None, "Taker")


async def test_imported_entries_keep_keys_and_times(api: Api) -> None:
    project = await api.project()
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    entry = ActivityImport(id=uuid4(), type="project_created", project_id=project.id, at=at)
    assert await api.activity_log.import_activity(entries=[entry]) == 1
    (found,) = await api.activity_log.list_project_activity(project_id=project.id)
    assert (found.id, found.at) == (entry.id, at)


async def test_statistics_can_be_brought_up_to_date(api: Api) -> None:
    assert await api.maintenance.analyze_tables() is None
