"""Realistic data for product_helper, the same on every machine.

In: a seed and sizes. Out: rows for the COPY functions, made while they are read. The surprise: what rows must agree on
(keys, owners, times) is drawn first, as a skeleton; each table then has a random generator of its own, so that a change
of one table's texts changes no other table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar
from uuid import UUID

from product_helper.models import (
    ActivityImport,
    ArtifactImport,
    ConversationImport,
    MessageImport,
    ProjectImport,
    UserImport,
)
from product_helper.types import Actor, CollectedData, Entity

__all__ = ["DemoData", "Sizes"]

T = TypeVar("T")

_FIRST_DAY = datetime(2024, 1, 8, 8, tzinfo=UTC)
_DAYS = 540

_ArtifactType = Literal["summary", "requirements", "use_case_diagram", "entity_diagram", "prototype"]
_ARTIFACT_TYPES: tuple[_ArtifactType, ...] = (
    "summary",
    "requirements",
    "use_case_diagram",
    "entity_diagram",
    "prototype",
)
_Status = Literal["draft", "active", "completed"]
_STATUSES: tuple[_Status, ...] = ("draft", "active", "completed")


@dataclass(frozen=True)
class Sizes:
    """How many rows of each table."""

    users: int = 320
    projects: int = 10_000
    conversations: int = 30_000
    messages: int = 100_000
    artifacts: int = 16_000

    def scaled(self, factor: float) -> Sizes:
        """More of everything, or less; ten users at least, since projects change hands."""
        return Sizes(
            users=max(10, round(self.users * factor)),
            projects=max(100, round(self.projects * factor)),
            conversations=round(self.conversations * factor),
            messages=round(self.messages * factor),
            artifacts=round(self.artifacts * factor),
        )


@dataclass(frozen=True)
class _Project:
    id: UUID
    trade: dict[str, Any]
    product: str
    place: str
    status: _Status
    owner: UUID
    #: who had it first, where it was transferred
    giver: UUID | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class _Conversation:
    id: UUID
    project: _Project
    created_at: datetime


class DemoData:
    """All rows; iterate a table as often as you like, it is the same every time."""

    def __init__(self, sizes: Sizes, seed: int) -> None:
        self.sizes = sizes
        self._seed = seed
        # Any: TOML; the shape is that of data.toml beside this file.
        self._words: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

    def users(self) -> Iterator[UserImport]:
        """Accounts with names that repeat and addresses that do not."""
        random = self._random("users")
        for number, user_id in enumerate(self._user_ids, start=1):
            given, family = random.choice(self._words["given_names"]), random.choice(self._words["family_names"])
            opened = _FIRST_DAY - timedelta(minutes=random.randrange(60 * 24 * 90))
            yield UserImport(
                id=user_id,
                email=f"{given}.{family}.{number}@example.com".lower(),
                name=f"{given} {family}",
                created_at=opened,
                updated_at=opened,
            )

    def projects(self) -> Iterator[ProjectImport]:
        """Drafts that know little, active and completed projects that know more and mostly have a score."""
        random = self._random("projects")
        for project in self._projects:
            scored = project.status != "draft" and random.random() < 0.85
            told = random.random() < 0.8
            yield ProjectImport(
                id=project.id,
                name=f"{project.product} for {project.place}",
                description=random.choice(self._words["openings"]) if told else None,
                status=project.status,
                validation_score=_score(random, project.status) if scored else None,
                collected_data=_collected(random, project),
                user_id=project.owner,
                created_at=project.created_at,
                updated_at=project.updated_at,
            )

    def conversations(self) -> Iterator[ConversationImport]:
        """Some projects have none, most have a few; some have no title yet."""
        random = self._random("conversation titles")
        titles = ("First talk", "Who uses it", "What it keeps", "What is left out", "Looking at the prototype")
        for conversation in self._conversations:
            yield ConversationImport(
                id=conversation.id,
                project_id=conversation.project.id,
                title=random.choice(titles) if random.random() < 0.9 else None,
                created_at=conversation.created_at,
            )

    def messages(self) -> Iterator[MessageImport]:
        """The system's instructions first, then user and assistant in turn; some conversations have not begun."""
        random = self._random("messages")
        for conversation, count in zip(self._conversations, self._message_counts, strict=True):
            project, at = conversation.project, conversation.created_at
            for position in range(count):
                role, content = self._say(random, project, position)
                yield MessageImport(
                    id=_uuid(random),
                    conversation_id=conversation.id,
                    role=role,
                    content=content,
                    created_at=at,
                )
                at += timedelta(seconds=random.randrange(5, 240))

    def artifacts(self) -> Iterator[ArtifactImport]:
        """Documents of active and completed projects, several versions of some."""
        random = self._random("artifacts")
        grown = [project for project in self._projects if project.status != "draft"]
        for _ in range(self.sizes.artifacts):
            project, kind = random.choice(grown), random.choice(_ARTIFACT_TYPES)
            yield ArtifactImport(
                id=_uuid(random),
                project_id=project.id,
                type=kind,
                content=_document(random, project, kind),
                created_at=_between(random, project.created_at, project.updated_at),
            )

    def activity(self) -> Iterator[ActivityImport]:
        """The life of each project: created, perhaps given away, perhaps completed."""
        random = self._random("activity")
        for project in self._projects:
            first_owner = project.giver or project.owner
            yield ActivityImport(
                id=_uuid(random), type="project_created", project_id=project.id, to_user_id=first_owner,
                at=project.created_at,
            )  # fmt: skip
            if project.giver is not None:
                yield ActivityImport(
                    id=_uuid(random), type="project_transferred", project_id=project.id, from_user_id=project.giver,
                    to_user_id=project.owner, at=_between(random, project.created_at, project.updated_at),
                )  # fmt: skip
            if project.status == "completed":
                yield ActivityImport(
                    id=_uuid(random), type="project_completed", project_id=project.id, at=project.updated_at
                )

    # ------------------------------------------------------------------------------------------- skeleton

    @cached_property
    def _user_ids(self) -> tuple[UUID, ...]:
        random = self._random("user ids")
        return tuple(_uuid(random) for _ in range(self.sizes.users))

    @cached_property
    def _projects(self) -> tuple[_Project, ...]:
        random = self._random("project skeleton")
        # A few users own very many projects, most own some: a long tail, as in real life.
        busy = [random.paretovariate(1.2) for _ in self._user_ids]
        owners = random.choices(self._user_ids, busy, k=self.sizes.projects)
        return tuple(self._project(random, owner) for owner in owners)

    def _project(self, random: Random, owner: UUID) -> _Project:
        trade: dict[str, Any] = random.choice(self._words["trades"])
        created = _FIRST_DAY + timedelta(days=random.randrange(_DAYS), seconds=random.randrange(10 * 3600))
        (status,) = random.choices(_STATUSES, (30, 50, 20))
        giver = random.choice(self._user_ids) if random.random() < 0.05 else None
        return _Project(
            id=_uuid(random),
            trade=trade,
            product=random.choice(trade["products"]),
            place=random.choice(trade["places"]),
            status=status,
            owner=owner,
            giver=giver if giver != owner else None,
            created_at=created,
            updated_at=created + timedelta(hours=random.randrange(1, 24 * 90), seconds=random.randrange(3600)),
        )

    @cached_property
    def _conversations(self) -> tuple[_Conversation, ...]:
        random = self._random("conversation skeleton")
        talkative = [random.paretovariate(1.6) - 0.9 for _ in self._projects]
        chosen = random.choices(self._projects, talkative, k=self.sizes.conversations)
        return tuple(
            _Conversation(_uuid(random), project, _between(random, project.created_at, project.updated_at))
            for project in chosen
        )

    @cached_property
    def _message_counts(self) -> list[int]:
        """One number for each conversation; together exactly as many as were asked for."""
        random = self._random("message counts")
        counts = [0] * len(self._conversations)
        begun = [index for index in range(len(counts)) if random.random() < 0.97] or list(range(len(counts)))
        for index in random.choices(begun, k=self.sizes.messages) if begun else ():
            counts[index] += 1
        return counts

    def _say(
        self, random: Random, project: _Project, position: int
    ) -> tuple[Literal["system", "user", "assistant"], str]:
        if position == 0:
            return "system", f"Help to describe “{project.product}” for {project.place}. Ask one question at a time."
        if position == 1:
            return "user", random.choice(self._words["openings"])
        if position % 2 == 0:
            return "assistant", random.choice(self._words["questions"])
        use_case = random.choice(project.trade["use_cases"])
        return "user", f"{use_case}. {random.choice(self._words['answers'])}"

    def _random(self, purpose: str) -> Random:
        return Random(f"{self._seed} {purpose}")


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _between(random: Random, start: datetime, end: datetime) -> datetime:
    return start + (end - start) * random.random()


