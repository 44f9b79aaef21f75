"""Accounts, and all queries that read projects.

In: a stage, and a database with data in it. Out: what each call returned, on the stage.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from demonstration.stage import Stage
from product_helper import aio, sync
from product_helper.models import (
    NewUser,
    User,
    UserUpdate,
)

__all__ = [
    "IMPORTED",
    "OTHERS",
    "OWNER",
    "RECIPIENT",
    "busiest_user",
    "show_accounts",
    "show_reading",
    "show_searching",
]

#: The accounts of the demo, which are gone after it.
OWNER = "demo.owner@example.com"
RECIPIENT = "demo.recipient@example.com"
OTHERS = tuple(f"demo.{number}@example.com" for number in range(1, 6))
IMPORTED = "demo.imported@example.com"


def show_accounts(stage: Stage) -> tuple[User, User]:
    users, aio_users = sync.users, aio.users
    with stage.section("Accounts"):
        owner = stage.write(
            "A new account; the address is kept in lower case.",
            users.create_user,
            aio_users.create_user,
            user=NewUser(email=OWNER.title(), name="Demo owner"),
        )
        stage.row(owner, "id", "email", "name", "created_at")
        recipient = stage.write(
            "An account, or the one that has this address already (ON CONFLICT).",
            users.save_user,
            aio_users.save_user,
            user=NewUser(email=RECIPIENT, name="Demo recipient"),
        )
        stage.row(recipient, "id", "email", "name", "created_at")
        added = stage.write(
            "A batch: one statement, one plan, however many.",
            users.add_users,
            aio_users.add_users,
            users=[NewUser(email=email, name=f"Demo {number}") for number, email in enumerate(OTHERS, start=1)],
        )
        stage.table(added, "id", "email", "name")
        stage.row(
            stage.read("One account.", users.get_user, aio_users.get_user, id=owner.id),
            "id",
            "email",
            "name",
        )
        found = stage.read(
            "By address, whatever its case.", users.get_user_by_email, aio_users.get_user_by_email, email=OWNER.upper()
        )
        stage.row(found, "id", "email", "name")
        stage.result(stage.read("One value.", users.get_user_id, aio_users.get_user_id, email=OWNER))
        stage.result(stage.read("A count is never None.", users.count_users, aio_users.count_users))
        changed = stage.write(
            "A partial update: the address is not given, so it stays.",
            users.update_user,
            aio_users.update_user,
            id=recipient.id,
            changes=UserUpdate(name="Demo recipient, renamed"),
        )
        stage.row(changed, "email", "name", "updated_at")
        summaries = stage.read(
            "Everybody by name, with projects counted.",
            users.list_user_summaries,
            aio_users.list_user_summaries,
            limit=50,
        )
        stage.table(summaries, "name", "email", "project_count", "last_change_at")
    return owner, recipient


def busiest_user(stage: Stage) -> UUID:
    summaries = sync.users.list_user_summaries(stage.db, limit=1000)
    return max(summaries, key=lambda each: (each.project_count, each.id)).id


def show_reading(stage: Stage, user_id: UUID) -> None:
    projects, aio_projects = sync.projects, aio.projects
    with stage.section("Reading projects"):
        listed = stage.read(
            "A user's projects, newest change first; limit and offset have defaults.",
            projects.list_projects,
            aio_projects.list_projects,
            user_id=user_id,
            offset=2,
        )
        stage.table(listed, "name", "status", "validation_score", "updated_at")
        stage.table(
            stage.read(
                "The active ones: two conditions.",
                projects.list_active_projects,
                aio_projects.list_active_projects,
                user_id=user_id,
            ),
            "name",
            "status",
            "updated_at",
        )
        one = stage.read("One project.", projects.get_project, aio_projects.get_project, id=listed[0].id)
        stage.row(one, "name", "status", "collected_data", "updated_at")
        nobody = stage.read("An unknown id.", projects.get_project, aio_projects.get_project, id=UUID(int=0))
        stage.result(nobody)
        talked_about = max(
            (projects.get_project_with_relations(stage.db, id=each.id) for each in listed),
            key=lambda each: len(each.conversations) * len(each.artifacts) if each else 0,
        )
        if talked_about is None:
            raise AssertionError("there should be a project")
        related = stage.read(
            "With its owner, conversations and artifacts, nested models from one statement.",
            projects.get_project_with_relations,
            aio_projects.get_project_with_relations,
            id=talked_about.id,
        )
        stage.row(related, "name", "user", "conversations", "artifacts")
        latest = stage.read(
            "With the conversation to go on with, where there is one.",
            projects.get_project_with_latest_conversation,
            aio_projects.get_project_with_latest_conversation,
            id=talked_about.id,
        )
        stage.row(latest, "name", "latest_conversation")
        stage.table(
            stage.read(
                "The same for a list: one statement, not one per project.",
                projects.list_projects_with_latest_conversation,
                aio_projects.list_projects_with_latest_conversation,
                user_id=user_id,
            ),
            "name",
            "updated_at",
            "latest_conversation",
        )
        stage.table(
            stage.read(
                "Only the columns that a list shows.",
                projects.list_project_summaries,
                aio_projects.list_project_summaries,
                user_id=user_id,
            ),
            "id",
            "name",
            "status",
            "validation_score",
        )
        stage.result(stage.read("How many.", projects.count_projects, aio_projects.count_projects, user_id=user_id))


def show_searching(stage: Stage, user_id: UUID) -> None:
    projects, aio_projects = sync.projects, aio.projects
    with stage.section("Searching and counting"):
        stage.table(
            stage.read(
                "Names that contain “100%”: the wildcard stands for itself.",
                projects.search_projects,
                aio_projects.search_projects,
                text="100%",
            ),
            "name",
            "status",
            "validation_score",
        )
        stage.table(
            stage.read(
                "The same words in any case, with a minimum score.",
                projects.search_projects,
                aio_projects.search_projects,
                text="SHIFT plan",
                minimum_score=Decimal(95),
            ),
            "name",
            "status",
            "validation_score",
        )
        stage.table(
            stage.read(
                "Per status: how many, and their average score.",
                projects.get_project_stats,
                aio_projects.get_project_stats,
            ),
            "status",
            "project_count",
            "avg_score",
        )
        stage.table(
            stage.read(
                "The same of one user.",
                projects.get_user_project_stats,
                aio_projects.get_user_project_stats,
                user_id=user_id,
            ),
            "status",
            "project_count",
            "avg_score",
        )
        stage.table(
            stage.read(
                "By what the JSON says: projects with an actor of this name.",
                projects.list_projects_with_actor,
                aio_projects.list_projects_with_actor,
                user_id=user_id,
                actor="Driver",
            ),
            "name",
            "status",
            "collected_data",
        )
        stage.table(
            stage.read(
                "Everybody's, since a day.",
                projects.list_projects_created_since,
                aio_projects.list_projects_created_since,
                since=datetime(2025, 3, 1, tzinfo=UTC),
                limit=3,
            ),
            "name",
            "created_at",
        )
