"""The database that everything is measured on.

In: a plan, which says how much of everything there is. Out: a scratch database with product_helper's migrations and
that much data, made by the server itself. The surprise: keys are numbers written as UUIDs, so that every program,
pgbench included, can make them up, and times are whole milliseconds, since JavaScript has no finer ones.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from sqlwright.embedded import start
from sqlwright.migrate import apply_all
from sqlwright.servers import Server, connect_server, scratch_database

__all__ = [
    "CHATTER",
    "FIRST",
    "GIVER",
    "LARGE_ARCHIVE",
    "SMALL_ARCHIVE",
    "TAKER",
    "WRITER",
    "Plan",
    "bench_server",
    "filled_database",
    "given_away",
    "jsonb_size",
    "project",
    "sweep",
    "user",
]

_OFFSET = 100_000_000_000  # twelve digits: nobody has to pad them

_PROJECTS, _USERS, _CONVERSATIONS, _OTHERS, _GIVEN = (f"00000000-0000-4000-{group}000-" for group in "89abc")

#: Owns what is inserted.
WRITER = f"{_OTHERS}{_OFFSET + 1}"
#: Own, in turn, the projects that are transferred.
GIVER, TAKER = f"{_OTHERS}{_OFFSET + 2}", f"{_OTHERS}{_OFFSET + 3}"
_ARCHIVIST = f"{_OTHERS}{_OFFSET + 4}"
#: Projects whose messages are streamed.
LARGE_ARCHIVE, SMALL_ARCHIVE = f"{_OTHERS}{_OFFSET + 11}", f"{_OTHERS}{_OFFSET + 12}"
#: The conversation that messages are added to.
CHATTER = f"{_OTHERS}{_OFFSET + 21}"
#: No project of a list is older.
FIRST = "2024-01-01T00:00:00+00:00"

_SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}


@dataclass(frozen=True)
class Plan:
    """How much of everything there is."""

    projects: int
    messages: int
    #: of each user: what a list can be asked for
    projects_per_user: int = 1000
    #: streamed, for comparison with all messages
    few_messages: int = 10_000
    batches: tuple[int, ...] = (100, 1000, 10_000)
    copied: int = 100_000

    @property
    def users(self) -> int:
        """How many users own projects."""
        return max(1, self.projects // self.projects_per_user)


def project(number: int) -> str:
    """The key of the project of that number, from 1."""
    return f"{_PROJECTS}{_OFFSET + number}"


def user(number: int) -> str:
    """The key of the user of that number, from 0."""
    return f"{_USERS}{_OFFSET + number}"


def given_away(number: int) -> str:
    """The key of a project that belongs to GIVER, from 0: each contender gives one of its own away."""
    return f"{_GIVEN}{_OFFSET + number}"


@contextmanager
def bench_server(url: str | None) -> Generator[Server]:
    """The server at `url`, else a throw-away one with room in memory for all of the data."""
    with nullcontext(connect_server(url)) if url else start(settings=_SETTINGS) as server:
        yield server


@contextmanager
def filled_database(server: Server, plan: Plan, root: Path) -> Generator[str]:
    """A scratch database with the data of the plan: its connection string."""
    with scratch_database(server) as conninfo:
        apply_all(conninfo, root / "migrations")
        with psycopg.connect(conninfo, autocommit=True) as connection:
            _fill(connection, plan)
        yield conninfo


def sweep(connection: psycopg.Connection[Any]) -> None:
    """Remove what writing workloads have left."""
    connection.execute("DELETE FROM projects WHERE user_id = %s", (WRITER,))
    connection.execute("DELETE FROM messages WHERE conversation_id = %s", (CHATTER,))
    connection.execute("DELETE FROM activity_log")
    connection.execute("VACUUM projects, messages, activity_log")


def jsonb_size(connection: psycopg.Connection[Any]) -> int:
    """Bytes of a project's collected_data as JSON text, on average."""
    row = connection.execute("SELECT avg(octet_length(collected_data::text))::int FROM projects").fetchone()
    return row[0] if row else 0


