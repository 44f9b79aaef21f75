"""Types that are text in Python, read from their binary format: bit strings, geometry, network addresses and others.

In: the bytes of PostgreSQL's send functions. Out: what its output functions print, character for character. The
surprise: psycopg would read these types in text format only, and in text format an anonymous record does not say
which types its fields have. `tests/types` compares every one of them with PostgreSQL's own text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from psycopg import pq
from psycopg.adapt import Buffer, Loader

__all__ = ["OF_EXTENSIONS", "SPELLINGS", "spelled_loader"]

#: From the bytes of the binary format to PostgreSQL's text; text itself is in UTF-8.
Spelling = Callable[[bytes], str]


def spelled_loader(spelling: Spelling) -> type[Loader]:
    """A binary loader that spells."""

    class SpelledLoader(Loader):
        format = pq.Format.BINARY

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            encoding = self.connection.info.encoding if self.connection else "utf-8"
            self._encoding = None if encoding in ("utf-8", "ascii") else encoding

        def load(self, data: Buffer) -> str:
            raw = bytes(data)
            return spelling(raw if self._encoding is None else raw.decode(self._encoding).encode())

    class PlainLoader(Loader):
        format = pq.Format.BINARY

        def load(self, data: Buffer) -> str:
            return spelling(bytes(data))

    return SpelledLoader if spelling in _OF_TEXT else PlainLoader


# ---------------------------------------------------------------------------------------------------------- text


def _text(data: bytes) -> str:
    return data.decode()


def _versioned_text(data: bytes) -> str:
    if data[0] != 1:
        raise NotImplementedError(f"version {data[0]} of the format")
    return data[1:].decode()


def _char(data: bytes) -> str:
    (byte,) = data
    return "" if not byte else chr(byte) if byte < 128 else f"\\{byte:03o}"


_OF_TEXT = (_text, _versioned_text)


# ----------------------------------------------------------------------------------------------------- identifiers


def _unsigned(data: bytes) -> str:
    return str(int.from_bytes(data, "big"))


def _tid(data: bytes) -> str:
    return "({},{})".format(*struct.unpack("!IH", data))


def _lsn(data: bytes) -> str:
    return "{:X}/{:X}".format(*struct.unpack("!II", data))


def _address(data: bytes) -> str:
    return data.hex(":")


def _bits(data: bytes) -> str:
    length = int.from_bytes(data[:4], "big")
    return "".join(f"{byte:08b}" for byte in data[4:])[:length]


# ------------------------------------------------------------------------------------------------------- geometry

_NOT_FINITE = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def _float(value: float) -> str:
    text = repr(value).removesuffix(".0")
    if 1e15 <= abs(value) < 1e16:
        # PostgreSQL turns to exponents one digit earlier than Python.
        sign, digits = "-" if value < 0 else "", text.lstrip("-").replace(".", "").rstrip("0")
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e+15"
    return _NOT_FINITE.get(text, text)


def _floats(data: bytes) -> list[str]:
    return [_float(value) for value in struct.unpack(f"!{len(data) // 8}d", data)]


def _points(data: bytes) -> str:
    numbers = _floats(data)
    return ",".join(f"({x},{y})" for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _segment(data: bytes) -> str:
    return f"[{_points(data)}]"


def _line(data: bytes) -> str:
    return "{" + ",".join(_floats(data)) + "}"


def _path(data: bytes) -> str:
    points = _points(data[5:])
    return f"({points})" if data[0] else f"[{points}]"


def _polygon(data: bytes) -> str:
    return f"({_points(data[4:])})"


def _circle(data: bytes) -> str:
    return "<({},{}),{}>".format(*_floats(data))


# ---------------------------------------------------------------------------------------------------- text search


def _vector(data: bytes) -> str:
    words: list[str] = []
    place = 4
    for _ in range(int.from_bytes(data[:4], "big")):
        end = data.index(0, place)
        word = data[place:end].decode().replace("'", "''").replace("\\", "\\\\")
        (count,) = struct.unpack_from("!H", data, end + 1)
        positions = struct.unpack_from(f"!{count}H", data, end + 3)
        place = end + 3 + 2 * count
        # Two bits of weight, D to A, and 14 of position; D is not printed.
        marks = ",".join(f"{position & 0x3FFF}{('', 'C', 'B', 'A')[position >> 14]}" for position in positions)
        words.append(f"'{word}'" + (f":{marks}" if marks else ""))
    return " ".join(words)


#: Types of extensions, by name.
OF_EXTENSIONS: Mapping[str, Spelling] = {
    "citext": _text,
    "ltree": _versioned_text,
    "lquery": _versioned_text,
    "ltxtquery": _versioned_text,
}

#: Built-in types, as psycopg calls them.
SPELLINGS: Mapping[str, Spelling] = {
    '"char"': _char,
    "xml": _text,
    "refcursor": _text,
    "jsonpath": _versioned_text,
    "tid": _tid,
    "xid": _unsigned,
    "cid": _unsigned,
    "xid8": _unsigned,
    "pg_lsn": _lsn,
    "macaddr": _address,
    "macaddr8": _address,
    "bit": _bits,
    "varbit": _bits,
    "point": _points,
    "lseg": _segment,
    "box": _points,
    "line": _line,
    "path": _path,
    "polygon": _polygon,
    "circle": _circle,
    "tsvector": _vector,
}
