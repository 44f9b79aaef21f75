"""What is known of PostgreSQL's own functions: which of them never return NULL by themselves.

In: a function's identifier. Out: its class, from the reviewed table builtin_null_class.json (every built-in plain
function, found by reading the C sources for a reachable PG_RETURN_NULL) and the corrections below. The surprise:
"strict" in pg_proc only says that a NULL argument gives NULL; `'{}'::jsonb -> 'a'` is strict and NULL. So the table
is a list of functions that are known, and whatever is not in it counts as able to return NULL.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Final, cast

from sqlwright.codegen.catalog import CatalogFunction

__all__ = ["NullClass", "is_builtin", "null_class"]

#: strict: NULL exactly when an argument is NULL · never: not NULL whatever the arguments · first: NULL exactly when the
#: first argument is · anyarg: NULL exactly when all arguments are · no: may be NULL for reasons of its own
NullClass = str

#: The first object identifier that users' objects can get (FirstNormalObjectId).
_FIRST_USER_OID: Final = 16384

#: Casts from jsonb to numbers and booleans: PostgreSQL 18 turns the JSON null into NULL, older versions raise.
_JSONB_CASTS: Final = frozenset({3556, 3449, 3450, 3451, 3452, 3453, 2580})


def is_builtin(function: CatalogFunction) -> bool:
    """Part of PostgreSQL itself: neither a user nor an extension has made it."""
    return function.oid < _FIRST_USER_OID and function.schema == "pg_catalog" and function.extension is None


def null_class(function: CatalogFunction, server_version: int) -> NullClass:
    """When a built-in function returns NULL; "no" where it is not known."""
    if not is_builtin(function):
        return "no"
    if function.oid in _JSONB_CASTS and server_version >= 180000:
        return "no"
    return _table().get(function.oid, "no")


@cache
def _table() -> dict[int, NullClass]:
    text = (
        resources.files("sqlwright.codegen.nullability").joinpath("builtin_null_class.json").read_text(encoding="utf-8")
    )
    return {int(oid): kind for oid, kind in cast("dict[str, str]", json.loads(text)).items()}
