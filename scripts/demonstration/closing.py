"""Transfers, streams, errors and deletions.

In: a stage, and what was created on it. Out: what each call returned, or the error that it raised.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from demonstration.reading import IMPORTED, OWNER
from demonstration.stage import Stage
from product_helper import aio, sync
from product_helper.errors import (
    ProjectNotFound,
    ProjectNotOwned,
    ProjectsStatusInvalid,
    ProjectsUserIdUnknown,
    RecipientNotFound,
    UsersEmailTaken,
)
from product_helper.models import (
    ActivityImport,
    ArtifactImport,
    Conversation,
    ConversationImport,
    MessageImport,
    NewActivity,
    NewMessage,
    NewProject,
    NewUser,
    Project,
    ProjectImport,
    ProjectUpdate,
    User,
    UserImport,
)
from sqlwright.runtime import AsyncExecutor, Executor, ParameterError

__all__ = ["show_deleting", "show_refusals", "show_streams", "show_transfers"]


def show_transfers(stage: Stage, project: Project, owner: User, recipient: User) -> None:
    transfers, aio_transfers = sync.transfers, aio.transfers
    log, aio_log = sync.activity_log, aio.activity_log
    with stage.section("Transfers"):
        stage.refused(
            "A project that does not exist.",
            ProjectNotFound,
            transfers.transfer_project,
            aio_transfers.transfer_project,
            project_id=uuid4(),
            from_user_id=owner.id,
            to_user_id=recipient.id,
        )
        stage.refused(
            "Somebody else's project.",
            ProjectNotOwned,
            transfers.transfer_project,
            aio_transfers.transfer_project,
            project_id=project.id,
            from_user_id=recipient.id,
            to_user_id=owner.id,
        )
        stage.refused(
            "A recipient who does not exist.",
            RecipientNotFound,
            transfers.transfer_project,
            aio_transfers.transfer_project,
            project_id=project.id,
            from_user_id=owner.id,
            to_user_id=uuid4(),
        )
        stage.table(
            stage.read(
                "None of them left anything behind.",
                log.list_project_activity,
                aio_log.list_project_activity,
                project_id=project.id,
            ),
            "type",
        )
        stage.result(
            stage.write(
                "The transfer: a stored procedure checks, locks, changes and logs.",
                transfers.transfer_project,
                aio_transfers.transfer_project,
                project_id=project.id,
                from_user_id=owner.id,
                to_user_id=recipient.id,
            )
        )
        stage.write(
            "Another entry for the log.",
            log.log_activity,
            aio_log.log_activity,
            entry=NewActivity(type="project_completed", project_id=project.id),
        )
        stage.table(
            stage.read(
                "What happened, with the names of those concerned.",
                log.list_project_activity,
                aio_log.list_project_activity,
                project_id=project.id,
            ),
            "type",
            "from_user_name",
            "to_user_name",
            "at",
        )
        stage.table(
            stage.read(
                "What a user gave and was given.",
                log.list_user_activity,
                aio_log.list_user_activity,
                user_id=recipient.id,
            ),
            "type",
            "project_id",
            "at",
        )


def show_streams(stage: Stage, owner: User, conversation: Conversation) -> None:
    with stage.section("Streams"):
        count = stage.write(
            "COPY: any iterable in, also one that is made while it is read.",
            sync.messages.copy_messages,
            aio.messages.copy_messages,
            messages=[
                NewMessage(conversation_id=conversation.id, role="assistant", content=f"Tide {number}")
                for number in range(5_000)
            ],
        )
        stage.result(count)

        def blocking(db: Executor) -> int:
            with sync.messages.export_messages_cursor(db, project_id=conversation.project_id) as rows:
                return sum(len(row.content) for row in rows)

        async def awaiting(db: AsyncExecutor) -> int:
            async with aio.messages.export_messages_cursor(db, project_id=conversation.project_id) as rows:
                return sum([len(row.content) async for row in rows])

        characters = stage.stream(
            "A server-side cursor: typed rows, a few at a time, however many there are.",
            [sync.messages.export_messages, sync.messages.export_messages_cursor],
            blocking,
            awaiting,
        )
        stage.result(characters)
        rows = stage.read(
            "The same as a list.",
            sync.messages.export_messages,
            aio.messages.export_messages,
            project_id=conversation.project_id,
        )
        stage.table(rows, "title", "role", "content", "created_at")
        _imports(stage, owner)
        stage.write(
            "A script: several statements, no parameters.",
            sync.maintenance.analyze_tables,
            aio.maintenance.analyze_tables,
        )


def _imports(stage: Stage, owner: User) -> None:
    at = datetime(2024, 2, 29, 12, tzinfo=UTC)
    project_id, conversation_id = uuid4(), uuid4()
    counts = [
        stage.write(
            "Taking over rows with their keys and times, table by table.",
            sync.users.import_users,
            aio.users.import_users,
            users=[UserImport(id=uuid4(), email=IMPORTED, name="Demo import", created_at=at, updated_at=at)],
        ),
        stage.write(
            "Projects.",
            sync.projects.import_projects,
            aio.projects.import_projects,
            projects=[
                ProjectImport(
                    id=project_id, name="Demo: imported", status="draft", user_id=owner.id, created_at=at, updated_at=at
                )
            ],
        ),
        stage.write(
            "Conversations.",
            sync.conversations.import_conversations,
            aio.conversations.import_conversations,
            conversations=[ConversationImport(id=conversation_id, project_id=project_id, created_at=at)],
        ),
        stage.write(
            "Messages.",
            sync.messages.import_messages,
            aio.messages.import_messages,
            messages=[
                MessageImport(id=uuid4(), conversation_id=conversation_id, role="user", content="Old.", created_at=at)
            ],
        ),
        stage.write(
            "Artifacts.",
            sync.artifacts.import_artifacts,
            aio.artifacts.import_artifacts,
            artifacts=[
                ArtifactImport(id=uuid4(), project_id=project_id, type="summary", content="Old.", created_at=at)
            ],
        ),
        stage.write(
            "Log entries.",
            sync.activity_log.import_activity,
            aio.activity_log.import_activity,
            entries=[ActivityImport(id=uuid4(), type="project_created", project_id=project_id, at=at)],
        ),
    ]
    stage.result(counts)


def show_refusals(stage: Stage, owner: User) -> None:
    projects, aio_projects = sync.projects, aio.projects
    with stage.section("Errors have types"):
        stage.refused(
            "An address that is taken.",
            UsersEmailTaken,
            sync.users.create_user,
            aio.users.create_user,
            user=NewUser(email=OWNER, name="Somebody else"),
        )
        stage.refused(
            "An owner who does not exist.",
            ProjectsUserIdUnknown,
            projects.create_project,
            aio_projects.create_project,
            project=NewProject(name="Nobody's", user_id=uuid4()),
        )
        stage.refused(
            "A status that the CHECK does not list, in JSON that no model has seen.",
            ProjectsStatusInvalid,
            projects.update_project,
            aio_projects.update_project,
            id=projects.list_projects(stage.db, user_id=owner.id, limit=1)[0].id,
            # model_construct: past the model, which would refuse it before anything is sent
            changes=ProjectUpdate.model_construct(_fields_set={"status"}, status="finished"),
        )
        stage.refused(
            "A wrong type is stopped before anything is sent.",
            ParameterError,
            projects.get_project,
            aio_projects.get_project,
            id="not a UUID",  # type: ignore[arg-type]  # what a program without a type checker might do
        )


def show_deleting(stage: Stage, owner: User, project: Project, conversation: Conversation) -> None:
    with stage.section("Deleting"):
        stage.result(
            stage.write(
                "A conversation with its messages: how many conversations that were.",
                sync.conversations.delete_conversation,
                aio.conversations.delete_conversation,
                id=conversation.id,
            )
        )
        stage.result(
            stage.write(
                "A project's documents: how many.",
                sync.artifacts.delete_artifacts,
                aio.artifacts.delete_artifacts,
                project_id=project.id,
            )
        )
        stage.result(
            stage.write(
                "A project with all that belongs to it: was there one?",
                sync.projects.delete_project,
                aio.projects.delete_project,
                id=project.id,
            )
        )
        stage.result(
            stage.write("Once more.", sync.projects.delete_project, aio.projects.delete_project, id=project.id)
        )
        stage.result(
            stage.write("An account with all its projects.", sync.users.delete_user, aio.users.delete_user, id=owner.id)
        )
