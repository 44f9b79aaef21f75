"""SQLAlchemy's ORM on psycopg: declared classes, a session for each call.

Reads run in autocommit mode, which saves it two round trips; `OrmTransaction` leaves the default, as its tutorial does.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Numeric, Text, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

from bench.canonical import Json, plain
from bench.contenders import sqlalchemy_core
from bench.contenders.contender import CONVERSATION_COLUMNS, MESSAGE_COLUMNS, PROJECT_COLUMNS, Contender
from product_helper import models

__all__ = ["Orm", "OrmModels", "OrmTransaction"]


class Base(DeclarativeBase):
    pass


class Project(Base):
    __tablename__ = "projects"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    collected_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    user_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    validation_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2), server_default=func.null())

    conversations: Mapped[list[Conversation]] = relationship(
        order_by="(Conversation.created_at.desc(), Conversation.id.desc())"
    )


class Conversation(Base):
    __tablename__ = "conversations"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    title: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Message(Base):
    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    role: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


_models = TypeAdapter(list[models.Project])


class Orm(Contender):
    """Entities."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._engine = sqlalchemy_core.engine(conninfo)
        self._reading: Any = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        self._engine.dispose()

    def get(self, id: UUID) -> Any:
        with Session(self._reading) as session:
            return session.get(Project, id)

    def rows(self, user_id: UUID, limit: int) -> Any:
        with Session(self._reading) as session:
            return session.scalars(_of_user(user_id, limit)).all()

    def everything(self, since: datetime, limit: int) -> Any:
        wanted = select(Project).where(Project.created_at >= since)
        with Session(self._reading) as session:
            return session.scalars(wanted.order_by(Project.created_at, Project.id).limit(limit)).all()

    def latest(self, user_id: UUID, limit: int) -> Any:
        """Its usual way: all conversations of the projects, in a second statement."""
        with Session(self._reading) as session:
            return session.scalars(_of_user(user_id, limit).options(selectinload(Project.conversations))).all()

    def insert(self, fields: dict[str, Any]) -> Project:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            project = Project(**fields)
            session.add(project)
        return project

    def batch(self, items: list[dict[str, Any]]) -> Any:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            return session.scalars(insert(Message).returning(Message, sort_by_parameter_order=True), items).all()

    def transfer(self, project_id: UUID, from_user_id: UUID, to_user_id: UUID) -> None:
        with Session(self._engine) as session, session.begin():
            project = session.get(Project, project_id, with_for_update={"key_share": True})
            if project is None or project.user_id != from_user_id:
                raise LookupError("not the owner")
            project.user_id = to_user_id
            project.updated_at = func.clock_timestamp()
            log = sqlalchemy_core.activity_log
            entry = {"type": "project_transferred", "project_id": project_id}
            session.execute(insert(log), {**entry, "from_user_id": from_user_id, "to_user_id": to_user_id})

    def plain(self, call: str, result: Any) -> Json:
        if call == "transfer":
            return None
        if call in ("get", "insert"):
            return _fields(result, PROJECT_COLUMNS)
        if call == "latest":
            return [
                {
                    **_fields(project, PROJECT_COLUMNS),
                    "latest_conversation": next(
                        (_fields(each, CONVERSATION_COLUMNS) for each in project.conversations), None
                    ),
                }
                for project in result
            ]
        return [_fields(item, MESSAGE_COLUMNS if call == "batch" else PROJECT_COLUMNS) for item in result]


class OrmTransaction(Orm):
    """With a transaction around each session, which is its default."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo)
        self._reading = self._engine


class OrmModels(Orm):
    """Entities, made into the pydantic models that an application answers with."""

    def get(self, id: UUID) -> Any:
        entity = super().get(id)
        return None if entity is None else models.Project.model_validate(entity, from_attributes=True)

    def rows(self, user_id: UUID, limit: int) -> Any:
        return _models.validate_python(super().rows(user_id, limit), from_attributes=True)

    def plain(self, call: str, result: Any) -> Json:  # noqa: ARG002 - the interface
        return plain(result)


def _of_user(user_id: UUID, limit: int) -> Any:
    wanted = select(Project).where(Project.user_id == user_id)
    return wanted.order_by(Project.updated_at.desc(), Project.id.desc()).limit(limit)


def _fields(entity: Any, names: tuple[str, ...]) -> dict[str, Json]:
    return {name: plain(getattr(entity, name)) for name in names}
