"""Whether two contenders returned the same data.

In: rows as plain values, from whatever program. Out: one text for one content, and its digest. The surprise: the text
is the one that JavaScript writes too, so nothing in here may depend on how Python spells a value: times end in
milliseconds and Z, numerics and UUIDs are strings, and there are no floats.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from pydantic import BaseModel

__all__ = ["Json", "Summary", "canonical", "difference", "plain", "summarise", "without"]

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"

#: Of a large result, how many rows from its start travel along to show a difference.
_SHOWN = 3

#: What a contender returned: how many rows, the digest of all, and the text of the first few.
Summary: TypeAlias = "dict[str, Any]"


def plain(value: Any) -> Json:
    """A value of any contender as JSON has it; models, dataclasses and named tuples become objects.

    Raises TypeError for a value that has no one spelling in all languages.
    """
    match value:
        case None | bool() | str() | int():
            return value
        case UUID() | Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case Sequence():
            return [plain(item) for item in value]
        case BaseModel():
            return {name: plain(item) for name, item in value}
        case _ if hasattr(value, "__struct_fields__"):
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case _ if is_dataclass(value):
            return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
        case _:
            raise TypeError(f"no plain form of a {type(value).__name__}")


def without(value: Json, names: frozenset[str]) -> Json:
    """The value without the fields that differ by nature: keys and times that the server makes up."""
    if isinstance(value, dict):
        return {name: without(item, names) for name, item in value.items() if name not in names}
    if isinstance(value, list):
        return [without(item, names) for item in value]
    return value


def canonical(value: Json) -> str:
    """One text for one content."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def summarise(value: Json) -> Summary:
    """What can be compared without sending all of it."""
    rows = value if isinstance(value, list) else [value]
    return {
        "rows": len(rows),
        "digest": hashlib.sha256(canonical(value).encode()).hexdigest(),
        "first": [canonical(row) for row in rows[:_SHOWN]],
    }


def difference(one: Summary, other: Summary) -> str | None:
    """What differs, in words; None when nothing does."""
    if one["digest"] == other["digest"]:
        return None
    if one["rows"] != other["rows"]:
        return f"{one['rows']} rows against {other['rows']}"
    for number, (left, right) in enumerate(zip(one["first"], other["first"], strict=True)):
        if left != right:
            return f"row {number}: {left} against {right}"
    return f"a row after the first {len(one['first'])}"
