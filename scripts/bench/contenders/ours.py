"""The generated functions of product_helper, on a Database, a Transaction, and an AsyncDatabase.

Only what is public: what a user of the package would write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.contenders.contender import Contender
from product_helper.aio import projects as async_projects
from product_helper.models import Message, NewMessage, NewProject, Project, ProjectWithLatestConversation
from product_helper.sync import messages, projects, transfers
from sqlwright.runtime import AsyncDatabase, Database, Executor, PoolSettings

__all__ = ["Ours", "OursAsync", "OursCursor", "OursPaused", "OursTransaction"]


class Ours(Contender):
    """Each call through the Database, on a connection of its pool."""

    #: settings beside the usual ones
    settings: Mapping[str, Any] = {}

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self.opened = ExitStack()
        settings = PoolSettings(conninfo, min_size=1, max_size=1, **self.settings)
        self.db: Executor = self.opened.enter_context(Database(settings))

    def close(self) -> None:
        self.opened.close()

    def project(self, fields: dict[str, Any]) -> NewProject:
        return NewProject(**super().project(fields))

    def message(self, fields: dict[str, Any]) -> NewMessage:
        return NewMessage(**super().message(fields))

    def get(self, id: UUID) -> Project | None:
        return projects.get_project(self.db, id=id)

    def rows(self, user_id: UUID, limit: int) -> list[Project]:
        return projects.list_projects(self.db, user_id=user_id, limit=limit)

    def everything(self, since: datetime, limit: int) -> list[Project]:
        return projects.list_projects_created_since(self.db, since=since, limit=limit)

    def insert(self, project: NewProject) -> Project:
        return projects.create_project(self.db, project=project)

    def batch(self, items: list[NewMessage]) -> list[Message]:
        return messages.add_messages(self.db, messages=items)

    def copy(self, items: list[NewMessage]) -> int:
        return messages.copy_messages(self.db, messages=items)

    def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        transfers.transfer_project(self.db, project_id=project_id, from_user_id=from_user_id, to_user_id=to_user_id)

    def latest(self, user_id: UUID, limit: int) -> list[ProjectWithLatestConversation]:
        return projects.list_projects_with_latest_conversation(self.db, user_id=user_id, limit=limit)


class OursPaused(Ours):
    """The garbage collector rests while a long list is built, as a setting of the Database asks."""

    settings: Mapping[str, Any] = {"pause_gc": True}


class OursTransaction(Ours):
    """Each call in one transaction, which stays open."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        assert isinstance(self.db, Database)
        self.db = self.opened.enter_context(self.db.transaction())


class OursCursor(Ours):
    """Rows one by one, from a server-side cursor."""

    def everything(self, since: datetime, limit: int) -> list[Project]:
        """Reads all rows and keeps none."""
        with projects.list_projects_created_since_cursor(self.db, since=since, limit=limit) as rows:
            for _ in rows:
                pass
        return []

    def everything_kept(self, since: datetime, limit: int) -> list[Project]:
        """The same for the comparison of data, which wants all rows."""
        with projects.list_projects_created_since_cursor(self.db, since=since, limit=limit) as rows:
            return list(rows)


class OursAsync(Contender):
    """Concurrent calls on an AsyncDatabase."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._db = AsyncDatabase(conninfo, min_size=8, max_size=8)

    async def open_async(self) -> None:
        await self._db.open()

    async def close_async(self) -> None:
        await self._db.close()

    async def gather(self, ids: list[UUID]) -> list[Project | None]:
        return await asyncio.gather(*(async_projects.get_project(self._db, id=id) for id in ids))