_COLLECTED = """jsonb_build_object(
    'actors', jsonb_build_array(
        jsonb_build_object('name', 'Customer ' || n, 'type', 'person'),
        jsonb_build_object('name', 'Warehouse', 'type', 'external system')
    ),
    'use_cases', jsonb_build_array('Places an order', 'Cancels it before shipping', 'Sees where parcel ' || n || ' is'),
    'boundaries', jsonb_build_array('No payments before release ' || n % 9),
    'entities', jsonb_build_array(
        jsonb_build_object('name', 'Order', 'attributes', jsonb_build_array('number', 'total')),
        jsonb_build_object('name', 'Parcel', 'attributes', jsonb_build_array('weight', 'route'))
    )
)"""


def _fill(connection: psycopg.Connection[Any], plan: Plan) -> None:
    owners = plan.users
    for statement in (
        f"INSERT INTO users (id, email, name, created_at, updated_at) "
        f"SELECT ('{_USERS}' || {_OFFSET} + n)::uuid, 'user' || n || '@example.org', 'User ' || n, '{FIRST}', '{FIRST}'"
        f" FROM generate_series(0, {owners - 1}) AS n",
        f"INSERT INTO users (id, email, name) "
        f"SELECT ('{_OTHERS}' || {_OFFSET} + n)::uuid, 'other' || n || '@example.org', 'Other ' || n "
        f"FROM generate_series(1, 4) AS n",
        f"INSERT INTO projects (id, name, description, status, collected_data, user_id, created_at, updated_at, "
        f"validation_score) "
        f"SELECT ('{_PROJECTS}' || {_OFFSET} + n)::uuid, 'Project ' || n, "
        f"CASE WHEN n % 10 <> 0 THEN 'A shop for things of kind ' || n || ', with delivery' END, "
        f"(ARRAY['draft', 'active', 'completed'])[1 + n % 3], {_COLLECTED}, "
        f"('{_USERS}' || {_OFFSET} + n % {owners})::uuid, "
        f"'{FIRST}'::timestamptz + n * interval '61.007 s', '{FIRST}'::timestamptz + n * interval '67.013 s', "
        f"CASE WHEN n % 5 <> 0 THEN (n % 10000) / 100.0 END "
        f"FROM generate_series(1, {plan.projects}) AS n",
        f"INSERT INTO conversations (id, project_id, title, created_at) "
        f"SELECT ('{_CONVERSATIONS}' || {_OFFSET} + 2 * n + k)::uuid, ('{_PROJECTS}' || {_OFFSET} + n)::uuid, "
        f"CASE WHEN n % 7 <> 0 THEN 'Talk ' || k || ' about ' || n END, "
        f"'{FIRST}'::timestamptz + (n + 1000 * k) * interval '61.011 s' "
        f"FROM generate_series(1, {plan.projects}) AS n, generate_series(0, 1) AS k",
        f"INSERT INTO projects (id, name, user_id, created_at) "
        f"SELECT ('{_GIVEN}' || {_OFFSET} + n)::uuid, 'Given away', '{GIVER}', '2020-01-01' "
        f"FROM generate_series(0, 19) AS n",
        *_archive(LARGE_ARCHIVE, plan.messages),
        *_archive(SMALL_ARCHIVE, plan.few_messages),
        f"INSERT INTO conversations (id, project_id) VALUES ('{CHATTER}', '{SMALL_ARCHIVE}')",
        "VACUUM ANALYZE",
    ):
        connection.execute(statement.encode())


def _archive(key: str, messages: int) -> tuple[str, ...]:
    """A project with that many messages, a thousand to a conversation."""
    return (
        f"INSERT INTO projects (id, name, user_id, created_at) "
        f"VALUES ('{key}', 'Archive', '{_ARCHIVIST}', '2020-01-01')",
        f"INSERT INTO conversations (project_id, title) "
        f"SELECT '{key}', 'Talk ' || n FROM generate_series(1, {max(1, messages // 1000)}) AS n",
        f"INSERT INTO messages (conversation_id, role, content) "
        f"SELECT c.id, (ARRAY['user', 'assistant'])[1 + n % 2], "
        f"'Message ' || n || ': a parcel that was ordered before noon leaves the warehouse on the same day' "
        f"FROM conversations AS c, generate_series(1, {min(1000, messages)}) AS n WHERE c.project_id = '{key}'",
    )
