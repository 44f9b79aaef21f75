"""Questions that are asked of a type again and again: what it is under its domains, and which row of the table is its.

In: a `PgType`. Out: what its structure says, without any Python being declared for it.
"""

from __future__ import annotations

from sqlwright.codegen.ir import PgType, TypeKind
from sqlwright.codegen.python_types import EXTENSIONS, FALLBACK, SCALARS, ScalarType

__all__ = ["bare", "is_json", "is_list", "is_vector", "quoted", "scalar"]


def bare(pg_type: PgType) -> PgType:
    """The type without the domains around it."""
    while pg_type.kind is TypeKind.DOMAIN and pg_type.element is not None:
        pg_type = pg_type.element
    return pg_type


def scalar(pg_type: PgType) -> ScalarType:
    """The row of the scalar table, or the fallback: text."""
    return (SCALARS if pg_type.schema == "pg_catalog" else EXTENSIONS).get(pg_type.name, FALLBACK)


def is_json(pg_type: PgType) -> bool:
    """Whether the type is json or jsonb."""
    return pg_type.schema == "pg_catalog" and pg_type.name in ("json", "jsonb")


def is_list(pg_type: PgType) -> bool:
    """Whether the type is an array."""
    return pg_type.kind is TypeKind.ARRAY


def is_vector(pg_type: PgType) -> bool:
    """Whether the type is int2vector or oidvector: arrays of the catalogs, with a text of their own."""
    return pg_type.schema == "pg_catalog" and pg_type.name in ("int2vector", "oidvector")


def quoted(name: str) -> str:
    """A name as SQL takes it literally."""
    return (
        name if name.isascii() and name.isidentifier() and name.islower() else f'"{name.replace(chr(34), chr(34) * 2)}"'
    )
