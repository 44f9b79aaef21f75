"""Types that are text in Python, read from their binary format: bit strings, geometry, network addresses and others.

In: the bytes of PostgreSQL's send functions. Out: what its output functions print, character for character. The
surprise: psycopg would read these types in text format only, and in text format an anonymous record does not say
which types its fields have. `tests/types` compares every one of them with PostgreSQL's own text.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
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
    if 2**53 <= abs(value) < math.inf and Fraction(text) in _halfway(value):
        # Python takes digits that are just between two numbers, where that rounds to this one.
        text = next(t for t in (f"{value:.{digits}e}" for digits in (15, 16)) if Fraction(t) not in _halfway(value))
    if 1e15 <= abs(value) < 1e16:
        # PostgreSQL turns to exponents one digit earlier than Python.
        sign, digits = "-" if value < 0 else "", text.lstrip("-").replace(".", "").rstrip("0")
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e+15"
    return _NOT_FINITE.get(text, text)


def _halfway(value: float) -> tuple[Fraction, ...]:
    """Half way to the numbers beside it."""
    beside = (math.nextafter(value, limit) for limit in (-math.inf, math.inf))
    return tuple((Fraction(value) + Fraction(each)) / 2 for each in beside if math.isfinite(each))


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


#: Of operators by their number in the binary format: how tightly they bind, and their sign.
_OPERATORS = {1: (4, "!"), 2: (2, " & "), 3: (1, " | "), 4: (3, " <{}> ")}
_PHRASE = 4


class _QueryReader:
    """A tsquery in prefix order, in which the right operand comes before the left one."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self.data = data
        self.encoding = encoding
        self.place = 4

    def read(self, around: int = 0, *, right_of_phrase: bool = False) -> str:
        """One operand, in brackets where what is `around` it binds more tightly."""
        kind, what = self.data[self.place : self.place + 2]
        self.place += 2
        if kind == 1:
            return self.word(weights=what)
        priority, sign = _OPERATORS[what]
        if what == _PHRASE:
            (distance,) = struct.unpack_from("!H", self.data, self.place)
            self.place += 2
            sign = sign.format(distance) if distance != 1 else " <-> "
        if sign == "!":
            text = sign + self.read(priority)
        else:
            right = self.read(priority, right_of_phrase=what == _PHRASE)
            text = self.read(priority) + sign + right
        return f"( {text} )" if priority < around or (what == _PHRASE and right_of_phrase) else text

    def word(self, weights: int) -> str:
        prefix = self.data[self.place]
        end = self.data.index(0, self.place + 1)
        word = self.data[self.place + 1 : end].decode(self.encoding).replace("'", "''").replace("\\", "\\\\")
        self.place = end + 1
        marks = "*" * (prefix != 0) + "".join(letter for bit, letter in enumerate("DCBA") if weights >> bit & 1)[::-1]
        return f"'{word}'" + (f":{marks}" if marks else "")


def _query(data: bytes, encoding: str) -> str:
    return _QueryReader(data, encoding).read() if any(data[:4]) else ""


# ----------------------------------------------------------------------------------------------- types of extensions


def _float4(value: float) -> str:
    text = repr(value)
    if math.isfinite(value):
        # The shortest digits that are the same number of four bytes, as PostgreSQL's own real.
        low, high = _around(value)
        text = next(t for t in (f"{value:.{digits}e}" for digits in range(10)) if low < Fraction(t) < high)
        mantissa, _, exponent = text.partition("e")
        if -5 < int(exponent) < 6:
            text = f"{float(text):.{max(len(mantissa.lstrip('-').replace('.', '')) - 1 - int(exponent), 0)}f}"
    return _NOT_FINITE.get(text, text)


def _around(value: float) -> tuple[Fraction, Fraction]:
    """Half way to the numbers of four bytes beside it. PostgreSQL takes no digits that are just between two numbers."""
    (bits,) = struct.unpack("!I", struct.pack("!f", abs(value)))
    below, above = (_of_bits(max(bits + step, 0)) for step in (-1, 1))
    exact = Fraction(abs(value))
    # Below zero is what is above it, mirrored.
    low, high = (exact + below) / 2 if bits else -above / 2, (exact + above) / 2
    return (low, high) if math.copysign(1, value) > 0 else (-high, -low)


def _of_bits(bits: int) -> Fraction:
    # What would follow the largest number would be infinite, were there not enough bits for it.
    (value,) = struct.unpack("!f", struct.pack("!I", bits))
    return Fraction(value) if math.isfinite(value) else Fraction(2) ** 128


def _numbers(data: bytes) -> str:
    count = int.from_bytes(data[:2], "big")
    return f"[{','.join(map(_float4, struct.unpack_from(f'!{count}f', data, 4)))}]"


def _cube(data: bytes) -> str:
    count = int.from_bytes(data[:4], "big") & 0x7FFFFFFF
    numbers = struct.unpack(f"!{(len(data) - 4) // 8}d", data[4:])
    # An upper corner that is the lower one again is not printed.
    corners = [numbers[:count]] + ([numbers[count:]] if numbers[count:] not in ((), numbers[:count]) else [])
    return ",".join(f"({', '.join(map(_float, corner))})" for corner in corners)


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


_OF_TEXT = (_text, _versioned_text, _vector, _query, _hstore)

#: Types of extensions, by name.
OF_EXTENSIONS: Mapping[str, Spelling | TextSpelling] = {
    "citext": _text,
    "ltree": _versioned_text,
    "lquery": _versioned_text,
    "ltxtquery": _versioned_text,
    "hstore": _hstore,
    "vector": _numbers,
    "cube": _cube,
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
    "tsquery": _query,
    "pg_snapshot": _snapshot,
}
