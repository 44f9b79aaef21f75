"""What is measured: workloads, who takes part in each, and the goals.

Out: tables. Each workload is one call made over and over, with arguments that every contender gets alike. The surprise:
a goal is a ratio of two contenders' times, so it says nothing about the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.data import CHATTER, Plan

__all__ = ["CONTENDERS", "Contender", "Goal", "Workload", "workloads"]

Place = Literal["python", "node", "pgbench"]


@dataclass(frozen=True)
class Contender:
    """Who takes part."""

    title: str
    #: `module:Class` of bench.contenders, or a module of the folder node
    code: str
    place: Place = "python"
    #: packages that must be there
    needs: tuple[str, ...] = ()
    #: whether it returns nothing that could be compared
    mute: bool = False


_ALCHEMY = ("SQLAlchemy",)

CONTENDERS: dict[str, Contender] = {
    "raw": Contender("psycopg by hand (raw)", "raw:Raw"),
    "raw-pool": Contender("psycopg by hand, through its pool", "raw:Pooled"),
    "raw-models": Contender("psycopg by hand, then Project(**row)", "raw:PsycopgModels"),
    "raw-n+1": Contender("psycopg by hand, N+1 statements", "raw:RawNPlusOne"),
    "raw-copy": Contender("psycopg by hand, COPY of tuples", "raw:RawCopy"),
    "raw-call": Contender("psycopg by hand, CALL", "raw:RawCall"),
    "raw-async": Contender("psycopg's async pool by hand", "raw:PooledAsync"),
    "ours": Contender("sqlwright, Database", "ours:Ours"),
    "ours-paused": Contender("sqlwright, Database with pause_gc", "ours:OursPaused"),
    "ours-dataclass": Contender("sqlwright, rows as dataclasses", "ours_styles:OursDataclass"),
    "ours-msgspec": Contender("sqlwright, rows as msgspec Structs", "ours_styles:OursMsgspec"),
    "ours-tx": Contender("sqlwright, held transaction", "ours:OursTransaction"),
    "ours-cursor": Contender("sqlwright, _cursor", "ours:OursCursor"),
    "ours-async": Contender("sqlwright, AsyncDatabase", "ours:OursAsync"),
    "aiosql": Contender("aiosql alone", "aiosql_alone:Aiosql"),
    "core": Contender("SQLAlchemy Core", "sqlalchemy_core:Core", needs=_ALCHEMY),
    "orm": Contender("SQLAlchemy ORM", "sqlalchemy_orm:Orm", needs=_ALCHEMY),
    "orm-tx": Contender("SQLAlchemy ORM, its default transactions", "sqlalchemy_orm:OrmTransaction", needs=_ALCHEMY),
    "orm-models": Contender("SQLAlchemy ORM, as pydantic models", "sqlalchemy_orm:OrmModels", needs=_ALCHEMY),
    "sqlmodel": Contender("SQLModel", "sqlmodel_orm:SqlModel", needs=(*_ALCHEMY, "sqlmodel")),
    "asyncpg": Contender("asyncpg, its pool", "asyncpg_alone:Asyncpg", needs=("asyncpg",)),
    "drizzle": Contender("Drizzle on node-postgres", "drizzle", "node", ("node",)),
    "postgresjs": Contender("postgres.js", "postgresjs", "node", ("node",)),
    "pgbench": Contender("pgbench -M prepared (the server's limit)", "", "pgbench"),
    "layer-libpq": Contender("libpq and psycopg's wrapper: exec_prepared", "layers:LibpqLayer", mute=True),
    "layer-cursor": Contender("psycopg: execute, on a cursor that is kept", "layers:CursorLayer", mute=True),
    "layer-loading": Contender("values to Python, jsonb as bytes", "layers:LoadingLayer", mute=True),
    "layer-model": Contender("validated models, nested ones from the bytes", "layers:ModelLayer"),
    "layer-new-cursor": Contender("the same, with a new cursor for each call", "layers:NewCursorLayer"),
}


@dataclass(frozen=True)
class Goal:
    """A contender's time, as a share of another's, at most."""

    contender: str
    against: str
    at_most: float

    @property
    def faster(self) -> bool:
        """Whether it is better said as "so many times as fast"."""
        return self.against in ("orm", "orm-models", "drizzle", "raw-n+1", "raw-async")


def _times(contender: str, factor: float, against: str) -> Goal:
    return Goal(contender, against, 1 / factor)


@dataclass(frozen=True)
class Workload:
    """One call, made over and over."""

    name: str
    title: str
    call: str
    contenders: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    #: whose time is 1
    base: str = "raw"
    #: fields that differ by nature
    without: tuple[str, ...] = ()
    #: whether rows are left that must be swept up
    writes: bool = False
    #: how many rows it returns or takes
    rows: int = 1
    #: a query with one value, which shows what a call did; `key` is the call's first argument
    effect: str | None = None
    #: whether a second call undoes what the first did
    swings: bool = False

    @property
    def heavy(self) -> bool:
        """Whether one call takes so long that fewer rounds must do."""
        return self.rows >= 5000


_MADE_UP = ("id", "created_at", "updated_at")
_STYLES = ("ours-dataclass", "ours-msgspec")
_NODE = ("drizzle", "postgresjs")


def workloads(plan: Plan) -> list[Workload]:
    """All of them, in the order in which they are measured and shown."""
    return [
        Workload(
            "get",
            "One project by key",
            "get",
            (
                *("raw", "ours", "ours-tx", "raw-pool", "raw-models", "aiosql", "core", "orm", "orm-tx", "sqlmodel"),
                *("asyncpg", *_NODE, "pgbench"),
            ),
            (
                Goal("ours", "raw", 1.0),
                Goal("ours-tx", "raw", 0.8),
                _times("ours", 5, "orm"),
                _times("ours", 3, "drizzle"),
            ),
        ),
        *(_list(rows, plan) for rows in (10, 100, 1000)),
        Workload(
            "list-all",
            f"All {plan.projects:,} projects",
            "everything",
            (
                "raw",
                "ours",
                "ours-paused",
                "ours-dataclass",
                "ours-msgspec",
                "ours-cursor",
                "raw-models",
                "core",
                "orm",
                "asyncpg",
                *_NODE,
            ),
            (Goal("ours", "raw", 0.6), Goal("ours-paused", "raw", 0.6), Goal("ours-cursor", "raw", 0.45)),
            rows=plan.projects,
        ),
        Workload(
            "insert",
            "Insert one project RETURNING it",
            "insert",
            ("raw", "ours", "raw-models", "aiosql", "core", "orm", "sqlmodel", "asyncpg", *_NODE, "pgbench"),
            (Goal("ours", "raw", 0.95),),
            without=_MADE_UP,
            writes=True,
        ),
        *(
            Workload(
                f"batch-{size}",
                f"Insert {size:,} messages RETURNING them",
                "batch",
                ("raw", "ours", "core", "orm", "asyncpg", *_NODE),
                (Goal("ours", "raw", share), _times("ours", 3, "drizzle")),
                without=_MADE_UP,
                writes=True,
                rows=size,
            )
            for size, share in zip(plan.batches, (0.7, 0.6, 0.55), strict=True)
        ),
        Workload(
            "copy",
            f"COPY of {plan.copied:,} messages",
            "copy",
            ("raw", "ours", "raw-copy", "asyncpg"),
            (Goal("ours", "raw", 0.5),),
            writes=True,
            rows=plan.copied,
            effect=f"SELECT count(*) || ' ' || md5(string_agg(role || content, ',' ORDER BY content)) FROM messages "
            f"WHERE conversation_id = '{CHATTER}'",
        ),
        Workload(
            "transfer",
            "Transfer a project",
            "transfer",
            ("raw", "ours", "raw-call", "aiosql", "orm", "asyncpg", *_NODE, "pgbench"),
            (Goal("ours", "raw", 0.6),),
            writes=True,
            effect="SELECT ARRAY[p.user_id, l.from_user_id, l.to_user_id]::text FROM projects AS p "
            "LEFT JOIN activity_log AS l ON l.project_id = p.id WHERE p.id = %(key)s ORDER BY l.at DESC LIMIT 1",
            swings=True,
        ),
        Workload(
            "latest",
            "50 projects with their latest conversation",
            "latest",
            ("raw", "ours", "raw-n+1", "core", "orm", "asyncpg", "drizzle", "pgbench"),
            (Goal("ours", "raw", 1.3), _times("ours", 6, "raw-n+1")),
            rows=50,
        ),
        Workload(
            "async",
            "64 concurrent gets over a pool of 8",
            "gather",
            ("raw-async", "ours-async", "asyncpg", *_NODE, "pgbench"),
            (_times("ours-async", 2.5, "raw-async"),),
            base="raw-async",
            rows=64,
        ),
    ]


def _list(rows: int, plan: Plan) -> Workload:
    goals = {
        10: (_times("ours", 2.5, "orm"), _times("ours", 2, "drizzle")),
        100: (_times("ours", 1, "drizzle"),),
        1000: (Goal("ours-dataclass", "raw", 0.9), _times("ours", 2.5, "orm-models"), _times("ours", 1, "drizzle")),
    }
    return Workload(
        f"list-{rows}",
        f"A list of {rows:,} projects",
        "rows",
        (
            *("raw", "ours", *_STYLES, "raw-models", "aiosql", "core", "orm", "orm-models", "sqlmodel"),
            *("asyncpg", *_NODE, "pgbench"),
        ),
        (Goal("ours", "raw", 1.0), *goals[rows]),
        rows=min(rows, plan.projects_per_user),
    )
