"""psycopg by hand: what all others are compared with.

A held connection in autocommit mode, `conn.execute(…, binary=True)`, tuples, psycopg's own loading of JSON, statements
that psycopg prepares after five executions.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, ConnectionPool

from bench.canonical import Json, plain
from bench.contenders import statements
from bench.contenders.contender import PROJECT_COLUMNS, Tuples, named
from product_helper.models import Project
from product_helper.types import CollectedData

__all__ = ["Pooled", "PooledAsync", "PsycopgModels", "Raw", "RawCall", "RawCopy", "RawNPlusOne"]


def _sql(text: str) -> LiteralString:
    # psycopg asks for texts that are literals, which these are, one replacement later; mypy knows no difference.
    literal: Any = statements.as_psycopg(text)
    return cast("LiteralString", literal)


GET = _sql(statements.GET)
PROJECTS = _sql(statements.PROJECTS)
SINCE = _sql(statements.SINCE)
INSERT = _sql(statements.INSERT)
MESSAGE = _sql(statements.MESSAGE)
NEW_MESSAGE = _sql(statements.NEW_MESSAGE)
LATEST = _sql(statements.LATEST)
LATEST_OF_ONE = _sql(statements.LATEST_OF_ONE)

Row = tuple[Any, ...]


class Raw(Tuples):
    """The base line."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self.connection = psycopg.connect(conninfo, autocommit=True)

    def close(self) -> None:
        self.connection.close()

    def project(self, fields: dict[str, Any]) -> Row:
        names = ("name", "description", "status", "collected_data")
        return (*(fields[name] for name in names), UUID(fields["user_id"]))

    def message(self, fields: dict[str, Any]) -> Row:
        return UUID(fields["conversation_id"]), fields["role"], fields["content"]

    def get(self, id: UUID) -> Row | None:
        return self.connection.execute(GET, (id,), binary=True).fetchone()

    def rows(self, user_id: UUID, limit: int) -> list[Row]:
        return self.connection.execute(PROJECTS, (user_id, limit), binary=True).fetchall()

    def everything(self, since: datetime, limit: int) -> list[Row]:
        return self.connection.execute(SINCE, (since, limit), binary=True).fetchall()

    def insert(self, project: Row) -> Row | None:
        name, description, status, collected_data, user_id = project
        values = (name, description, status, Jsonb(collected_data), user_id)
        return self.connection.execute(INSERT, values, binary=True).fetchone()

    def batch(self, messages: list[Row]) -> list[Row]:
        with self.connection.cursor(binary=True) as cursor:
            cursor.executemany(NEW_MESSAGE, messages, returning=True)
            rows = cursor.fetchall()
            while cursor.nextset():
                rows += cursor.fetchall()
            return rows

    def copy(self, messages: list[Row]) -> int:
        with self.connection.cursor() as cursor:
            cursor.executemany(MESSAGE, messages)
            return cursor.rowcount

    def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        """BEGIN, three statements, COMMIT; that the recipient exists is left to the foreign key."""
        connection = self.connection
        with connection.transaction():
            lock = "SELECT user_id FROM projects WHERE id = %s FOR NO KEY UPDATE"
            owner = connection.execute(lock, (project_id,), binary=True).fetchone()
            if owner is None or owner[0] != from_user_id:
                raise LookupError("not the owner")
            connection.execute(
                "UPDATE projects SET user_id = %s, updated_at = clock_timestamp() WHERE id = %s",
                (to_user_id, project_id),
            )
            connection.execute(
                "INSERT INTO activity_log (type, project_id, from_user_id, to_user_id) "
                "VALUES ('project_transferred', %s, %s, %s)",
                (project_id, from_user_id, to_user_id),
            )

    def latest(self, user_id: UUID, limit: int) -> list[Row]:
        return self.connection.execute(LATEST, (user_id, limit), binary=True).fetchall()


class RawNPlusOne(Raw):
    """One statement for the projects, one for the conversation of each."""

    def latest(self, user_id: UUID, limit: int) -> list[Row]:
        found = self.rows(user_id, limit)
        nothing: Row = (None,) * 4
        return [
            (*row, *(self.connection.execute(LATEST_OF_ONE, (row[0],), binary=True).fetchone() or nothing))
            for row in found
        ]


class RawCopy(Raw):
    """COPY by hand."""

    def copy(self, messages: list[Row]) -> int:
        with self.connection.cursor() as cursor:
            with cursor.copy("COPY messages (conversation_id, role, content) FROM STDIN") as copy:
                for message in messages:
                    copy.write_row(message)
            return cursor.rowcount


class RawCall(Raw):
    """CALL by hand."""

    def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        self.connection.execute("CALL transfer_project(%s, %s, %s)", (project_id, from_user_id, to_user_id))


class PsycopgModels(Raw):
    """Tuples by hand, made into models the usual way; not the base line, but what it takes to have models at all."""

    def _model(self, row: Row) -> Any:
        given = named(row, PROJECT_COLUMNS)
        if given["collected_data"] is not None:
            given["collected_data"] = CollectedData(**given["collected_data"])
        return Project(**given)

    def get(self, id: UUID) -> Any:
        row = super().get(id)
        return None if row is None else self._model(row)

    def rows(self, user_id: UUID, limit: int) -> list[Any]:
        return [self._model(row) for row in super().rows(user_id, limit)]

    def everything(self, since: datetime, limit: int) -> list[Any]:
        return [self._model(row) for row in super().everything(since, limit)]

    def insert(self, project: Row) -> Any:
        row = super().insert(project)
        return None if row is None else self._model(row)

    def plain(self, call: str, result: Any) -> Json:  # noqa: ARG002 - the interface
        return plain(result)


class Pooled(Raw):
    """A pool used as its documentation shows: `with pool.connection()`, in autocommit mode."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self.pool = ConnectionPool(conninfo, min_size=1, max_size=1, kwargs={"autocommit": True}, open=True)
        self.pool.wait()

    def close(self) -> None:
        super().close()
        self.pool.close()

    def get(self, id: UUID) -> Row | None:
        with self.pool.connection() as connection:
            return connection.execute(GET, (id,), binary=True).fetchone()


class PooledAsync(Tuples):
    """The async pool used by hand, in autocommit mode."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[Row]] | None = None

    async def open_async(self) -> None:
        self._pool = AsyncConnectionPool(self.conninfo, min_size=8, max_size=8, kwargs={"autocommit": True}, open=False)
        await self._pool.open(wait=True)

    async def close_async(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def get(self, id: UUID) -> Row | None:
        assert self._pool is not None
        async with self._pool.connection() as connection:
            cursor = await connection.execute(GET, (id,), binary=True)
            return await cursor.fetchone()

    async def gather(self, ids: list[UUID]) -> list[Row | None]:
        return await asyncio.gather(*(self.get(id) for id in ids))
