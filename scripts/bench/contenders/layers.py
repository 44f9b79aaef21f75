"""The same call by hand, with one more layer each time, for the profile.

The surprise: the first layers return nothing of use. They stop where the next one begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import pq
from psycopg.adapt import Buffer, Loader
from psycopg.pq.abc import PGresult

from bench.contenders import statements
from bench.contenders.contender import Contender
from bench.contenders.raw import GET, PROJECTS, Row
from product_helper.models import Project, project_row

__all__ = ["CursorLayer", "LibpqLayer", "LoadingLayer", "ModelLayer", "NewCursorLayer"]


class _JsonbBytes(Loader):
    """jsonb as the bytes of its text, which is what a model is validated from."""

    format = pq.Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)[1:]


class LibpqLayer(Contender):
    """Prepared statements by libpq's own function, which blocks until the result is there."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._pgconn = self._connection.pgconn
        self._pgconn.prepare(b"get", statements.GET.encode())
        self._pgconn.prepare(b"rows", statements.PROJECTS.encode())

    def close(self) -> None:
        self._connection.close()

    def get(self, id: UUID) -> PGresult:
        return self._run(b"get", [str(id).encode()])

    def rows(self, user_id: UUID, limit: int) -> PGresult:
        return self._run(b"rows", [str(user_id).encode(), b"%d" % limit])

    def _run(self, name: bytes, values: Sequence[Buffer]) -> PGresult:
        result = self._pgconn.exec_prepared(name, values, result_format=pq.Format.BINARY)
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise RuntimeError(result.get_error_message())
        return result


class CursorLayer(Contender):
    """psycopg's execute, without reading the rows."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._connection.adapters.register_loader("jsonb", _JsonbBytes)
        self.cursor: psycopg.Cursor[Row] = self._connection.cursor(binary=True)

    def close(self) -> None:
        self._connection.close()

    def get(self, id: UUID) -> Any:
        self.cursor.execute(GET, (id,), prepare=True)

    def rows(self, user_id: UUID, limit: int) -> Any:
        self.cursor.execute(PROJECTS, (user_id, limit), prepare=True)

    def new_cursor(self) -> None:
        """Take another one, as `connection.execute` does."""
        self.cursor = self._connection.cursor(binary=True)


class LoadingLayer(CursorLayer):
    """The rows as tuples."""

    def get(self, id: UUID) -> Row | None:
        super().get(id)
        return self.cursor.fetchone()

    def rows(self, user_id: UUID, limit: int) -> list[Row]:
        super().rows(user_id, limit)
        return self.cursor.fetchall()


class ModelLayer(CursorLayer):
    """The rows as models."""

    def get(self, id: UUID) -> Project | None:
        super().get(id)
        row = self.cursor.fetchone()
        return None if row is None else project_row(row)

    def rows(self, user_id: UUID, limit: int) -> list[Project]:
        super().rows(user_id, limit)
        return [project_row(row) for row in self.cursor.fetchall()]


class NewCursorLayer(ModelLayer):
    """The same, with a new cursor each time, whose adaptation starts from nothing."""

    def get(self, id: UUID) -> Project | None:
        self.new_cursor()
        return super().get(id)

    def rows(self, user_id: UUID, limit: int) -> list[Project]:
        self.new_cursor()
        return super().rows(user_id, limit)
