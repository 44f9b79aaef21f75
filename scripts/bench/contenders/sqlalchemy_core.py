"""SQLAlchemy Core on psycopg: expressions made once, a connection of its pool for each call.

Reads run in autocommit mode, which saves it two round trips that it would make by default.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    bindparam,
    create_engine,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from bench.canonical import Json
from bench.contenders.contender import Tuples

__all__ = ["Core", "activity_log", "engine"]

_metadata = MetaData()


def _key() -> Any:
    return Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid())


def _time(name: str) -> Any:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp())


projects = Table(
    "projects",
    _metadata,
    _key(),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("status", Text, nullable=False),
    Column("collected_data", JSONB),
    Column("user_id", Uuid, nullable=False),
    _time("created_at"),
    _time("updated_at"),
    Column("validation_score", Numeric(5, 2)),
)
conversations = Table(
    "conversations",
    _metadata,
    _key(),
    Column("project_id", Uuid, ForeignKey("projects.id"), nullable=False),
    Column("title", Text),
    _time("created_at"),
)
messages = Table(
    "messages",
    _metadata,
    _key(),
    Column("conversation_id", Uuid, ForeignKey("conversations.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("content", Text, nullable=False),
    _time("created_at"),
)
activity_log = Table(
    "activity_log",
    _metadata,
    _key(),
    Column("type", Text, nullable=False),
    Column("project_id", Uuid, nullable=False),
    Column("from_user_id", Uuid),
    Column("to_user_id", Uuid),
    _time("at"),
)

_get = select(projects).where(projects.c.id == bindparam("id"))
_rows = (
    select(projects)
    .where(projects.c.user_id == bindparam("user_id"))
    .order_by(projects.c.updated_at.desc(), projects.c.id.desc())
    .limit(bindparam("rows"))
)
_since = (
    select(projects)
    .where(projects.c.created_at >= bindparam("since"))
    .order_by(projects.c.created_at, projects.c.id)
    .limit(bindparam("rows"))
)
_last = (
    select(conversations)
    .where(conversations.c.project_id == projects.c.id)
    .order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
    .limit(1)
    .lateral("c")
)
_latest = (
    select(projects, _last)
    .outerjoin(_last, true())
    .where(projects.c.user_id == bindparam("user_id"))
    .order_by(projects.c.updated_at.desc(), projects.c.id.desc())
    .limit(bindparam("rows"))
)
_insert = insert(projects).returning(projects)
_batch = insert(messages).returning(messages, sort_by_parameter_order=True)


def engine(conninfo: str) -> Engine:
    """An engine with one connection, by psycopg's own parameters."""
    return create_engine("postgresql+psycopg://", connect_args=conninfo_to_dict(conninfo), pool_size=1)


class Core(Tuples):
    """Rows as it returns them."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._engine = engine(conninfo)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        self._engine.dispose()

    def get(self, id: UUID) -> Any:
        with self._reading.connect() as connection:
            return connection.execute(_get, {"id": id}).one_or_none()

    def rows(self, user_id: UUID, limit: int) -> Any:
        with self._reading.connect() as connection:
            return connection.execute(_rows, {"user_id": user_id, "rows": limit}).all()

    def everything(self, since: datetime, limit: int) -> Any:
        with self._reading.connect() as connection:
            return connection.execute(_since, {"since": since, "rows": limit}).all()

    def latest(self, user_id: UUID, limit: int) -> Any:
        with self._reading.connect() as connection:
            return connection.execute(_latest, {"user_id": user_id, "rows": limit}).all()

    def insert(self, project: dict[str, Any]) -> Any:
        with self._reading.connect() as connection:
            return connection.execute(_insert, project).one()

    def batch(self, items: list[dict[str, Any]]) -> Any:
        with self._engine.begin() as connection:
            return connection.execute(_batch, items).all()

    def plain(self, call: str, result: Any) -> Json:
        return super().plain(call, [tuple(row) for row in result] if isinstance(result, list) else tuple(result))
