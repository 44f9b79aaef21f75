"""Projects: created, read, listed, searched, counted, updated, deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from product_helper.errors import (
    ProjectsNameMissing,
    ProjectsStatusInvalid,
    ProjectsUserIdUnknown,
    ProjectsValidationScoreInvalid,
)
from product_helper.models import (
    NewArtifact,
    NewProject,
    Project,
    ProjectImport,
    ProjectScore,
    ProjectUpdate,
)
from product_helper.types import Actor, CollectedData, Entity
from sqlwright.runtime import ParameterError

from .conftest import Api

COLLECTED = CollectedData(
    actors=[Actor(name="Skipper", type="person"), Actor(name="Tide gauge", type="external system")],
    use_cases=["A skipper plans the way home"],
    boundaries=["No steering"],
    entities=[Entity(name="Harbour", attributes=["name", "depth"])],
)


# ------------------------------------------------------------------------------------------------------------ create


async def test_a_new_project_is_a_draft_without_score(api: Api) -> None:
    user = await api.user()
    project = await api.projects.create_project(project=NewProject(name="Tide tables", user_id=user.id))
    assert isinstance(project, Project)
    assert (project.status, project.validation_score, project.description, project.collected_data) == (
        "draft",
        None,
        None,
        None,
    )
    assert await api.projects.get_project(id=project.id) == project


async def test_collected_data_comes_back_as_it_was_stored(api: Api) -> None:
    project = await api.project(status="active", description="For the harbour", collected_data=COLLECTED)
    assert project.collected_data == COLLECTED
    assert (await api.projects.get_project(id=project.id)).collected_data == COLLECTED


async def test_an_unknown_owner_is_a_typed_error(api: Api) -> None:
    with pytest.raises(ProjectsUserIdUnknown):
        await api.projects.create_project(project=NewProject(name="Nobody's", user_id=uuid4()))


async def test_a_project_starts_with_a_conversation_and_a_system_message(api: Api) -> None:
    user = await api.user()
    started = await api.projects.start_project(
        project=NewProject(name="Tide tables", user_id=user.id), title="First talk", instructions="Ask one question."
    )
    assert await api.projects.get_project(id=started.project.id) == started.project
    assert started.conversation.project_id == started.project.id
    assert started.message.conversation_id == started.conversation.id
    assert (started.conversation.title, started.message.role, started.message.content) == (
        "First talk",
        "system",
        "Ask one question.",
    )


async def test_a_start_that_fails_leaves_nothing_behind(api: Api) -> None:
    before = await api.projects.get_project_stats()
    with pytest.raises(ProjectsUserIdUnknown):
        async with api.savepoint():
            await api.projects.start_project(project=NewProject(name="Nobody's", user_id=uuid4()), instructions="…")
    assert await api.projects.get_project_stats() == before


async def test_a_batch_of_projects_comes_back_in_order_with_defaults_filled(api: Api) -> None:
    user = await api.user()
    added = await api.projects.add_projects(
        projects=[
            NewProject(name="One", user_id=user.id),
            NewProject(name="Two", user_id=user.id, status="active", description="Second", collected_data=COLLECTED),
        ]
    )
    assert [(each.name, each.status, each.description, each.collected_data) for each in added] == [
        ("One", "draft", None, None),
        ("Two", "active", "Second", COLLECTED),
    ]


async def test_a_batch_with_one_unknown_owner_adds_nothing(api: Api) -> None:
    user = await api.user()
    with pytest.raises(ProjectsUserIdUnknown):
        async with api.savepoint():
            await api.projects.add_projects(
                projects=[NewProject(name="One", user_id=user.id), NewProject(name="Two", user_id=uuid4())]
            )
    assert await api.projects.count_projects(user_id=user.id) == 0


async def test_imported_projects_keep_keys_times_scores_and_json(api: Api) -> None:
    user = await api.user()
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    row = ProjectImport(
        id=uuid4(),
        name="Old",
        status="completed",
        validation_score=Decimal("99.50"),
        collected_data=COLLECTED,
        user_id=user.id,
        created_at=at,
        updated_at=at,
    )
    assert await api.projects.import_projects(projects=[row]) == 1
    found = await api.projects.get_project(id=row.id)
    assert (found.validation_score, found.collected_data, found.created_at) == (Decimal("99.50"), COLLECTED, at)


# -------------------------------------------------------------------------------------------------------------- read


async def test_an_unknown_project_is_none(api: Api) -> None:
    unknown = UUID(int=0)
    assert await api.projects.get_project(id=unknown) is None
    assert await api.projects.get_project_with_relations(id=unknown) is None
    assert await api.projects.get_project_with_latest_conversation(id=unknown) is None


async def test_relations_come_as_models_latest_first(api: Api) -> None:
    user = await api.user("Ada")
    project = await api.project(user)
    first, second = await api.conversation(project, "First"), await api.conversation(project, "Second")
    artifacts = [
        await api.artifacts.create_artifact(artifact=NewArtifact(project_id=project.id, type="summary", content=text))
        for text in ("old", "new")
    ]
    related = await api.projects.get_project_with_relations(id=project.id)
    assert related.user == user
    assert related.conversations == [second, first]
    assert related.artifacts == artifacts[::-1]


async def test_relations_that_there_are_none_of_are_empty_lists(api: Api) -> None:
    project = await api.project()
    related = await api.projects.get_project_with_relations(id=project.id)
    assert (related.conversations, related.artifacts) == ([], [])


async def test_the_latest_conversation_is_the_one_that_began_last(api: Api) -> None:
    project = await api.project()
    await api.conversation(project, "First")
    second = await api.conversation(project, "Second")
    found = await api.projects.get_project_with_latest_conversation(id=project.id)
    assert found.latest_conversation == second


async def test_a_project_without_conversations_has_no_latest_one(api: Api) -> None:
    project = await api.project()
    found = await api.projects.get_project_with_latest_conversation(id=project.id)
    assert found.latest_conversation is None


async def test_a_list_has_each_projects_latest_conversation(api: Api) -> None:
    user = await api.user()
    silent, talked = await api.project(user, "Silent"), await api.project(user, "Talked about")
    await api.conversation(talked, "First")
    second = await api.conversation(talked, "Second")
    listed = await api.projects.list_projects_with_latest_conversation(user_id=user.id)
    assert [(each.id, each.latest_conversation) for each in listed] == [(talked.id, second), (silent.id, None)]


async def test_projects_are_listed_newest_change_first(api: Api) -> None:
    user = await api.user()
    one, two, three = [await api.project(user, name) for name in ("One", "Two", "Three")]
    await api.projects.update_project(id=one.id, changes=ProjectUpdate(description="changed"))
    listed = await api.projects.list_projects(user_id=user.id)
    assert [each.id for each in listed] == [one.id, three.id, two.id]


async def test_projects_are_listed_page_by_page(api: Api) -> None:
    user = await api.user()
    added = [await api.project(user, f"No. {number}") for number in range(25)]
    newest_first = [each.id for each in reversed(added)]
    first_page = await api.projects.list_projects(user_id=user.id)
    second_page = await api.projects.list_projects(user_id=user.id, offset=20)
    assert [each.id for each in first_page] == newest_first[:20]
    assert [each.id for each in second_page] == newest_first[20:]
    assert [each.id for each in await api.projects.list_projects(user_id=user.id, limit=2, offset=1)] == newest_first[
        1:3
    ]


async def test_somebody_elses_projects_are_not_listed(api: Api) -> None:
    await api.project()
    user = await api.user()
    assert await api.projects.list_projects(user_id=user.id) == []


async def test_only_active_projects_of_the_user_are_listed_as_active(api: Api) -> None:
    user = await api.user()
    active = await api.project(user, status="active")
    await api.project(user, status="draft")
    await api.project(user, status="completed")
    await api.project(status="active")
    assert await api.projects.list_active_projects(user_id=user.id) == [active]


async def test_summaries_hold_only_what_a_list_shows(api: Api) -> None:
    project = await api.project(description="Long", collected_data=COLLECTED)
    (summary,) = await api.projects.list_project_summaries(user_id=project.user_id)
    assert set(type(summary).model_fields) == {"id", "name", "status", "validation_score", "updated_at"}
    assert (summary.id, summary.name, summary.status) == (project.id, project.name, project.status)


async def test_projects_since_a_time_come_oldest_first(api: Api) -> None:
    user = await api.user()
    one, two, three = [await api.project(user, name) for name in ("One", "Two", "Three")]
    since = await api.projects.list_projects_created_since(since=two.created_at, limit=10)
    assert [each.id for each in since] == [two.id, three.id]
    assert one.created_at < two.created_at


async def test_projects_are_found_by_the_exact_name_of_an_actor(api: Api) -> None:
    user = await api.user()
    project = await api.project(user, collected_data=COLLECTED)
    await api.project(user, "Nothing collected")
    assert await api.projects.list_projects_with_actor(user_id=user.id, actor="Skipper") == [project]
    assert await api.projects.list_projects_with_actor(user_id=user.id, actor="Skip%") == []


async def test_the_rows_of_a_cursor_are_those_of_the_list(api: Api) -> None:
    user = await api.user()
    for number in range(5):
        await api.project(user, f"No. {number}")
    cursor = api.package.projects.list_projects_cursor(api.connection, user_id=user.id, limit=3)
    assert await api.rows_of(cursor) == await api.projects.list_projects(user_id=user.id, limit=3)


# ------------------------------------------------------------------------------------------------ search, statistics


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("100%", ["100% done"]),
        ("%", ["100% done", "50% off"]),
        ("_", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("DONE", ["100% done", "Done and dusted"]),
        ("e_c", ["snake_case"]),
        ("'; DROP TABLE projects; --", []),
        ("", ["100% done", "50% off", "Done and dusted", "back\\slash", "snake_case"]),
    ],
)
async def test_a_search_text_matches_literally_in_any_case(api: Api, text: str, found: list[str]) -> None:
    user = await api.user()
    for name in ("100% done", "50% off", "Done and dusted", "snake_case", "back\\slash"):
        await api.project(user, name)
    assert sorted(each.name for each in await api.projects.search_projects(text=text)) == found


async def test_a_minimum_score_leaves_out_lower_scores_and_none(api: Api) -> None:
    user = await api.user()
    low, high, _ = [await api.project(user, name) for name in ("Score 1", "Score 2", "Score none")]
    scores = {low.id: Decimal(50), high.id: Decimal(80)}
    await api.projects.set_validation_scores(
        scores=[ProjectScore(id=id, validation_score=score) for id, score in scores.items()]
    )
    found = await api.projects.search_projects(text="score", minimum_score=Decimal(80))
    assert [each.id for each in found] == [high.id]
    assert len(await api.projects.search_projects(text="score")) == 3


async def test_a_search_stops_at_its_limit(api: Api) -> None:
    user = await api.user()
    for number in range(4):
        await api.project(user, f"No. {number}")
    assert len(await api.projects.search_projects(text="no.", limit=3)) == 3


async def test_projects_are_counted(api: Api) -> None:
    user = await api.user()
    assert await api.projects.count_projects(user_id=user.id) == 0
    await api.project(user)
    assert await api.projects.count_projects(user_id=user.id) == 1


async def test_statistics_per_status_average_only_scores_that_there_are(api: Api) -> None:
    user = await api.user()
    projects = [await api.project(user, status=status) for status in ("active", "active", "active", "draft")]
    scores = [
        ProjectScore(id=projects[0].id, validation_score=Decimal(70)),
        ProjectScore(id=projects[1].id, validation_score=Decimal(91)),
    ]
    await api.projects.set_validation_scores(scores=scores)
    stats = await api.projects.get_user_project_stats(user_id=user.id)
    assert [(each.status, each.project_count, each.avg_score) for each in stats] == [
        ("active", 3, Decimal("80.5")),
        ("draft", 1, None),
    ]
    assert await api.projects.get_project_stats() == stats


async def test_statistics_of_nobody_are_empty(api: Api) -> None:
    assert await api.projects.get_user_project_stats(user_id=uuid4()) == []


# ------------------------------------------------------------------------------------------------------------ update


async def test_an_update_changes_what_is_given_and_nothing_else(api: Api) -> None:
    project = await api.project(description="Old", collected_data=COLLECTED)
    changed = await api.projects.update_project(id=project.id, changes=ProjectUpdate(name="New name", status="active"))
    assert (changed.name, changed.status) == ("New name", "active")
    assert (changed.description, changed.collected_data, changed.user_id) == ("Old", COLLECTED, project.user_id)


@pytest.mark.parametrize("field", ["description", "collected_data", "validation_score"])
async def test_none_is_not_absent(api: Api, field: str) -> None:
    values: dict[str, Any] = {"description": "Old", "collected_data": COLLECTED, "validation_score": Decimal("12.34")}
    project = await api.project()
    await api.projects.update_project(id=project.id, changes=ProjectUpdate(**values))
    changed = await api.projects.update_project(id=project.id, changes=ProjectUpdate(**{field: None}))
    assert {name: getattr(changed, name) for name in values} == {**values, field: None}


async def test_an_update_of_nothing_moves_updated_at_only(api: Api) -> None:
    project = await api.project()
    changed = await api.projects.update_project(id=project.id, changes=ProjectUpdate())
    assert changed.updated_at > project.updated_at
    assert changed.model_copy(update={"updated_at": project.updated_at}) == project


async def test_updated_at_moves_on_inside_one_transaction(api: Api) -> None:
    project = await api.project()
    times = [project.updated_at]
    for _ in range(5):
        changed = await api.projects.update_project(id=project.id, changes=ProjectUpdate(status="active"))
        times.append(changed.updated_at)
    assert times == sorted(set(times))


async def test_an_update_of_an_unknown_project_is_none(api: Api) -> None:
    assert await api.projects.update_project(id=uuid4(), changes=ProjectUpdate(name="None")) is None


async def test_a_score_out_of_range_is_a_typed_error(api: Api) -> None:
    project = await api.project()
    with pytest.raises(ProjectsValidationScoreInvalid):
        await api.projects.update_project(id=project.id, changes=ProjectUpdate(validation_score=Decimal("100.01")))


async def test_changes_that_passed_no_model_are_refused(api: Api) -> None:
    project = await api.project()
    for changes, refusals in (
        ({"status": "finished"}, (ProjectsStatusInvalid, ParameterError)),
        ({"name": None}, (ProjectsNameMissing, ParameterError)),
    ):
        with pytest.raises(refusals):
            async with api.savepoint():
                forged = ProjectUpdate.model_construct(_fields_set=set(changes), **changes)
                await api.projects.update_project(id=project.id, changes=forged)


async def test_scores_are_set_for_projects_that_exist(api: Api) -> None:
    project = await api.project()
    scores = [ProjectScore(id=id, validation_score=Decimal("77.77")) for id in (project.id, uuid4())]
    assert await api.projects.set_validation_scores(scores=scores) == 1
    assert (await api.projects.get_project(id=project.id)).validation_score == Decimal("77.77")


# ------------------------------------------------------------------------------------------------------------ delete


async def test_deleting_says_whether_there_was_a_project(api: Api) -> None:
    project = await api.project()
    assert await api.projects.delete_project(id=project.id) is True
    assert await api.projects.delete_project(id=project.id) is False


async def test_all_that_belongs_to_a_project_goes_with_it(api: Api) -> None:
    conversation = await api.conversation()
    await api.artifacts.create_artifact(
        artifact=NewArtifact(project_id=conversation.project_id, type="summary", content="…")
    )
    await api.projects.delete_project(id=conversation.project_id)
    assert await api.conversations.get_conversation(id=conversation.id) is None
    assert await api.artifacts.list_artifacts(project_id=conversation.project_id) == []
