"""Artifacts: versions of documents."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from product_helper.errors import ArtifactsProjectIdUnknown
from product_helper.models import Artifact, ArtifactImport, NewArtifact, Project

from .conftest import Api


async def _versions(api: Api, project: Project) -> dict[str, Artifact]:
    added = await api.artifacts.add_artifacts(
        artifacts=[
            NewArtifact(project_id=project.id, type=type, content=content)
            for type, content in (("summary", "s1"), ("requirements", "r1"), ("summary", "s2"))
        ]
    )
    return {each.content: each for each in added}


async def test_a_new_version_is_a_new_row(api: Api) -> None:
    project = await api.project()
    for content in ("one", "two"):
        await api.artifacts.create_artifact(
            artifact=NewArtifact(project_id=project.id, type="summary", content=content)
        )
    assert [each.content for each in await api.artifacts.list_artifacts(project_id=project.id)] == ["two", "one"]


async def test_pipelined_inserts_return_their_rows_in_order(api: Api) -> None:
    versions = await _versions(api, await api.project())
    assert list(versions) == ["s1", "r1", "s2"]
    assert all(isinstance(each, Artifact) for each in versions.values())


async def test_pipelined_inserts_are_all_or_nothing(api: Api) -> None:
    project = await api.project()
    with pytest.raises(ArtifactsProjectIdUnknown):
        async with api.savepoint():
            await api.artifacts.add_artifacts(
                artifacts=[
                    NewArtifact(project_id=project.id, type="summary", content="kept?"),
                    NewArtifact(project_id=uuid4(), type="summary", content="refused"),
                ]
            )
    assert await api.artifacts.list_artifacts(project_id=project.id) == []


async def test_the_latest_of_each_kind(api: Api) -> None:
    project = await api.project()
    versions = await _versions(api, project)
    assert await api.artifacts.list_latest_artifacts(project_id=project.id) == [versions["r1"], versions["s2"]]


@pytest.mark.parametrize(
    ("types", "contents"),
    [(["summary"], ["s2"]), (["summary", "requirements"], ["r1", "s2"]), (["prototype"], []), ([], [])],
)
async def test_the_latest_of_some_kinds(api: Api, types: list[str], contents: list[str]) -> None:
    project = await api.project()
    await _versions(api, project)
    found = await api.artifacts.list_latest_artifacts(project_id=project.id, types=types)
    assert [each.content for each in found] == contents


async def test_the_latest_of_one_kind_or_none(api: Api) -> None:
    project = await api.project()
    versions = await _versions(api, project)
    assert await api.artifacts.get_latest_artifact(project_id=project.id, type="summary") == versions["s2"]
    assert await api.artifacts.get_latest_artifact(project_id=project.id, type="prototype") is None


async def test_deleting_a_projects_artifacts_counts_them(api: Api) -> None:
    project = await api.project()
    await _versions(api, project)
    assert await api.artifacts.delete_artifacts(project_id=project.id) == 3
    assert await api.artifacts.delete_artifacts(project_id=project.id) == 0


async def test_imported_artifacts_keep_keys_and_times(api: Api) -> None:
    project = await api.project()
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    row = ArtifactImport(id=uuid4(), project_id=project.id, type="prototype", content="<p>", created_at=at)
    assert await api.artifacts.import_artifacts(artifacts=[row]) == 1
    (found,) = await api.artifacts.list_artifacts(project_id=project.id)
    assert (found.id, found.created_at) == (row.id, at)
