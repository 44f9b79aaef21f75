"""How the values of a result are read, and what one database's own types are.

In: the names of the enums, composites and domains that statements return. Out: psycopg adapters that read them. The
surprise: these adapters belong to us alone. Neither `psycopg.adapters` nor those of a connection that was handed to
us are looked at or changed, so nobody's `set_json_loads` reaches our rows, and our raw JSON bytes reach nobody
else's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import psycopg
from psycopg import postgres, pq
from psycopg.adapt import AdaptersMap, Buffer, Loader
from psycopg.types import TypeInfo
from psycopg.types.array import ArrayBinaryLoader
from psycopg.types.composite import CompositeInfo, RecordBinaryLoader, register_composite
from psycopg.types.multirange import MultirangeInfo, register_multirange
from psycopg.types.range import RangeInfo, register_range
from psycopg.types.string import TextBinaryLoader, TextLoader

from sqlwright.runtime.dumping import register_declared
from sqlwright.runtime.errors import SchemaChanged
from sqlwright.runtime.spellings import OF_EXTENSIONS, SPELLINGS, spelled_loader

if TYPE_CHECKING:
    from sqlwright.runtime.statement import Statement

__all__ = ["LOOKUP", "Adaptation", "ConnectionState", "TypeRow", "base_adapters", "is_stale_plan"]

TEXT, BINARY = pq.Format.TEXT, pq.Format.BINARY


# ------------------------------------------------------------------------------------------------------------- loaders


class JsonTextLoader(Loader):
    """JSON as the bytes of its text: a model's validator reads those without a dict in between."""

    def __init__(self, oid: int, context: Any = None) -> None:
        super().__init__(oid, context)
        encoding = self.connection.info.encoding if self.connection else "utf-8"
        self._encoding = None if encoding in ("utf-8", "ascii") else encoding

    def load(self, data: Buffer) -> bytes:
        raw = data if isinstance(data, bytes) else bytes(data)
        return raw if self._encoding is None else raw.decode(self._encoding).encode()


class JsonBinaryLoader(JsonTextLoader):
    """The binary format of json is its text."""

    format = BINARY


class JsonbBinaryLoader(JsonTextLoader):
    """The binary format of jsonb is a version number and the text."""

    format = BINARY

    def load(self, data: Buffer) -> bytes:
        # Once for every row of most tables: the version is not looked at, since no other one would be JSON after it.
        return bytes(data[1:]) if self._encoding is None else super().load(data[1:])


class IntervalBinaryLoader(Loader):
    """An interval as psycopg reads it, a month as 30 days and a year as 365; but one that is too long is an error.

    psycopg's own, in C, overflows without a word.
    """

    format = BINARY

    def load(self, data: Buffer) -> timedelta:
        microseconds, days, months = _INTERVAL.unpack(data)
        years, rest = divmod(abs(months), 12)
        ours = 365 * years + 30 * rest
        try:
            return timedelta(days=days + (ours if months > 0 else -ours), microseconds=microseconds)
        except OverflowError:
            raise psycopg.DataError("interval too large") from None


class VectorLoader(Loader):
    """An int2vector or oidvector: an array in all but its text."""

    def load(self, data: Buffer) -> list[int]:
        return [int(number) for number in bytes(data).split()]


class VoidLoader(Loader):
    """`SELECT pg_notify(…)` returns nothing, and not an empty string."""

    def load(self, data: Buffer) -> None:  # noqa: ARG002 - the interface
        return None


class VoidBinaryLoader(VoidLoader):
    """The same in binary format."""

    format = BINARY


_INTERVAL = struct.Struct("!qii")
_VOID = 2278
#: int2vector and oidvector, which are psycopg's int2 and oid arrays in binary format, and their arrays.
_VECTORS = ((22, 1006), (30, 1013))
#: Of the types that a query can return, the one that psycopg has never heard of.
_SNAPSHOT = TypeInfo("pg_snapshot", 5038, 2949)


