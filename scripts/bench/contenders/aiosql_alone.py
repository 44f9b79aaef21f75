"""aiosql with its psycopg adapter, on a held connection: the same kind of files, without types."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import aiosql
import psycopg
from psycopg.types.json import Jsonb

from bench.contenders.contender import Tuples

__all__ = ["Aiosql"]

_QUERIES = """
-- name: get_project(id)^
SELECT * FROM projects WHERE id = :id;

-- name: list_projects(user_id, limit)
SELECT * FROM projects WHERE user_id = :user_id ORDER BY updated_at DESC, id DESC LIMIT :limit;

-- name: list_projects_created_since(since, limit)
SELECT * FROM projects WHERE created_at >= :since ORDER BY created_at, id LIMIT :limit;

-- name: create_project(name, description, status, collected_data, user_id)<!
INSERT INTO projects (name, description, status, collected_data, user_id)
VALUES (:name, :description, :status, :collected_data, :user_id) RETURNING *;

-- name: transfer_project(project_id, from_user_id, to_user_id)!
CALL transfer_project(:project_id, :from_user_id, :to_user_id);
"""


class Aiosql(Tuples):
    """Tuples; lists are made of the generators that it returns."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._connection = psycopg.connect(conninfo, autocommit=True)
        # Any: its functions are made at run time.
        self._queries: Any = aiosql.from_str(_QUERIES, "psycopg")

    def close(self) -> None:
        self._connection.close()

    def get(self, id: UUID) -> Any:
        return self._queries.get_project(self._connection, id=id)

    def rows(self, user_id: UUID, limit: int) -> list[Any]:
        return list(self._queries.list_projects(self._connection, user_id=user_id, limit=limit))

    def everything(self, since: datetime, limit: int) -> list[Any]:
        return list(self._queries.list_projects_created_since(self._connection, since=since, limit=limit))

    def insert(self, project: dict[str, Any]) -> Any:
        values = {**project, "collected_data": Jsonb(project["collected_data"])}
        return self._queries.create_project(self._connection, **values)

    def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        self._queries.transfer_project(
            self._connection, project_id=project_id, from_user_id=from_user_id, to_user_id=to_user_id
        )
