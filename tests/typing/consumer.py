"""Every function of product_helper, blocking and async, with what it takes and what it returns.

mypy --strict and pyright accept this file as it stands; nothing here is run. A function that is missing here fails a
test, so that no signature changes unseen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_type
from uuid import UUID

import psycopg
import psycopg_pool

from product_helper import aio, sync
from product_helper.models import (
    ActivityImport,
    ActivityLog,
    Artifact,
    ArtifactImport,
    Conversation,
    ConversationImport,
    ConversationSummary,
    ConversationWithMessages,
    CountMessagesByRoleRow,
    ExportedMessage,
    Message,
    MessageImport,
    NewActivity,
    NewArtifact,
    NewMessage,
    NewProject,
    NewUser,
    Project,
    ProjectActivity,
    ProjectImport,
    ProjectScore,
    ProjectStats,
    ProjectStatus,
    ProjectSummary,
    ProjectUpdate,
    ProjectWithLatestConversation,
    ProjectWithRelations,
    StartedProject,
    User,
    UserImport,
    UserSummary,
    UserUpdate,
)
from product_helper.types import CollectedData
from sqlwright.runtime import AsyncDatabase, AsyncTransaction, Database, Pending, Transaction

ID = UUID(int=1)
NOW = datetime.now(UTC)
ACTIVITY_IMPORT = ActivityImport(id=ID, type="project_completed", project_id=ID, at=NOW, from_user_id=None)
ARTIFACT_IMPORT = ArtifactImport(id=ID, project_id=ID, type="prototype", content="", created_at=NOW)
CONVERSATION_IMPORT = ConversationImport(id=ID, project_id=ID, created_at=NOW)
MESSAGE_IMPORT = MessageImport(id=ID, conversation_id=ID, role="system", content="", created_at=NOW)
NEW_ACTIVITY = NewActivity(type="project_created", project_id=ID)
NEW_ARTIFACT = NewArtifact(project_id=ID, type="summary", content="")
NEW_MESSAGE = NewMessage(conversation_id=ID, role="user", content="")
NEW_PROJECT = NewProject(name="", user_id=ID, status="draft", collected_data=CollectedData())
NEW_USER = NewUser(email="", name="")
PROJECT_IMPORT = ProjectImport(id=ID, name="", status="active", user_id=ID, created_at=NOW, updated_at=NOW)
PROJECT_SCORE = ProjectScore(id=ID, validation_score=Decimal(1))
PROJECT_UPDATE = ProjectUpdate(name="", description=None, validation_score=Decimal(1))
USER_IMPORT = UserImport(id=ID, email="", name="", created_at=NOW, updated_at=NOW)
USER_UPDATE = UserUpdate(name="")


def use(db: Database) -> None:
    assert_type(sync.activity_log.log_activity(db, entry=NEW_ACTIVITY), ActivityLog)
    assert_type(sync.activity_log.import_activity(db, entries=[ACTIVITY_IMPORT]), int)
    assert_type(sync.activity_log.list_project_activity(db, project_id=ID, limit=10), list[ProjectActivity])
    assert_type(
        sync.activity_log.list_project_activity_cursor(db, project_id=ID, limit=10),
        AbstractContextManager[Iterator[ProjectActivity]],
    )
    assert_type(sync.activity_log.list_user_activity(db, user_id=ID, limit=10), list[ActivityLog])
    assert_type(
        sync.activity_log.list_user_activity_cursor(db, user_id=ID, limit=10),
        AbstractContextManager[Iterator[ActivityLog]],
    )
    assert_type(sync.artifacts.create_artifact(db, artifact=NEW_ARTIFACT), Artifact)
    assert_type(sync.artifacts.add_artifacts(db, artifacts=[NEW_ARTIFACT]), list[Artifact])
    assert_type(sync.artifacts.import_artifacts(db, artifacts=[ARTIFACT_IMPORT]), int)
    assert_type(sync.artifacts.list_artifacts(db, project_id=ID), list[Artifact])
    assert_type(sync.artifacts.list_artifacts_cursor(db, project_id=ID), AbstractContextManager[Iterator[Artifact]])
    assert_type(sync.artifacts.list_latest_artifacts(db, project_id=ID, types=["summary", "prototype"]), list[Artifact])
    assert_type(
        sync.artifacts.list_latest_artifacts_cursor(db, project_id=ID, types=["summary", "prototype"]),
        AbstractContextManager[Iterator[Artifact]],
    )
    assert_type(sync.artifacts.get_latest_artifact(db, project_id=ID, type="summary"), Artifact | None)
    assert_type(sync.artifacts.delete_artifacts(db, project_id=ID), int)
    assert_type(sync.conversations.create_conversation(db, project_id=ID, title=None), Conversation)
    assert_type(sync.conversations.import_conversations(db, conversations=[CONVERSATION_IMPORT]), int)
    assert_type(sync.conversations.get_conversation(db, id=ID), Conversation | None)
    assert_type(sync.conversations.get_conversation_with_messages(db, id=ID), ConversationWithMessages | None)
    assert_type(sync.conversations.list_conversations(db, project_id=ID, limit=10, offset=10), list[Conversation])
    assert_type(
        sync.conversations.list_conversations_cursor(db, project_id=ID, limit=10, offset=10),
        AbstractContextManager[Iterator[Conversation]],
    )
    assert_type(sync.conversations.list_conversation_summaries(db, project_id=ID), list[ConversationSummary])
    assert_type(
        sync.conversations.list_conversation_summaries_cursor(db, project_id=ID),
        AbstractContextManager[Iterator[ConversationSummary]],
    )
    assert_type(sync.conversations.rename_conversation(db, id=ID, title=None), int)
    assert_type(sync.conversations.delete_conversation(db, id=ID), int)
    sync.maintenance.analyze_tables(db)
    assert_type(sync.messages.add_message(db, message=NEW_MESSAGE), Message)
    assert_type(sync.messages.add_messages(db, messages=[NEW_MESSAGE]), list[Message])
    assert_type(sync.messages.copy_messages(db, messages=[NEW_MESSAGE]), int)
    assert_type(sync.messages.import_messages(db, messages=[MESSAGE_IMPORT]), int)
    assert_type(sync.messages.get_last_message(db, conversation_id=ID), Message | None)
    assert_type(sync.messages.list_messages(db, conversation_id=ID, after=NOW, limit=10), list[Message])
    assert_type(
        sync.messages.list_messages_cursor(db, conversation_id=ID, after=NOW, limit=10),
        AbstractContextManager[Iterator[Message]],
    )
    assert_type(sync.messages.export_messages(db, project_id=ID), list[ExportedMessage])
    assert_type(
        sync.messages.export_messages_cursor(db, project_id=ID), AbstractContextManager[Iterator[ExportedMessage]]
    )
    assert_type(sync.messages.count_messages_by_role(db, conversation_id=ID), list[CountMessagesByRoleRow])
    assert_type(
        sync.messages.count_messages_by_role_cursor(db, conversation_id=ID),
        AbstractContextManager[Iterator[CountMessagesByRoleRow]],
    )
    assert_type(sync.projects.create_project(db, project=NEW_PROJECT), Project)
    assert_type(sync.projects.start_project(db, project=NEW_PROJECT, title=None, instructions="text"), StartedProject)
    assert_type(sync.projects.add_projects(db, projects=[NEW_PROJECT]), list[Project])
    assert_type(sync.projects.import_projects(db, projects=[PROJECT_IMPORT]), int)
    assert_type(sync.projects.get_project(db, id=ID), Project | None)
    assert_type(sync.projects.get_project_with_relations(db, id=ID), ProjectWithRelations | None)
    assert_type(sync.projects.get_project_with_latest_conversation(db, id=ID), ProjectWithLatestConversation | None)
    assert_type(sync.projects.list_projects(db, user_id=ID, limit=10, offset=10), list[Project])
    assert_type(
        sync.projects.list_projects_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractContextManager[Iterator[Project]],
    )
    assert_type(sync.projects.list_active_projects(db, user_id=ID), list[Project])
    assert_type(sync.projects.list_active_projects_cursor(db, user_id=ID), AbstractContextManager[Iterator[Project]])
    assert_type(
        sync.projects.list_projects_with_latest_conversation(db, user_id=ID, limit=10, offset=10),
        list[ProjectWithLatestConversation],
    )
    assert_type(
        sync.projects.list_projects_with_latest_conversation_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractContextManager[Iterator[ProjectWithLatestConversation]],
    )
    assert_type(sync.projects.list_project_summaries(db, user_id=ID, limit=10, offset=10), list[ProjectSummary])
    assert_type(
        sync.projects.list_project_summaries_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractContextManager[Iterator[ProjectSummary]],
    )
    assert_type(sync.projects.list_projects_created_since(db, since=NOW, limit=10), list[Project])
    assert_type(
        sync.projects.list_projects_created_since_cursor(db, since=NOW, limit=10),
        AbstractContextManager[Iterator[Project]],
    )
    assert_type(sync.projects.list_projects_with_actor(db, user_id=ID, actor="text"), list[Project])
    assert_type(
        sync.projects.list_projects_with_actor_cursor(db, user_id=ID, actor="text"),
        AbstractContextManager[Iterator[Project]],
    )
    assert_type(sync.projects.search_projects(db, text="text", minimum_score=Decimal("0.5"), limit=10), list[Project])
    assert_type(
        sync.projects.search_projects_cursor(db, text="text", minimum_score=Decimal("0.5"), limit=10),
        AbstractContextManager[Iterator[Project]],
    )
    assert_type(sync.projects.count_projects(db, user_id=ID), int)
    assert_type(sync.projects.get_project_stats(db), list[ProjectStats])
    assert_type(sync.projects.get_project_stats_cursor(db), AbstractContextManager[Iterator[ProjectStats]])
    assert_type(sync.projects.get_user_project_stats(db, user_id=ID), list[ProjectStats])
    assert_type(
        sync.projects.get_user_project_stats_cursor(db, user_id=ID), AbstractContextManager[Iterator[ProjectStats]]
    )
    assert_type(sync.projects.update_project(db, id=ID, changes=PROJECT_UPDATE), Project | None)
    assert_type(sync.projects.set_validation_scores(db, scores=[PROJECT_SCORE]), int)
    assert_type(sync.projects.delete_project(db, id=ID), bool)
    sync.transfers.transfer_project(db, project_id=ID, from_user_id=ID, to_user_id=ID)
    assert_type(sync.users.create_user(db, user=NEW_USER), User)
    assert_type(sync.users.save_user(db, user=NEW_USER), User)
    assert_type(sync.users.add_users(db, users=[NEW_USER]), list[User])
    assert_type(sync.users.import_users(db, users=[USER_IMPORT]), int)
    assert_type(sync.users.get_user(db, id=ID), User | None)
    assert_type(sync.users.get_user_by_email(db, email="text"), User | None)
    assert_type(sync.users.get_user_id(db, email="text"), UUID | None)
    assert_type(sync.users.count_users(db), int)
    assert_type(sync.users.list_user_summaries(db, limit=10, offset=10), list[UserSummary])
    assert_type(
        sync.users.list_user_summaries_cursor(db, limit=10, offset=10), AbstractContextManager[Iterator[UserSummary]]
    )
    assert_type(sync.users.update_user(db, id=ID, changes=USER_UPDATE), User | None)
    assert_type(sync.users.delete_user(db, id=ID), bool)


async def use_async(db: AsyncDatabase) -> None:
    assert_type(await aio.activity_log.log_activity(db, entry=NEW_ACTIVITY), ActivityLog)
    assert_type(await aio.activity_log.import_activity(db, entries=[ACTIVITY_IMPORT]), int)
    assert_type(await aio.activity_log.list_project_activity(db, project_id=ID, limit=10), list[ProjectActivity])
    assert_type(
        aio.activity_log.list_project_activity_cursor(db, project_id=ID, limit=10),
        AbstractAsyncContextManager[AsyncIterator[ProjectActivity]],
    )
    assert_type(await aio.activity_log.list_user_activity(db, user_id=ID, limit=10), list[ActivityLog])
    assert_type(
        aio.activity_log.list_user_activity_cursor(db, user_id=ID, limit=10),
        AbstractAsyncContextManager[AsyncIterator[ActivityLog]],
    )
    assert_type(await aio.artifacts.create_artifact(db, artifact=NEW_ARTIFACT), Artifact)
    assert_type(await aio.artifacts.add_artifacts(db, artifacts=[NEW_ARTIFACT]), list[Artifact])
    assert_type(await aio.artifacts.import_artifacts(db, artifacts=[ARTIFACT_IMPORT]), int)
    assert_type(await aio.artifacts.list_artifacts(db, project_id=ID), list[Artifact])
    assert_type(
        aio.artifacts.list_artifacts_cursor(db, project_id=ID), AbstractAsyncContextManager[AsyncIterator[Artifact]]
    )
    assert_type(
        await aio.artifacts.list_latest_artifacts(db, project_id=ID, types=["summary", "prototype"]), list[Artifact]
    )
    assert_type(
        aio.artifacts.list_latest_artifacts_cursor(db, project_id=ID, types=["summary", "prototype"]),
        AbstractAsyncContextManager[AsyncIterator[Artifact]],
    )
    assert_type(await aio.artifacts.get_latest_artifact(db, project_id=ID, type="summary"), Artifact | None)
    assert_type(await aio.artifacts.delete_artifacts(db, project_id=ID), int)
    assert_type(await aio.conversations.create_conversation(db, project_id=ID, title=None), Conversation)
    assert_type(await aio.conversations.import_conversations(db, conversations=[CONVERSATION_IMPORT]), int)
    assert_type(await aio.conversations.get_conversation(db, id=ID), Conversation | None)
    assert_type(await aio.conversations.get_conversation_with_messages(db, id=ID), ConversationWithMessages | None)
    assert_type(await aio.conversations.list_conversations(db, project_id=ID, limit=10, offset=10), list[Conversation])
    assert_type(
        aio.conversations.list_conversations_cursor(db, project_id=ID, limit=10, offset=10),
        AbstractAsyncContextManager[AsyncIterator[Conversation]],
    )
    assert_type(await aio.conversations.list_conversation_summaries(db, project_id=ID), list[ConversationSummary])
    assert_type(
        aio.conversations.list_conversation_summaries_cursor(db, project_id=ID),
        AbstractAsyncContextManager[AsyncIterator[ConversationSummary]],
    )
    assert_type(await aio.conversations.rename_conversation(db, id=ID, title=None), int)
    assert_type(await aio.conversations.delete_conversation(db, id=ID), int)
    await aio.maintenance.analyze_tables(db)
    assert_type(await aio.messages.add_message(db, message=NEW_MESSAGE), Message)
    assert_type(await aio.messages.add_messages(db, messages=[NEW_MESSAGE]), list[Message])
    assert_type(await aio.messages.copy_messages(db, messages=[NEW_MESSAGE]), int)
    assert_type(await aio.messages.import_messages(db, messages=[MESSAGE_IMPORT]), int)
    assert_type(await aio.messages.get_last_message(db, conversation_id=ID), Message | None)
    assert_type(await aio.messages.list_messages(db, conversation_id=ID, after=NOW, limit=10), list[Message])
    assert_type(
        aio.messages.list_messages_cursor(db, conversation_id=ID, after=NOW, limit=10),
        AbstractAsyncContextManager[AsyncIterator[Message]],
    )
    assert_type(await aio.messages.export_messages(db, project_id=ID), list[ExportedMessage])
    assert_type(
        aio.messages.export_messages_cursor(db, project_id=ID),
        AbstractAsyncContextManager[AsyncIterator[ExportedMessage]],
    )
    assert_type(await aio.messages.count_messages_by_role(db, conversation_id=ID), list[CountMessagesByRoleRow])
    assert_type(
        aio.messages.count_messages_by_role_cursor(db, conversation_id=ID),
        AbstractAsyncContextManager[AsyncIterator[CountMessagesByRoleRow]],
    )
    assert_type(await aio.projects.create_project(db, project=NEW_PROJECT), Project)
    assert_type(
        await aio.projects.start_project(db, project=NEW_PROJECT, title=None, instructions="text"), StartedProject
    )
    assert_type(await aio.projects.add_projects(db, projects=[NEW_PROJECT]), list[Project])
    assert_type(await aio.projects.import_projects(db, projects=[PROJECT_IMPORT]), int)
    assert_type(await aio.projects.get_project(db, id=ID), Project | None)
    assert_type(await aio.projects.get_project_with_relations(db, id=ID), ProjectWithRelations | None)
    assert_type(
        await aio.projects.get_project_with_latest_conversation(db, id=ID), ProjectWithLatestConversation | None
    )
    assert_type(await aio.projects.list_projects(db, user_id=ID, limit=10, offset=10), list[Project])
    assert_type(
        aio.projects.list_projects_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractAsyncContextManager[AsyncIterator[Project]],
    )
    assert_type(await aio.projects.list_active_projects(db, user_id=ID), list[Project])
    assert_type(
        aio.projects.list_active_projects_cursor(db, user_id=ID), AbstractAsyncContextManager[AsyncIterator[Project]]
    )
    assert_type(
        await aio.projects.list_projects_with_latest_conversation(db, user_id=ID, limit=10, offset=10),
        list[ProjectWithLatestConversation],
    )
    assert_type(
        aio.projects.list_projects_with_latest_conversation_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractAsyncContextManager[AsyncIterator[ProjectWithLatestConversation]],
    )
    assert_type(await aio.projects.list_project_summaries(db, user_id=ID, limit=10, offset=10), list[ProjectSummary])
    assert_type(
        aio.projects.list_project_summaries_cursor(db, user_id=ID, limit=10, offset=10),
        AbstractAsyncContextManager[AsyncIterator[ProjectSummary]],
    )
    assert_type(await aio.projects.list_projects_created_since(db, since=NOW, limit=10), list[Project])
    assert_type(
        aio.projects.list_projects_created_since_cursor(db, since=NOW, limit=10),
        AbstractAsyncContextManager[AsyncIterator[Project]],
    )
    assert_type(await aio.projects.list_projects_with_actor(db, user_id=ID, actor="text"), list[Project])
    assert_type(
        aio.projects.list_projects_with_actor_cursor(db, user_id=ID, actor="text"),
        AbstractAsyncContextManager[AsyncIterator[Project]],
    )
    assert_type(
        await aio.projects.search_projects(db, text="text", minimum_score=Decimal("0.5"), limit=10), list[Project]
    )
    assert_type(
        aio.projects.search_projects_cursor(db, text="text", minimum_score=Decimal("0.5"), limit=10),
        AbstractAsyncContextManager[AsyncIterator[Project]],
    )
    assert_type(await aio.projects.count_projects(db, user_id=ID), int)
    assert_type(await aio.projects.get_project_stats(db), list[ProjectStats])
    assert_type(aio.projects.get_project_stats_cursor(db), AbstractAsyncContextManager[AsyncIterator[ProjectStats]])
    assert_type(await aio.projects.get_user_project_stats(db, user_id=ID), list[ProjectStats])
    assert_type(
        aio.projects.get_user_project_stats_cursor(db, user_id=ID),
        AbstractAsyncContextManager[AsyncIterator[ProjectStats]],
    )
    assert_type(await aio.projects.update_project(db, id=ID, changes=PROJECT_UPDATE), Project | None)
    assert_type(await aio.projects.set_validation_scores(db, scores=[PROJECT_SCORE]), int)
    assert_type(await aio.projects.delete_project(db, id=ID), bool)
    await aio.transfers.transfer_project(db, project_id=ID, from_user_id=ID, to_user_id=ID)
    assert_type(await aio.users.create_user(db, user=NEW_USER), User)
    assert_type(await aio.users.save_user(db, user=NEW_USER), User)
    assert_type(await aio.users.add_users(db, users=[NEW_USER]), list[User])
    assert_type(await aio.users.import_users(db, users=[USER_IMPORT]), int)
    assert_type(await aio.users.get_user(db, id=ID), User | None)
    assert_type(await aio.users.get_user_by_email(db, email="text"), User | None)
    assert_type(await aio.users.get_user_id(db, email="text"), UUID | None)
    assert_type(await aio.users.count_users(db), int)
    assert_type(await aio.users.list_user_summaries(db, limit=10, offset=10), list[UserSummary])
    assert_type(
        aio.users.list_user_summaries_cursor(db, limit=10, offset=10),
        AbstractAsyncContextManager[AsyncIterator[UserSummary]],
    )
    assert_type(await aio.users.update_user(db, id=ID, changes=USER_UPDATE), User | None)
    assert_type(await aio.users.delete_user(db, id=ID), bool)


def use_anything(transaction: Transaction, connection: psycopg.Connection, pool: psycopg_pool.ConnectionPool) -> None:
    """Whatever lends a connection will do."""
    for db in (transaction, connection, pool):
        assert_type(sync.users.count_users(db), int)
    with Database("").transaction(isolation="serializable", read_only=True) as outer, outer.transaction() as inner:
        assert_type(sync.users.get_user_id(inner, email=""), UUID | None)
    assert_type(Database("").run(sync.users.count_users, retries=5), int)


async def use_anything_async(
    transaction: AsyncTransaction, connection: psycopg.AsyncConnection, pool: psycopg_pool.AsyncConnectionPool
) -> None:
    """Whatever lends a connection will do."""
    for db in (transaction, connection, pool):
        assert_type(await aio.users.count_users(db), int)
    async with AsyncDatabase("").transaction() as outer, outer.transaction() as inner:
        assert_type(await aio.users.get_user_id(inner, email=""), UUID | None)


def use_a_pipeline(db: Database, transaction: Transaction) -> None:
    """Each call has a result of the function's type, when the block has ended."""
    with db.pipeline() as pipe:
        user = pipe.run(sync.users.create_user, user=NEW_USER)
        assert_type(user, Pending[User])
        assert_type(pipe.run(sync.users.get_user, id=ID), Pending[User | None])
        assert_type(pipe.run(sync.users.list_user_summaries, limit=5), Pending[list[UserSummary]])
        assert_type(pipe.run(sync.artifacts.add_artifacts, artifacts=[NEW_ARTIFACT]), Pending[list[Artifact]])
        done = pipe.run(sync.transfers.transfer_project, project_id=ID, from_user_id=ID, to_user_id=ID)
        assert_type(done, Pending[None])
    assert_type(user.result, User)
    with transaction.pipeline() as pipe:
        assert_type(pipe.run(sync.users.count_users), Pending[int])


async def use_a_pipeline_async(db: AsyncDatabase, transaction: AsyncTransaction) -> None:
    """The same, async."""
    async with db.pipeline() as pipe:
        user = pipe.run(aio.users.create_user, user=NEW_USER)
        assert_type(user, Pending[User])
        assert_type(pipe.run(aio.users.get_user, id=ID), Pending[User | None])
    assert_type(user.result, User)
    async with transaction.pipeline() as pipe:
        assert_type(pipe.run(aio.users.count_users), Pending[int])


def use_fields(db: Database) -> None:
    """Rows are models with types of their own."""
    project = sync.projects.get_project_with_relations(db, id=ID)
    if project is not None and project.collected_data is not None:
        assert_type(project.collected_data.actors[0].name, str)
        assert_type(project.conversations[0].title, str | None)
        assert_type(project.user, User)
        assert_type(project.status, ProjectStatus)
    for stats in sync.projects.get_project_stats(db):
        assert_type(stats.project_count, int)
        assert_type(stats.avg_score, Decimal | None)
