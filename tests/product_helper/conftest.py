"""A migrated database for product_helper, and its functions in both flavours, isolated test from test.

Every test that asks for `api` runs twice, with the blocking and with the async functions, in a transaction that is
rolled back at the end.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from product_helper import aio, sync
from product_helper.models import Conversation, NewProject, NewUser, Project, User
from sqlwright.migrate import apply_all
from sqlwright.servers import Server, scratch_database

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class Module:
    """The functions of one .sql file, on one connection; all of them are awaited."""

    def __init__(self, functions: ModuleType, connection: Any) -> None:
        self._functions = functions
        self._connection = connection

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        function = getattr(self._functions, name)

        async def call(**arguments: Any) -> Any:
            result = function(self._connection, **arguments)
            return await result if inspect.isawaitable(result) else result

        return call


class Api:
    """product_helper in one flavour, with shorthands for what most tests need."""

    def __init__(self, package: ModuleType, connection: Any) -> None:
        self.connection = connection
        self.package = package
        self.users = Module(package.users, connection)
        self.projects = Module(package.projects, connection)
        self.conversations = Module(package.conversations, connection)
        self.messages = Module(package.messages, connection)
        self.artifacts = Module(package.artifacts, connection)
        self.activity_log = Module(package.activity_log, connection)
        self.transfers = Module(package.transfers, connection)
        self.maintenance = Module(package.maintenance, connection)
        self._users = 0

    async def user(self, name: str = "Ada") -> User:
        """A new user, with an address of their own."""
        self._users += 1
        user: User = await self.users.create_user(user=NewUser(email=f"user{self._users}@example.com", name=name))
        return user

    async def project(self, user: User | None = None, name: str = "Tide tables", **values: Any) -> Project:
        """A new project."""
        owner = user or await self.user()
        project: Project = await self.projects.create_project(project=NewProject(name=name, user_id=owner.id, **values))
        return project

    async def conversation(self, project: Project | None = None, title: str | None = None) -> Conversation:
        """A new conversation."""
        about = project or await self.project()
        conversation: Conversation = await self.conversations.create_conversation(project_id=about.id, title=title)
        return conversation

    async def rows_of(self, cursor: Any) -> list[Any]:
        """All rows of a `…_cursor` function."""
        if isinstance(cursor, AbstractContextManager):
            with cursor as rows:
                return list(rows)
        async with cursor as rows:
            return [row async for row in rows]

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails in here is undone, and the test goes on."""
        if isinstance(self.connection, psycopg.Connection):
            with self.connection.transaction():
                yield
        else:
            async with self.connection.transaction():
                yield


@pytest.fixture(scope="session")
def migrated(server: Server) -> Iterator[str]:
    """The connection string of a database with all migrations applied; what a test commits there it takes away."""
    with scratch_database(server, prefix="sqlwright_test") as conninfo:
        apply_all(conninfo, MIGRATIONS)
        yield conninfo


@pytest.fixture(params=["sync", "aio"])
async def api(request: pytest.FixtureRequest, migrated: str) -> AsyncIterator[Api]:
    """product_helper's functions on a connection whose transaction is rolled back."""
    if request.param == "sync":
        with psycopg.Connection.connect(migrated) as connection, connection.transaction(force_rollback=True):
            yield Api(sync, connection)
    else:
        async with (
            await psycopg.AsyncConnection.connect(migrated) as connection,
            connection.transaction(force_rollback=True),
        ):
            yield Api(aio, connection)