def _score(random: Random, status: _Status) -> Decimal:
    middle = 88 if status == "completed" else 64
    return Decimal(round(min(100.0, max(0.0, random.gauss(middle, 12))) * 100)) / 100


def _collected(random: Random, project: _Project) -> CollectedData | None:
    """What has come to light: nothing for every other draft, everything for completed projects."""
    if project.status == "draft" and random.random() < 0.5:
        return None
    share = {"draft": 0.4, "active": 0.8, "completed": 1.0}[project.status]
    trade = project.trade
    return CollectedData(
        actors=[Actor(name=name, type=kind) for name, kind in _some(random, list(trade["actors"].items()), share)],
        use_cases=_some(random, trade["use_cases"], share),
        boundaries=_some(random, trade["boundaries"], share),
        entities=[
            Entity(name=name, attributes=attributes)
            for name, attributes in _some(random, list(trade["entities"].items()), share)
        ],
    )


def _some(random: Random, items: Sequence[T], share: float) -> list[T]:
    return [item for item in items if random.random() < share]


def _document(random: Random, project: _Project, kind: _ArtifactType) -> str:
    trade, title = project.trade, f"{project.product} for {project.place}"
    lines = [f"# {title}: {kind.replace('_', ' ')}", ""]
    match kind:
        case "use_case_diagram":
            lines += [
                "graph LR",
                *(f"  {actor} --> {case}" for actor in trade["actors"] for case in trade["use_cases"]),
            ]
        case "entity_diagram":
            lines += ["erDiagram", *(f"  {name} {{ {', '.join(parts)} }}" for name, parts in trade["entities"].items())]
        case _:
            lines += [f"- {case}" for case in _some(random, trade["use_cases"], 0.8)]
            lines += ["", "Left out:", *(f"- {boundary}" for boundary in trade["boundaries"])]
    return "\n".join(lines)
