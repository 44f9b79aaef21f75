"""Types that are text in Python, read from their binary format: bit strings, geometry, network addresses and others.

In: the bytes of PostgreSQL's send functions. Out: what its output functions print, character for character. The
surprise: psycopg would read these types in text format only, and in text format an anonymous record does not say
which types its fields have. `tests/types` compares every one of them with PostgreSQL's own text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, cast

from psycopg import pq
from psycopg.adapt import Buffer, Loader

__all__ = ["OF_EXTENSIONS", "SPELLINGS", "spelled_loader"]

#: From the bytes of the binary format to PostgreSQL's text.
Spelling = Callable[[bytes], str]
#: The same for those that have text in them, which is in the connection's encoding.
TextSpelling = Callable[[bytes, str], str]


def spelled_loader(spelling: Spelling | TextSpelling) -> type[Loader]:
    """A binary loader that spells."""

    def spell(data: bytes, encoding: str) -> str:
        if spelling in _OF_TEXT:
            return cast("TextSpelling", spelling)(data, encoding)
        return cast("Spelling", spelling)(data)

    class SpelledLoader(Loader):
        format = pq.Format.BINARY

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            encoding = self.connection.info.encoding if self.connection else "utf-8"
            self._encoding = "utf-8" if encoding == "ascii" else encoding

        def load(self, data: Buffer) -> str:
            return spell(bytes(data), self._encoding)

    return SpelledLoader


# ---------------------------------------------------------------------------------------------------------- text


def _text(data: bytes, encoding: str) -> str:
    return data.decode(encoding)


def _versioned_text(data: bytes, encoding: str) -> str:
    if data[0] != 1:
        raise NotImplementedError(f"version {data[0]} of the format")
    return data[1:].decode(encoding)


def _char(data: bytes) -> str:
    (byte,) = data
    return "" if not byte else chr(byte) if byte < 128 else f"\\{byte:03o}"


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


def _vector(data: bytes, encoding: str) -> str:
    words: list[str] = []
    place = 4
    for _ in range(int.from_bytes(data[:4], "big")):
        end = data.index(0, place)
        word = data[place:end].decode(encoding).replace("'", "''").replace("\\", "\\\\")
        (count,) = struct.unpack_from("!H", data, end + 1)
        positions = struct.unpack_from(f"!{count}H", data, end + 3)
        place = end + 3 + 2 * count
        # Two bits of weight, D to A, and 14 of position; D is not printed.
        marks = ",".join(f"{position & 0x3FFF}{('', 'C', 'B', 'A')[position >> 14]}" for position in positions)
        words.append(f"'{word}'" + (f":{marks}" if marks else ""))
    return " ".join(words)


# -------------------------------------------------------------------------------------------------------- others


def _snapshot(data: bytes) -> str:
    lowest, highest, *running = struct.unpack(f"!{(len(data) - 4) // 8}Q", data[4:])
    return f"{lowest}:{highest}:{','.join(map(str, running))}"


def _hstore(data: bytes, encoding: str) -> str:
    words: list[str] = []
    place = 4
    for _ in range(2 * int.from_bytes(data[:4], "big")):
        (length,) = struct.unpack_from("!i", data, place)
        place += 4
        if length < 0:
            words.append("NULL")
            continue
        word = data[place : place + length].decode(encoding).replace("\\", "\\\\").replace('"', '\\"')
        words.append(f'"{word}"')
        place += length
    return ", ".join(f"{key}=>{value}" for key, value in zip(words[::2], words[1::2], strict=True))


_OF_TEXT = (_text, _versioned_text, _vector, _hstore)

#: Types of extensions, by name.
OF_EXTENSIONS: Mapping[str, Spelling | TextSpelling] = {
    "citext": _text,
    "ltree": _versioned_text,
    "lquery": _versioned_text,
    "ltxtquery": _versioned_text,
    "hstore": _hstore,
}

#: Built-in types, as psycopg calls them.
SPELLINGS: Mapping[str, Spelling | TextSpelling] = {
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
    "pg_snapshot": _snapshot,
}
