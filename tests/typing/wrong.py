"""Wrong uses of product_helper, each on a line of its own: both type checkers must object to exactly these lines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from product_helper import aio, sync
from product_helper.models import NewMessage, NewProject, NewUser, Project, ProjectUpdate, User, UserUpdate
from sqlwright.runtime import AsyncDatabase, Database

ID = UUID(int=1)
NOW = datetime.now(UTC)
USER = NewUser(email="a@example.org", name="A")


def arguments(db: Database) -> None:
    sync.projects.get_project(db, id="1")  # expect-error: a text is no UUID
    sync.projects.get_project(db, id=None)  # expect-error: NULL is equal to nothing
    sync.projects.get_project(db, ID)  # expect-error: parameters have names
    sync.projects.get_project(db)  # expect-error: a parameter is missing
    sync.projects.get_project(id=ID)  # expect-error: and here the database is
    sync.projects.get_project(db, id=ID, limit=1)  # expect-error: there is no such parameter
    sync.projects.get_project(db, project_id=ID)  # expect-error: it has another name
    sync.projects.list_projects(db, user_id=ID, limit="10")  # expect-error: a text is no number
    sync.projects.list_projects(db, user_id=ID, limit=None)  # expect-error: a limit is a number
    sync.projects.list_projects(db, user_id=ID, limit=1.5)  # expect-error: a whole number
    sync.projects.list_projects_created_since(db, since=date(2024, 1, 1))  # expect-error: a date is no time
    sync.projects.search_projects(db, text="x", minimum_score=0.5)  # expect-error: numeric is Decimal
    sync.artifacts.get_latest_artifact(db, project_id=ID, type="sumary")  # expect-error: not one of the CHECK list
    sync.artifacts.list_latest_artifacts(db, project_id=ID, types=["x"])  # expect-error: nor is this
    sync.artifacts.list_latest_artifacts(db, project_id=ID, types=[None])  # expect-error: no element is NULL
    sync.messages.add_messages(db, messages=NewMessage(conversation_id=ID, role="user", content=""))  # expect-error
    sync.messages.add_messages(db, messages=[USER])  # expect-error: a model of something else
    sync.users.create_user(db, user={"email": "", "name": ""})  # expect-error: a dict is no model
    sync.users.update_user(db, id=ID, changes=USER)  # expect-error: a new user is no change


def models() -> None:
    NewUser(email="a@example.org")  # expect-error: the name is missing
    NewUser(email=None, name="A")  # expect-error: the column is NOT NULL
    NewUser(email="", name="", age=5)  # expect-error: there is no such column
    NewProject(name="", user_id=ID, status="deleted")  # expect-error: not one of the CHECK list
    ProjectUpdate(name=None)  # expect-error: absent is not NULL, and this column is NOT NULL
    ProjectUpdate(user_id=ID)  # expect-error: the statement does not change it
    UserUpdate(email=1)  # expect-error: a number is no text


def results(db: Database) -> None:
    project = sync.projects.get_project(db, id=ID)
    print(project.name)  # expect-error: there may be none
    sync.users.get_user_id(db, email="").hex  # expect-error: there may be none  # noqa: B018
    for row in sync.projects.list_projects(db, user_id=ID):
        row.name = "x"  # expect-error: rows do not change
        print(row.title)  # expect-error: there is no such column
        row.description.upper()  # expect-error: it may be NULL
        row.collected_data.actors  # expect-error: it may be NULL  # noqa: B018
        user: User = row  # expect-error: another table's row
        print(user)
    count: str = sync.users.count_users(db)  # expect-error: it is a number
    print(count)
    users: list[Project] = sync.users.list_user_summaries(db)  # expect-error: other rows
    print(users)
    with sync.projects.list_projects(db, user_id=ID):  # expect-error: a list is no cursor
        pass
    for _ in sync.projects.list_projects_cursor(db, user_id=ID):  # expect-error: a cursor is to be entered first
        pass
    stats = sync.projects.get_project_stats(db)[0]
    print(stats.avg_score + 1)  # expect-error: the average of nothing is NULL


def pipelines(db: Database) -> None:
    with db.pipeline() as pipe:
        pipe.run(sync.users.create_user, user=ID)  # expect-error: a key is no new user
        pipe.run(sync.users.create_user)  # expect-error: the user is missing
        pipe.run(sync.users.get_user, id=ID, limit=1)  # expect-error: there is no such parameter
        pipe.run(aio.users.count_users)  # expect-error: an async function
        user = pipe.run(sync.users.get_user, id=ID)
        print(user.name)  # expect-error: it is the result that has a name
    print(user.result.name)  # expect-error: there may be none
    with db.pipeline() as pipe, pipe.run(sync.users.list_user_summaries_cursor):  # expect-error: no cursors
        pass


async def flavours(db: AsyncDatabase, blocking: Database) -> None:
    aio.users.count_users(db)  # expect-error: await is forgotten
    print(aio.users.count_users(db) + 1)  # expect-error: here too
    await sync.users.count_users(blocking)  # expect-error: a number cannot be awaited
    sync.users.count_users(db)  # expect-error: an async database for a blocking function
    await aio.users.count_users(blocking)  # expect-error: and the other way round
    await aio.users.count_users("postgresql:///x")  # expect-error: a text lends no connection
    with aio.users.list_user_summaries_cursor(db):  # expect-error: async with
        pass
    sync.projects.get_projects  # expect-error: there is no such query  # noqa: B018