@cache
def base_adapters() -> AdaptersMap:
    """Adapters for the built-in types, made from psycopg's defaults and not from its global, changeable, map."""
    adapters = AdaptersMap()
    postgres.register_default_types(adapters.types)
    postgres.register_default_adapters(adapters)
    for info in (*adapters.types, _SNAPSHOT):
        if info.array_oid:
            info.register(adapters)
    for name, spelling in SPELLINGS.items():
        adapters.register_loader(name, spelled_loader(spelling))
    adapters.register_loader("json", JsonTextLoader)
    adapters.register_loader("json", JsonBinaryLoader)
    adapters.register_loader("jsonb", JsonTextLoader)
    adapters.register_loader("jsonb", JsonbBinaryLoader)
    adapters.register_loader("interval", IntervalBinaryLoader)
    for oid, array_oid in _VECTORS:
        TypeInfo("", oid, array_oid).register(adapters)
        adapters.register_loader(oid, VectorLoader)
        adapters.register_loader(oid, ArrayBinaryLoader)
    register_declared(adapters)
    adapters.register_loader(_VOID, VoidLoader)
    adapters.register_loader(_VOID, VoidBinaryLoader)
    return adapters


# ---------------------------------------------------------------------------------------------- a database's own types


class TypeRow(NamedTuple):
    """One row of LOOKUP."""

    #: None: there is no type of this name
    oid: int | None
    name: str
    #: pg_type.typtype
    kind: str
    array_oid: int
    delimiter: str
    #: the base type of a domain, the subtype of a range, the range of a multirange
    of_oid: int
    field_names: list[str]
    field_oids: list[int]


#: Names in `$1`; their types, and all types that those are made of.
LOOKUP = b"""
WITH RECURSIVE
wanted (name, oid) AS (
    SELECT n, to_regtype(n)::oid FROM unnest($1::text[]) AS n
),
reached (oid) AS (
    SELECT oid FROM wanted WHERE oid IS NOT NULL
    UNION
    SELECT part.oid
    FROM reached
    JOIN pg_catalog.pg_type AS t ON t.oid = reached.oid
    CROSS JOIN LATERAL (
        SELECT t.typbasetype WHERE t.typtype = 'd'
        UNION ALL SELECT t.typelem WHERE t.typelem <> 0
        UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute AS a
                  WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid
        UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range AS r WHERE r.rngmultitypid = t.oid
    ) AS part (oid)
)
SELECT t.oid, t.typname::text, t.typtype::text, t.typarray, t.typdelim::text,
       coalesce(nullif(t.typbasetype, 0), r.rngsubtype, m.rngtypid, 0),
       coalesce(c.names, '{}'), coalesce(c.oids, '{}')
FROM reached
JOIN pg_catalog.pg_type AS t ON t.oid = reached.oid
LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
LEFT JOIN pg_catalog.pg_range AS m ON m.rngmultitypid = t.oid
LEFT JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names, array_agg(a.atttypid ORDER BY a.attnum) AS oids
    FROM pg_catalog.pg_attribute AS a
    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
) AS c ON true
-- A domain over an array is of that category, too.
WHERE t.typcategory <> 'A' OR t.typtype = 'd'
UNION ALL
SELECT NULL, name, '', 0, '', 0, '{}', '{}' FROM wanted WHERE oid IS NULL
"""


@dataclass(frozen=True)
class Adaptation:
    """The adapters for one database, and the names of the types that they know.

    It never changes, since cursors are using it: when more types are needed, another one takes its place.
    """

    adapters: AdaptersMap = field(default_factory=base_adapters)
    names: frozenset[str] = frozenset()

    def with_types(self, names: Iterable[str], rows: Sequence[TypeRow]) -> Adaptation:
        """The same, with the types that LOOKUP found for these names.

        Raises:
            SchemaChanged: a type does not exist.
        """
        missing = [row.name for row in rows if row.oid is None]
        if missing:
            raise SchemaChanged(f"the database has no type {', '.join(sorted(missing))}: are all migrations applied?")
        adapters = AdaptersMap(self.adapters)
        domains: dict[int, TypeRow] = {}
        # A range before its multirange.
        for row in sorted(rows, key=lambda row: row.kind == "m"):
            if row.kind == "d":
                domains[cast("int", row.oid)] = row
            elif row.kind in "ec" or adapters.get_loader(cast("int", row.oid), TEXT) is None:
                _REGISTER.get(row.kind, _register_base)(row, adapters)
        # A domain over an array of a domain needs the array first.
        for row in domains.values():
            _info(row).register(adapters)
        for oid, row in domains.items():
            base = row.of_oid
            while base in domains:
                base = domains[base].of_oid
            for format in (TEXT, BINARY):
                # Nothing known of the base type means: as psycopg reads any unknown type.
                if loader := adapters.get_loader(base, format):
                    adapters.register_loader(oid, loader)
        return Adaptation(adapters, self.names | frozenset(names))


