"""SQLModel on psycopg: one class for table and model, a session for each call, reads in autocommit mode."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Numeric, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col, select

from bench.canonical import Json, plain
from bench.contenders import sqlalchemy_core
from bench.contenders.contender import PROJECT_COLUMNS, Contender

__all__ = ["SqlModel"]


def _time() -> Any:
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.clock_timestamp(), "nullable": False},
    )


class Project(SQLModel, table=True):  # type: ignore[call-arg]  # of SQLModel, which is not there to see
    __tablename__ = "projects"

    id: UUID | None = Field(default=None, primary_key=True, sa_column_kwargs={"server_default": func.gen_random_uuid()})
    name: str = Field(sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    status: str = Field(sa_type=Text)
    collected_data: Any = Field(default=None, sa_column=Column("collected_data", JSONB))
    user_id: UUID
    created_at: datetime | None = _time()
    updated_at: datetime | None = _time()
    validation_score: Decimal | None = Field(default=None, sa_column=Column("validation_score", Numeric(5, 2)))


class SqlModel(Contender):
    """Entities that are models, though it does not validate what it reads."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._engine = sqlalchemy_core.engine(conninfo)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        self._engine.dispose()

    def get(self, id: UUID) -> Any:
        with Session(self._reading) as session:
            return session.get(Project, id)

    def rows(self, user_id: UUID, limit: int) -> Any:
        wanted = select(Project).where(Project.user_id == user_id)
        with Session(self._reading) as session:
            return session.exec(
                wanted.order_by(col(Project.updated_at).desc(), col(Project.id).desc()).limit(limit)
            ).all()

    def insert(self, fields: dict[str, Any]) -> Any:
        with Session(self._engine, expire_on_commit=False) as session:
            project = Project(**fields)
            session.add(project)
            session.commit()
        return project

    def plain(self, call: str, result: Any) -> Json:  # noqa: ARG002 - the interface
        if isinstance(result, Project):
            return {name: plain(getattr(result, name)) for name in PROJECT_COLUMNS}
        return [{name: plain(getattr(item, name)) for name in PROJECT_COLUMNS} for item in result]
