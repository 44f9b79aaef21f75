"""Bound values for psycopg's cursors, which run statements on connections that are not ours.

In: the values that a Statement bound. Out: the same, told to psycopg. The surprise: psycopg prepares a statement anew
for other types of its parameters; so a text says its declared type as the binary array beside it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import pq
from psycopg.abc import PyFormat
from psycopg.adapt import AdaptersMap, Buffer, Dumper

from sqlwright.runtime.arrays import reencoded

if TYPE_CHECKING:
    from sqlwright.runtime.statement import Bound

__all__ = ["for_cursor", "register_declared"]


class Declared(NamedTuple):
    """A value that is written already."""

    data: bytes
    oid: int
    format: pq.Format


class DeclaredDumper(Dumper):
    """Hands it over as it is."""

    def get_key(self, obj: Declared, format: PyFormat) -> Any:  # noqa: ARG002 - the interface
        return Declared, obj.oid, obj.format

    def upgrade(self, obj: Declared, format: PyFormat) -> Dumper:  # noqa: ARG002 - the interface
        dumper = DeclaredDumper(Declared)
        dumper.oid, dumper.format = obj.oid, obj.format
        return dumper

    def dump(self, obj: Declared) -> Buffer:
        return obj.data


def register_declared(adapters: AdaptersMap) -> None:
    """Let these adapters write what `for_cursor` returns."""
    adapters.register_dumper(Declared, DeclaredDumper)


def for_cursor(values: Bound, oids: Sequence[int], encoding: str) -> Sequence[Any]:
    """The values with their declared types, for a cursor of a connection with this encoding (as Python calls it)."""
    encoding = "utf-8" if encoding == "ascii" else encoding
    return [_declared(value, oid, encoding) if oid else value for value, oid in zip(values, oids, strict=True)]


def _declared(value: str | bytes | None, oid: int, encoding: str) -> Declared | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Declared(value.encode(encoding), oid, pq.Format.TEXT)
    return Declared(value if encoding == "utf-8" else reencoded(value, encoding), oid, pq.Format.BINARY)
