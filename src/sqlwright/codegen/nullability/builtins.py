"""What is known of PostgreSQL's own functions: which of them never return NULL by themselves.

In: a function of the catalog. Out: its class, from the reviewed table builtins.tsv. The surprise: "strict" in pg_proc
only says that a NULL argument gives NULL; `'{}'::jsonb -> 'a'` is strict, and NULL. So the table lists the functions
that are known, and whatever is not in it counts as able to return NULL.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, Literal, TypeAlias, cast

from sqlwright.codegen.catalog import CatalogFunction

__all__ = ["FIRST_USER_OID", "NullClass", "is_builtin", "null_class"]

#: strict: NULL exactly when an argument is NULL · never: not NULL whatever the arguments · first: NULL exactly when the
#: first argument is · two: when one of the first two is · anyarg: when all arguments are · no: for reasons of its own
NullClass: TypeAlias = Literal["strict", "never", "first", "two", "anyarg", "no"]

#: The first object identifier that users' objects can get (FirstNormalObjectId).
FIRST_USER_OID: Final = 16384

#: Functions that may return NULL from this version on: infinite intervals have no month (17), and the casts from jsonb
#: to numbers and booleans turn the JSON null into NULL where they used to raise (18).
_CHANGED: Final = {
    1172: 170000, 6204: 170000,
    3556: 180000, 3449: 180000, 3450: 180000, 3451: 180000, 3452: 180000, 3453: 180000, 2580: 180000,
}  # fmt: skip


def is_builtin(function: CatalogFunction) -> bool:
    """Part of PostgreSQL itself: neither a user nor an extension has made it."""
    return function.oid < FIRST_USER_OID and function.schema == "pg_catalog" and function.extension is None


def null_class(function: CatalogFunction, server_version: int) -> NullClass:
    """When a built-in function returns NULL; "no" where it is not known."""
    if not is_builtin(function) or server_version >= _CHANGED.get(function.oid, server_version + 1):
        return "no"
    return _table().get(function.oid, "no")


@cache
def _table() -> dict[int, NullClass]:
    text = resources.files("sqlwright.codegen.nullability").joinpath("builtins.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {int(oid): cast("NullClass", kind) for oid, kind, _ in rows}
