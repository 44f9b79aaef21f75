"""What contenders share: how arguments and results travel.

In: arguments as JSON. Out: arguments as the contender's users have them at hand, and results as plain values. The
surprise: both happen outside the time that is measured. What is measured is one call, from the values that a program
has anyway to the values that it goes on with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bench.canonical import Json, plain

__all__ = ["CONVERSATION_COLUMNS", "MESSAGE_COLUMNS", "PROJECT_COLUMNS", "Contender", "Tuples", "named", "with_latest"]

PROJECT_COLUMNS = (
    *("id", "name", "description", "status", "collected_data"),
    *("user_id", "created_at", "updated_at", "validation_score"),
)
CONVERSATION_COLUMNS = ("id", "project_id", "title", "created_at")
MESSAGE_COLUMNS = ("id", "conversation_id", "role", "content", "created_at")


class Contender:
    """One way to do it. Any: each has types of its own, and a worker only passes them on."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo

    def close(self) -> None:
        """Give connections back."""

    async def open_async(self) -> None:
        """Open what belongs to the event loop that the calls run in."""

    async def close_async(self) -> None:
        """Close it."""

    def prepare(self, call: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments of one call, from JSON."""
        match call:
            case "get":
                return (UUID(arguments[0]),)
            case "rows" | "latest":
                return (UUID(arguments[0]), arguments[1])
            case "everything":
                return (datetime.fromisoformat(arguments[0]), arguments[1])
            case "transfer":
                return tuple(map(UUID, arguments))
            case "gather":
                return ([UUID(item) for item in arguments[0]],)
            case "insert":
                return (self.project(arguments[0]),)
            case "batch" | "copy":
                return ([self.message(item) for item in arguments[0]],)
            case _:
                raise ValueError(f"no workload makes the call {call!r}")

    def project(self, fields: dict[str, Any]) -> Any:
        """A project to insert, as it is at hand."""
        return {**fields, "user_id": UUID(fields["user_id"])}

    def message(self, fields: dict[str, Any]) -> Any:
        """A message to insert, as it is at hand."""
        return {**fields, "conversation_id": UUID(fields["conversation_id"])}

    def plain(self, call: str, result: Any) -> Json:  # noqa: ARG002 - some contenders need to know the call
        """What a call returned, with the names of columns."""
        return plain(result)


class Tuples(Contender):
    """A contender whose rows are tuples."""

    def plain(self, call: str, result: Any) -> Json:
        """Rows with the names of their columns."""
        match call:
            case "get" | "insert":
                return plain(named(result, PROJECT_COLUMNS))
            case "rows" | "everything" | "gather":
                return [plain(named(row, PROJECT_COLUMNS)) for row in result]
            case "batch":
                return [plain(named(row, MESSAGE_COLUMNS)) for row in result]
            case "latest":
                return [plain(with_latest(row)) for row in result]
            case _:
                return plain(result)


def named(row: Sequence[Any], columns: Sequence[str]) -> dict[str, Any]:
    """A row with the names of its columns."""
    return dict(zip(columns, row, strict=True))


def with_latest(row: Sequence[Any]) -> dict[str, Any]:
    """A project and its latest conversation, from the columns of both side by side."""
    width = len(PROJECT_COLUMNS)
    latest = None if row[width] is None else named(row[width:], CONVERSATION_COLUMNS)
    return {**named(row[:width], PROJECT_COLUMNS), "latest_conversation": latest}
