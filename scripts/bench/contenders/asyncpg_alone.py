"""asyncpg with its own pool, a codec for jsonb, and the event loop of the standard library."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from psycopg.conninfo import conninfo_to_dict

from bench.contenders.contender import Tuples
from bench.contenders.statements import GET, INSERT, LATEST, NEW_MESSAGE, PROJECTS, SINCE

__all__ = ["Asyncpg"]


class Asyncpg(Tuples):
    """Records; each call on a connection of the pool, which has as many as there can be calls at once, up to eight."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._pool: Any = None

    def project(self, fields: dict[str, Any]) -> tuple[Any, ...]:
        names = ("name", "description", "status", "collected_data")
        return (*(fields[name] for name in names), UUID(fields["user_id"]))

    def message(self, fields: dict[str, Any]) -> tuple[Any, ...]:
        return UUID(fields["conversation_id"]), fields["role"], fields["content"]

    async def open_async(self) -> None:
        names = {"dbname": "database"}
        given = {names.get(name, name): value for name, value in conninfo_to_dict(self.conninfo).items()}
        self._pool = await asyncpg.create_pool(**given, min_size=8, max_size=8, init=_with_json)

    async def close_async(self) -> None:
        await self._pool.close()

    async def get(self, id: UUID) -> Any:
        return await self._pool.fetchrow(GET, id)

    async def gather(self, ids: list[UUID]) -> list[Any]:
        return await asyncio.gather(*(self.get(id) for id in ids))

    async def rows(self, user_id: UUID, limit: int) -> Any:
        return await self._pool.fetch(PROJECTS, user_id, limit)

    async def everything(self, since: datetime, limit: int) -> Any:
        return await self._pool.fetch(SINCE, since, limit)

    async def latest(self, user_id: UUID, limit: int) -> Any:
        return await self._pool.fetch(LATEST, user_id, limit)

    async def insert(self, project: tuple[Any, ...]) -> Any:
        return await self._pool.fetchrow(INSERT, *project)

    async def batch(self, messages: list[tuple[Any, ...]]) -> Any:
        return await self._pool.fetchmany(NEW_MESSAGE, messages)

    async def copy(self, messages: list[tuple[Any, ...]]) -> int:
        columns = ("conversation_id", "role", "content")
        tag = await self._pool.copy_records_to_table("messages", records=messages, columns=columns)
        return int(tag.split()[1])

    async def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        await self._pool.execute("CALL transfer_project($1, $2, $3)", project_id, from_user_id, to_user_id)


async def _with_json(connection: Any) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
