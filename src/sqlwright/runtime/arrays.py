"""Arrays in PostgreSQL's binary format, which take half the time of their text on both sides.

In: the values of one column. Out: the bytes of an array of one dimension, for types whose binary format is the same in
every version of PostgreSQL. The surprise: a value that is not exactly of the expected Python class is no error here.
The whole column is then written as text, where all checks and messages are; so the format of a parameter may change
from call to call, while its declared type never does.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from types import NoneType
from typing import Any, TypeAlias
from uuid import UUID

from sqlwright.runtime.encoding import encoder_for

__all__ = ["ARRAY_OIDS", "ArrayWriter", "Misfit", "array_writer", "reencoded"]

#: From the values of a column to the array; raises anything when they do not fit.
ArrayWriter: TypeAlias = Callable[[Sequence[Any]], bytes]

#: The identifiers of the types of elements and of their arrays, which are the same in every database.
OIDS: Mapping[str, int] = {
    "bool": 16,
    "bytea": 17,
    "int2": 21,
    "int4": 23,
    "int8": 20,
    "float8": 701,
    "text": 25,
    "varchar": 1043,
    "uuid": 2950,
    "date": 1082,
    "timestamp": 1114,
    "timestamptz": 1184,
    "json": 114,
    "jsonb": 3802,
}
ARRAY_OIDS: Mapping[str, int] = {
    "bool": 1000,
    "bytea": 1001,
    "int2": 1005,
    "int4": 1007,
    "int8": 1016,
    "float8": 1022,
    "text": 1009,
    "varchar": 1015,
    "uuid": 2951,
    "date": 1182,
    "timestamp": 1115,
    "timestamptz": 1185,
    "json": 199,
    "jsonb": 3807,
}

_OIDS_OF_TEXT = frozenset(OIDS[name] for name in ("text", "varchar", "json", "jsonb"))

_HEADER = struct.Struct("!iiIii")
_EMPTY = struct.Struct("!iiI")
_LENGTH = struct.Struct("!i")
_NULL = _LENGTH.pack(-1)


class Misfit(Exception):
    """The values must be written as text."""


def array_writer(element: str) -> ArrayWriter | None:
    """The function that writes arrays with elements of this type (`text`); None: they have to be text."""
    described = _ELEMENTS.get(element)
    if described is None:
        return None
    python, write, size = described
    oid, fixed = OIDS[element], b"" if size is None else _LENGTH.pack(size)

    def write_array(values: Sequence[Any]) -> bytes:
        if not values:
            return _EMPTY.pack(0, 0, oid)
        classes = set(map(type, values))
        has_nulls = NoneType in classes
        present = [value for value in values if value is not None] if has_nulls else values
        if python is not None and not classes <= {python, NoneType}:
            raise Misfit
        if python is str and "\0" in "".join(present):
            raise Misfit
        head = _HEADER.pack(1, has_nulls, oid, len(values), 1)
        if size is not None and not has_nulls:
            return head + fixed + fixed.join(map(write, present))
        parts = [_LENGTH.pack(len(each)) + each for each in map(write, present)]
        if has_nulls:
            rest = iter(parts)
            parts = [_NULL if value is None else next(rest) for value in values]
        return head + b"".join(parts)

    return write_array


def reencoded(array: bytes, encoding: str) -> bytes:
    """An array of text as a connection sends it whose encoding is not UTF-8."""
    oid = int.from_bytes(array[8:12], "big")
    if oid not in _OIDS_OF_TEXT or len(array) == _EMPTY.size:
        return array
    parts, position = [array[: _HEADER.size]], _HEADER.size
    while position < len(array):
        (length,) = _LENGTH.unpack_from(array, position)
        position += _LENGTH.size
        if length < 0:
            parts.append(_NULL)
            continue
        element = array[position : position + length].decode().encode(encoding)
        parts += (_LENGTH.pack(len(element)), element)
        position += length
    return b"".join(parts)


# ---------------------------------------------------------------------------------------------------------- elements

_EPOCH, _EPOCH_UTC = datetime(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST_DAY = date(2000, 1, 1).toordinal()
_INT4, _INT8 = struct.Struct("!i").pack, struct.Struct("!q").pack


def _write_bool(value: bool) -> bytes:
    return b"\1" if value else b"\0"


def _write_date(value: date) -> bytes:
    return _INT4(value.toordinal() - _FIRST_DAY)


# Subtraction raises TypeError where one has a time zone and the other has none: what that means is the server's to say.
def _write_timestamp(value: datetime) -> bytes:
    return _INT8((value - _EPOCH) // _MICROSECOND)


def _write_timestamptz(value: datetime) -> bytes:
    return _INT8((value - _EPOCH_UTC) // _MICROSECOND)


def _json_writer(pg_type: str, version: bytes) -> Callable[[Any], bytes]:
    encode = encoder_for(pg_type)
    return lambda value: version + encode(value).encode()


#: For each type of elements: the only class that values may have (None: any), what writes one, and how long that is.
_ELEMENTS: Mapping[str, tuple[type | None, Callable[[Any], bytes], int | None]] = {
    "bool": (bool, _write_bool, 1),
    "bytea": (bytes, bytes, None),
    "int2": (int, struct.Struct("!h").pack, 2),
    "int4": (int, _INT4, 4),
    "int8": (int, _INT8, 8),
    "float8": (float, struct.Struct("!d").pack, 8),
    "text": (str, str.encode, None),
    "varchar": (str, str.encode, None),
    "uuid": (UUID, attrgetter("bytes"), 16),
    "date": (date, _write_date, 4),
    "timestamp": (datetime, _write_timestamp, 8),
    "timestamptz": (datetime, _write_timestamptz, 8),
    "json": (None, _json_writer("json", b""), None),
    "jsonb": (None, _json_writer("jsonb", b"\1"), None),
}
