"""Names: what a table, column or query is called in Python.

In: PostgreSQL names, which may be anything. Out: Python identifiers, deterministic. The surprise: a name is only
changed where Python or pydantic would not take it, so that a DBA and a developer speak of the same thing.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

from pydantic import BaseModel

__all__ = ["class_name", "constant_name", "field_names", "identifier", "singular"]

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "mice": "mouse",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "criteria": "criterion",
    "analyses": "analysis",
    "movies": "movie",
    "cookies": "cookie",
    "aliases": "alias",
    "statuses": "status",
    "buses": "bus",
    "heroes": "hero",
    "shelves": "shelf",
    "lives": "life",
    "leaves": "leaf",
}
#: words that look like plurals and are not, or that are both
_UNCHANGED = frozenset(("series", "species", "news", "data", "metadata", "sms", "os", "dns", "gps", "has", "as"))
_WORD = re.compile(r"[^\W_]+")
# Fields that would hide a method or attribute of pydantic's own.
_TAKEN = frozenset(name for name in dir(BaseModel) if not name.startswith("_"))


def singular(word: str) -> str:
    """The singular of an English table name's last word: `activity_logs` → `activity_log`; unknown forms stay."""
    head, separator, last = word.rpartition("_")
    lower = last.lower()
    if lower in _UNCHANGED or lower.endswith(("ss", "us", "is")):
        return word
    if lower in _IRREGULAR:
        one = _IRREGULAR[lower]
    elif lower.endswith("ies") and len(lower) > 4:
        one = last[:-3] + "y"
    elif lower.endswith(("sses", "xes", "zzes", "ches", "shes")):
        one = last[:-2]
    elif lower.endswith("s") and len(lower) > 2:
        one = last[:-1]
    else:
        return word
    return f"{head}{separator}{one}"


def identifier(name: str) -> str:
    """`name` where it is an identifier already; otherwise the nearest one: `first name` → `first_name`."""
    plain = unicodedata.normalize("NFKC", name)
    if not plain.isidentifier():
        plain = re.sub(r"\W+", "_", plain).strip("_") or "column"
        if plain[0].isdigit():
            plain = f"_{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def field_name(name: str) -> str:
    """A column's name as a model's field: no leading underscore, and none of pydantic's own attributes."""
    plain = identifier(name)
    if plain.startswith("_"):
        plain = plain.lstrip("_") or "column"
        plain = f"column_{plain}" if plain[0].isdigit() else plain
    return f"{plain}_" if plain in _TAKEN or plain.startswith("model_") or keyword.iskeyword(plain) else plain


def field_names(names: Iterable[str]) -> list[str]:
    """Columns' names as the fields of one model, each its own: `class` and `class_` → `class_`, `class__`."""
    fields: list[str] = []
    for name in names:
        field = field_name(name)
        while field in fields:
            field += "_"
        fields.append(field)
    return fields


def class_name(name: str) -> str:
    """CamelCase: `activity_log` → `ActivityLog`; capitals that are there stay."""
    words = _WORD.findall(unicodedata.normalize("NFKC", name))
    joined = "".join(word[0].upper() + word[1:] for word in words) or "Column"
    # Not an underscore in front: that would make it private.
    return f"X{joined}" if joined[0].isdigit() else joined


def constant_name(label: str) -> str:
    """An enum label as a member: `in progress` → `IN_PROGRESS`."""
    plain = identifier(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", label)).upper().strip("_") or "EMPTY"
    return f"VALUE_{plain}" if plain[0].isdigit() else plain