def _info(row: TypeRow) -> TypeInfo:
    return TypeInfo(row.name, cast("int", row.oid), row.array_oid, delimiter=row.delimiter)


def _register_base(row: TypeRow, adapters: AdaptersMap) -> None:
    info = _info(row)
    info.register(adapters)
    if spelling := OF_EXTENSIONS.get(row.name):
        adapters.register_loader(info.oid, spelled_loader(spelling))


def _register_enum(row: TypeRow, adapters: AdaptersMap) -> None:
    info = _info(row)
    info.register(adapters)
    for loader in (TextLoader, TextBinaryLoader):
        adapters.register_loader(info.oid, loader)


def _register_composite(row: TypeRow, adapters: AdaptersMap) -> None:
    info = _composite_info(row.name, cast("int", row.oid), row.array_oid, tuple(row.field_names), tuple(row.field_oids))
    register_composite(info, adapters, factory=_fields_as_tuple)
    # In binary format a row says which types its fields have, so a column added since then does no harm.
    adapters.register_loader(info.oid, RecordBinaryLoader)


def _register_range(row: TypeRow, adapters: AdaptersMap) -> None:
    register_range(_range_info(row.name, cast("int", row.oid), row.array_oid, row.of_oid), adapters)


def _register_multirange(row: TypeRow, adapters: AdaptersMap) -> None:
    range_info = adapters.types.get(row.of_oid)
    subtype = range_info.subtype_oid if isinstance(range_info, RangeInfo) else 0
    register_multirange(_multirange_info(row.name, cast("int", row.oid), row.array_oid, row.of_oid, subtype), adapters)


_REGISTER: dict[str, Callable[[TypeRow, AdaptersMap], None]] = {
    "e": _register_enum,
    "c": _register_composite,
    "r": _register_range,
    "m": _register_multirange,
}


def _fields_as_tuple(*fields: Any) -> tuple[Any, ...]:
    return fields


# psycopg keeps the loader classes that it makes for a type for ever, by the identity of the info: one info per type,
# however many connections meet it.


@cache
def _composite_info(
    name: str, oid: int, array_oid: int, names: tuple[str, ...], oids: tuple[int, ...]
) -> CompositeInfo:
    return CompositeInfo(name, oid, array_oid, field_names=names, field_types=oids)


@cache
def _range_info(name: str, oid: int, array_oid: int, subtype_oid: int) -> RangeInfo:
    return RangeInfo(name, oid, array_oid, subtype_oid=subtype_oid)


@cache
def _multirange_info(name: str, oid: int, array_oid: int, range_oid: int, subtype_oid: int) -> MultirangeInfo:
    return MultirangeInfo(name, oid, array_oid, range_oid=range_oid, subtype_oid=subtype_oid)


# ------------------------------------------------------------------------------------------------- state of connections


@dataclass(eq=False)
class ConnectionState:
    """What we remember between calls: of a Database for all its connections, or of one connection that was handed to
    us.

    It holds no connection, since it is kept as long as one lives.
    """

    #: whether statements are prepared at first use; not through PgBouncer
    prepare: bool = True
    adaptation: Adaptation = field(default_factory=Adaptation)
    #: statements whose plan went stale: the comment that now makes them another text, to be prepared under another name
    renewed: dict[Statement, bytes] = field(default_factory=dict["Statement", bytes])
    #: who is in `copy_in` on which connection (their ids), which is taken until all rows are through
    copying: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    _lock: Lock = field(default_factory=Lock)

    def learn(self, names: Iterable[str], rows: Sequence[TypeRow]) -> Adaptation:
        """Add what LOOKUP found; two threads may find out different types at the same time."""
        with self._lock:
            self.adaptation = self.adaptation.with_types(names, rows)
            return self.adaptation

    def renew(self, statement: Statement, number: int) -> None:
        """After its plan went stale: prepare it anew, and look all types up again, as the schema has changed."""
        with self._lock:
            self.adaptation = Adaptation()
            self.renewed[statement] = b"\n-- prepared again: %d" % number


def is_stale_plan(error: psycopg.Error) -> bool:
    """Whether a prepared statement is of no use any more: nothing was run, and prepared anew it will do.

    Either "cached plan must not change result type", in whatever language the server speaks, or it was deallocated.
    """
    if error.sqlstate == "0A000":
        return error.diag.source_function == "RevalidateCachedQuery"
    return error.sqlstate == "26000"
