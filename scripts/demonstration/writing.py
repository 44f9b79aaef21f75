"""All queries that create and change, and those that read what was created.

In: a stage, and an account to own it all. Out: what each call returned, on the stage.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from demonstration.stage import Stage
from product_helper import aio, sync
from product_helper.models import (
    Conversation,
    Message,
    NewArtifact,
    NewMessage,
    NewProject,
    Project,
    ProjectScore,
    ProjectUpdate,
    User,
)
from product_helper.types import Actor, CollectedData, Entity
from sqlwright.runtime import AsyncExecutor, Executor

__all__ = ["show_creating", "show_documents", "show_talking", "show_updating"]


def show_creating(stage: Stage, owner: User) -> Project:
    projects, aio_projects = sync.projects, aio.projects
    with stage.section("Creating"):
        project = stage.write(
            "One project, with its JSON as a validated model.",
            projects.create_project,
            aio_projects.create_project,
            project=NewProject(
                name="Demo: tide tables",
                user_id=owner.id,
                collected_data=CollectedData(
                    actors=[Actor(name="Skipper", type="person")],
                    use_cases=["A skipper plans the way home"],
                    entities=[Entity(name="Harbour", attributes=["name", "depth"])],
                ),
            ),
        )
        stage.row(project, "id", "name", "status", "collected_data")
        started = stage.write(
            "Project, conversation and system message in one statement: all three or none.",
            projects.start_project,
            aio_projects.start_project,
            project=NewProject(name="Demo: lighthouse register", user_id=owner.id),
            title="First talk",
            instructions="Help to describe the lighthouse register.",
        )
        stage.row(started, "project", "conversation", "message")
        three = stage.transaction(
            "The same as three calls in one transaction.",
            [projects.create_project, sync.conversations.create_conversation, sync.messages.add_message],
            lambda db: _three_calls(db, owner.id),
            lambda db: _three_calls_async(db, owner.id),
        )
        stage.result(tuple(type(each).__name__ for each in three))
        batch = stage.write(
            "A batch of models in, a list of models out.",
            projects.add_projects,
            aio_projects.add_projects,
            projects=[NewProject(name=f"Demo: buoy {number}", user_id=owner.id) for number in range(1, 101)],
        )
        stage.table(batch, "id", "name", "status", "created_at")
    return project


def _three_calls(db: Executor, user_id: UUID) -> tuple[Project, Conversation, Message]:
    project = sync.projects.create_project(db, project=NewProject(name="Demo: pilot rota", user_id=user_id))
    conversation = sync.conversations.create_conversation(db, project_id=project.id)
    message = sync.messages.add_message(
        db, message=NewMessage(conversation_id=conversation.id, role="system", content="Ask one question at a time.")
    )
    return project, conversation, message


async def _three_calls_async(db: AsyncExecutor, user_id: UUID) -> tuple[Project, Conversation, Message]:
    project = await aio.projects.create_project(db, project=NewProject(name="Demo: pilot rota", user_id=user_id))
    conversation = await aio.conversations.create_conversation(db, project_id=project.id)
    message = await aio.messages.add_message(
        db, message=NewMessage(conversation_id=conversation.id, role="system", content="Ask one question at a time.")
    )
    return project, conversation, message


def show_updating(stage: Stage, project: Project) -> None:
    projects, aio_projects = sync.projects, aio.projects
    with stage.section("Updating"):
        fuller = stage.write(
            "What is given changes, what is not given stays.",
            projects.update_project,
            aio_projects.update_project,
            id=project.id,
            changes=ProjectUpdate(status="active", description="When is there enough water?"),
        )
        stage.row(fuller, "name", "description", "status", "updated_at")
        emptied = stage.write(
            "None is not absent: the description becomes NULL.",
            projects.update_project,
            aio_projects.update_project,
            id=project.id,
            changes=ProjectUpdate(description=None),
        )
        stage.row(emptied, "name", "description", "status", "updated_at")
        moved = stage.transaction(
            "Twice in one transaction: updated_at moves on all the same.",
            [projects.update_project],
            lambda db: _two_updates(db, project.id),
            lambda db: _two_updates_async(db, project.id),
        )
        stage.result([each.strftime("%H:%M:%S.%f") for each in moved])
        listed = projects.list_projects(stage.db, user_id=project.user_id, limit=40)
        stage.result(
            stage.write(
                "Many updates in one round trip (pipelined); the number of rows comes back.",
                projects.set_validation_scores,
                aio_projects.set_validation_scores,
                scores=[
                    ProjectScore(id=each.id, validation_score=Decimal(60 + number))
                    for number, each in enumerate(listed)
                ],
            )
        )


def _two_updates(db: Executor, id: UUID) -> list[datetime]:
    changes = ProjectUpdate(status="active")
    changed = [sync.projects.update_project(db, id=id, changes=changes) for _ in range(2)]
    return [project.updated_at for project in changed if project is not None]


async def _two_updates_async(db: AsyncExecutor, id: UUID) -> list[datetime]:
    changes = ProjectUpdate(status="active")
    changed = [await aio.projects.update_project(db, id=id, changes=changes) for _ in range(2)]
    return [project.updated_at for project in changed if project is not None]


def show_talking(stage: Stage, project: Project) -> Conversation:
    conversations, aio_conversations = sync.conversations, aio.conversations
    messages, aio_messages = sync.messages, aio.messages
    with stage.section("Conversations and messages"):
        conversation = stage.write(
            "A conversation; its title is optional.",
            conversations.create_conversation,
            aio_conversations.create_conversation,
            project_id=project.id,
        )
        stage.row(conversation, "id", "title", "created_at")
        stage.result(
            stage.write(
                "A title for it; the number of rows comes back.",
                conversations.rename_conversation,
                aio_conversations.rename_conversation,
                id=conversation.id,
                title="Who sails at night",
            )
        )
        message = stage.write(
            "One message.",
            messages.add_message,
            aio_messages.add_message,
            message=NewMessage(conversation_id=conversation.id, role="user", content="Mostly fishermen."),
        )
        stage.row(message, "role", "content", "created_at")
        talk = [
            NewMessage(
                conversation_id=conversation.id,
                role="user" if number % 2 else "assistant",
                content=f"{'Answer' if number % 2 else 'Question'} {number // 2 + 1}",
            )
            for number in range(100)
        ]
        added = stage.write(
            "A hundred messages, one statement.", messages.add_messages, aio_messages.add_messages, messages=talk
        )
        stage.table(added, "role", "content", "created_at")
        last = stage.read(
            "The last one.",
            messages.get_last_message,
            aio_messages.get_last_message,
            conversation_id=conversation.id,
        )
        stage.row(last, "role", "content", "created_at")
        stage.table(
            stage.read(
                "Page by page: what was said after a time.",
                messages.list_messages,
                aio_messages.list_messages,
                conversation_id=conversation.id,
                after=added[10].created_at,
                limit=3,
            ),
            "role",
            "content",
            "created_at",
        )
        stage.table(
            stage.read(
                "Counted by role.",
                messages.count_messages_by_role,
                aio_messages.count_messages_by_role,
                conversation_id=conversation.id,
            ),
            "role",
            "message_count",
            "characters",
        )
        found = stage.read(
            "One conversation.", conversations.get_conversation, aio_conversations.get_conversation, id=conversation.id
        )
        stage.row(found, "id", "title")
        whole = stage.read(
            "With all its messages in order.",
            conversations.get_conversation_with_messages,
            aio_conversations.get_conversation_with_messages,
            id=conversation.id,
        )
        stage.row(whole, "title", "messages")
        stage.table(
            stage.read(
                "A project's conversations, latest first.",
                conversations.list_conversations,
                aio_conversations.list_conversations,
                project_id=project.id,
            ),
            "id",
            "title",
            "created_at",
        )
        stage.table(
            stage.read(
                "Summed up: how many messages, and when the last one.",
                conversations.list_conversation_summaries,
                aio_conversations.list_conversation_summaries,
                project_id=project.id,
            ),
            "title",
            "message_count",
            "last_message_at",
        )
    return conversation


def show_documents(stage: Stage, project: Project) -> None:
    artifacts, aio_artifacts = sync.artifacts, aio.artifacts
    with stage.section("Artifacts"):
        stage.table(
            [
                stage.write(
                    "A document.",
                    artifacts.create_artifact,
                    aio_artifacts.create_artifact,
                    artifact=NewArtifact(project_id=project.id, type="summary", content="# Tide tables"),
                )
            ],
            "type",
            "content",
            "created_at",
        )
        stage.table(
            stage.write(
                "Several, each a statement, in one round trip; the rows come back.",
                artifacts.add_artifacts,
                aio_artifacts.add_artifacts,
                artifacts=[
                    NewArtifact(project_id=project.id, type="requirements", content="- Works without a network"),
                    NewArtifact(project_id=project.id, type="requirements", content="- Works at night, too"),
                    NewArtifact(project_id=project.id, type="prototype", content="<table>…</table>"),
                ],
            ),
            "type",
            "content",
            "created_at",
        )
        stage.table(
            stage.read(
                "All versions, latest first.",
                artifacts.list_artifacts,
                aio_artifacts.list_artifacts,
                project_id=project.id,
            ),
            "type",
            "content",
            "created_at",
        )
        stage.table(
            stage.read(
                "The latest of each of these kinds: a list is one parameter.",
                artifacts.list_latest_artifacts,
                aio_artifacts.list_latest_artifacts,
                project_id=project.id,
                types=["summary", "requirements"],
            ),
            "type",
            "content",
            "created_at",
        )
        latest = stage.read(
            "The latest of one kind.",
            artifacts.get_latest_artifact,
            aio_artifacts.get_latest_artifact,
            project_id=project.id,
            type="prototype",
        )
        stage.row(latest, "type", "content", "created_at")
