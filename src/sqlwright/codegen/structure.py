"""Questions that are asked of a type again and again: what it is under its domains, and which row of the table is its.

In: a `PgType`. Out: what its structure says, without any Python being declared for it.
"""

from __future__ import annotations

from sqlwright.codegen.ir import PgType, TypeKind
from sqlwright.codegen.python_types import (
    EXTENSIONS,
    FALLBACK,
    IN_BINARY_COPY,
    SCALARS,
    TEXT_IN_BINARY_COPY,
    ScalarType,
)

__all__ = ["bare", "copies_binary", "is_json", "is_list", "is_vector", "quoted", "scalar"]


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


def copies_binary(pg_type: PgType) -> bool:
    """Whether COPY … WITH (FORMAT binary) can be given values of the type."""
    pg_type = bare(pg_type)
    if pg_type.kind is TypeKind.ARRAY and pg_type.element is not None:
        element = bare(pg_type.element)
        # PostgreSQL compares the element's type with the one that is sent, where both are built in.
        return (
            not is_vector(pg_type)
            and not (element.schema == "pg_catalog" and element.name in TEXT_IN_BINARY_COPY)
            and not (pg_type.element is not element and element.kind is TypeKind.ARRAY)
            and copies_binary(element)
        )
    if pg_type.kind in (TypeKind.RANGE, TypeKind.MULTIRANGE):
        return pg_type.schema == "pg_catalog"
    if pg_type.kind is TypeKind.BASE and pg_type.schema == "pg_catalog":
        return pg_type.name in IN_BINARY_COPY or pg_type.name in TEXT_IN_BINARY_COPY
    return pg_type.kind is TypeKind.ENUM or (pg_type.kind is TypeKind.BASE and pg_type.name == "citext")
