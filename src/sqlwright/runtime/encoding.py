"""How Python values are written for PostgreSQL, by the type that PostgreSQL expects.

In: a PostgreSQL type as format_type prints it (`bigint`, `character varying(20)[]`) or by its short name (`int8`); with
its dimensions where an array is declared to have more than one (`int4[][]`), and in brackets where an element is an
array itself (`(int4[])[]`, of a domain); `vector as text` is written by `str()`.
Out: a function from a value to the text that PostgreSQL's input function of that type reads. The surprise: everything
goes out as text of no stated type, so that the server infers the type that it inferred when the code was generated.
psycopg would choose int2, int4, int8 or numeric by the size of a number, and prepare the same query four times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from types import UnionType
from typing import Annotated, Any, TypeAlias, TypeGuard, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from sqlwright.runtime.models import JsonValue, RowModel, RowRecord, SqlType

__all__ = [
    "Encoder",
    "Refused",
    "class_of",
    "encode_any",
    "encoder_for",
    "holds_lists",
    "is_json",
    "is_sequence",
    "type_of",
    "without_escaped_nul",
]

#: From a value that is not None, and of a type that the parameter takes, to the text of it.
Encoder: TypeAlias = Callable[[Any], str]


class Refused(Exception):
    """A value that cannot be sent. `reason` completes "parameter x …" and does not contain the value."""

    def __init__(self, reason: str, *, inside: str = "", value: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        #: where in the parameter: `.name`, `[3]`
        self.inside = inside
        #: the type is right and the value is not
        self.value = value

    def within(self, inside: str) -> Refused:
        """The same refusal, seen from one level further out."""
        return Refused(self.reason, inside=inside + self.inside, value=self.value)


def class_of(value: object) -> type:
    """`type(value)`, of which a type checker does not know more than it should."""
    return type(value)


# ------------------------------------------------------------------------------------------------------------- types

_ALIASES = {
    "smallint": "int2",
    "integer": "int4",
    "int": "int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8",
    "decimal": "numeric",
    "boolean": "bool",
    "character varying": "varchar",
    "character": "bpchar",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "time without time zone": "time",
    "time with time zone": "timetz",
}

_MODIFIER = re.compile(r"\s*\([^()]*\)")


@cache
def type_of(pg_type: str) -> tuple[str, int]:
    """The short name of a type without its modifier, and of how many dimensions an array of it: `("varchar", 1)`."""
    name, dimensions = pg_type.strip(), 0
    while name.endswith("[]"):
        name, dimensions = name.removesuffix("[]").strip(), dimensions + 1
    if name.startswith("("):
        return name[1:-1], dimensions
    name = _MODIFIER.sub("", name).removeprefix("pg_catalog.")
    return _ALIASES.get(name, name), dimensions


def is_json(pg_type: str) -> bool:
    """Whether values of this type, or its elements, are JSON."""
    return type_of(pg_type)[0] in ("json", "jsonb")


def encoder_for(pg_type: str) -> Encoder:
    """The function that writes values of a PostgreSQL type."""
    name, dimensions = type_of(pg_type)
    if name.endswith("[]"):
        element = encoder_for(name)
    elif name.endswith(" as text"):
        element = _encode_as_text
    else:
        element = _ENCODERS.get(name) or _ENCODERS.get(
            name.rpartition(".")[2] if name.endswith("hstore") else "", encode_any
        )
    if not dimensions:
        return element
    # Boxes have commas in them, and PostgreSQL gave their arrays another separator.
    return _array_encoder(
        element, dimensions if dimensions > 1 or holds_lists(pg_type) else None, separator=";" if name == "box" else ","
    )


def holds_lists(pg_type: str) -> bool:
    """Whether a list in an array of this type may be an element, and not the array's next dimension."""
    name = type_of(pg_type)[0]
    return is_json(pg_type) or name.endswith("[]") or name in ("int2vector", "oidvector")


# ----------------------------------------------------------------------------------------------------------- scalars


def _encode_str(value: str) -> str:
    # A StrEnum is a str whose str() is its label; a `class E(str, Enum)` is one whose str() is not.
    text = value if type(value) is str else str.__str__(value)
    if "\x00" in text:
        raise Refused("contains a NUL character, which PostgreSQL's text cannot hold", value=True)
    return text


def _integer_encoder(name: str, bits: int) -> Encoder:
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1

    def encode_integer(value: int) -> str:
        if not low <= value <= high:
            raise Refused(f"is out of range for {name} ({low} to {high})", value=True)
        return int.__repr__(value)

    return encode_integer


def _encode_oid(value: int) -> str:
    if not 0 <= value < 1 << 32:
        raise Refused("is out of range for oid (0 to 4294967295)", value=True)
    return int.__repr__(value)


def _encode_bool(value: bool) -> str:
    return "t" if value else "f"


def _encode_uuid(value: UUID) -> str:
    # Without hyphens, which take Python longer than all the rest. An enum may be called uuid as well.
    return f"{value.int:032x}" if type(value) is UUID else str(value)


def _encode_float(value: float) -> str:
    # An int stays one: float() would overflow where PostgreSQL has its own error for it.
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _encode_bytes(value: bytes | bytearray | memoryview) -> str:
    return "\\x" + value.hex()


def _encode_interval(value: timedelta) -> str:
    # ISO 8601, where every field has its own sign: the other notations depend on the session's IntervalStyle.
    return f"P{value.days}DT{value.seconds}.{value.microseconds:06d}S"


_ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _encode_json(value: Any) -> str:
    try:
        # by_alias and round_trip: what is written must be what validation reads.
        if isinstance(value, BaseModel):
            return value.model_dump_json(by_alias=True, round_trip=True, warnings="error")
        return to_json(value, by_alias=True, round_trip=True).decode()
    except (PydanticSerializationError, UnicodeError, ValueError, TypeError) as error:
        # Its text may quote the value.
        raise Refused(f"cannot be written as JSON ({type(error).__name__})", value=True) from None


def _encode_jsonb(value: Any) -> str:
    return without_escaped_nul(_encode_json(value))


def without_escaped_nul(text: str) -> str:
    """The JSON text, refused when it holds a NUL character, which jsonb cannot store."""
    if "\\u0000" in text and _ESCAPED_NUL.search(text):
        raise Refused("contains a NUL character, which jsonb cannot hold", value=True)
    return text


def _encode_as_text(value: object) -> str:
    # A class that the configuration names: it says itself how PostgreSQL spells its values.
    return _encode_str(str(value))


def _encode_vector(value: Sequence[int | None]) -> str:
    return " ".join(map(str, value))


def _encode_hstore(value: Mapping[str, str | None] | str) -> str:
    if isinstance(value, str):
        return _encode_str(value)

    def quoted(text: str) -> str:
        return '"' + _encode_str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'

    return ",".join(f"{quoted(key)}=>{'NULL' if item is None else quoted(item)}" for key, item in value.items())


# -------------------------------------------------------------------------------------------------------- structures

_ARRAY_QUOTED = re.compile(r'^$|["{}\\,;\s]|^null$', re.IGNORECASE)
_ARRAY_ESCAPED = re.compile(r'(["\\])')
_FIELD_QUOTED = re.compile(r'^$|["(),\\\s]')
_BOUND_QUOTED = re.compile(r'^$|["()\[\],\\\s]')
_DOUBLED = re.compile(r'(["\\])')


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return type(value) is list


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether the value is what a parameter takes for an array."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def _array_encoder(element: Encoder, dimensions: int | None = None, *, separator: str = ",") -> Encoder:
    """Without `dimensions`, a list in a list is another one; with them, what is below the last is an element."""

    def encode_element(value: Any) -> str:
        if value is None:
            return "NULL"
        text = element(value)
        return '"' + _ARRAY_ESCAPED.sub(r"\\\1", text) + '"' if _ARRAY_QUOTED.search(text) else text

    def encode_array(values: Sequence[Any], depth: int, shape: dict[int, int]) -> str:
        if shape.setdefault(depth, len(values)) != len(values):
            # PostgreSQL's own error would quote the whole array.
            raise Refused("has another length than the arrays beside it", value=True)
        parts: list[str] = []
        try:
            for value in values:
                is_inner = _is_list(value) if dimensions is None else depth < dimensions
                if not is_inner:
                    parts.append(encode_element(value))
                elif is_sequence(value):
                    parts.append(encode_array(value, depth + 1, shape))
                else:
                    raise Refused(f"must be a list, got {class_of(value).__qualname__}")
        except Refused as refused:
            raise refused.within(f"[{len(parts)}]") from None
        return "{" + separator.join(parts) + "}"

    return lambda values: encode_array(values, 1, {})


def _encode_field(value: Any, encode: Encoder) -> str:
    if value is None:
        return ""
    text = encode(value)
    return '"' + _DOUBLED.sub(r"\1\1", text) + '"' if _FIELD_QUOTED.search(text) else text


def _encode_composite(fields: Sequence[Any]) -> str:
    return "(" + ",".join(_encode_field(value, encode_any) for value in fields) + ")"


def _encode_model(value: RowModel | RowRecord) -> str:
    fields = _field_encoders(class_of(value))
    try:
        return "(" + ",".join(_encode_field(getattr(value, name), encode) for name, encode in fields) + ")"
    except AttributeError:
        raise Refused(f"has a {type(value).__qualname__} in which a field is missing") from None


@cache
def _field_encoders(model: type[Any]) -> tuple[tuple[str, Encoder], ...]:
    if issubclass(model, RowModel):
        fields = model.model_fields.items()
        return tuple((name, _encoder_of_field(field.annotation, field.metadata)) for name, field in fields)
    hints = get_type_hints(model, include_extras=True)
    return tuple((name, _encoder_of_hint(hints[name])) for name in model.__annotations__)


def _encoder_of_hint(hint: Any) -> Encoder:
    if get_origin(hint) is not Annotated:
        return _encoder_of(hint)
    annotation, *metadata = get_args(hint)
    return _encoder_of_field(annotation, metadata)


def _encoder_of_field(annotation: Any, metadata: Sequence[Any]) -> Encoder:
    told = next((each for each in metadata if isinstance(each, SqlType)), None)
    return encoder_for(told.name) if told is not None else _encoder_of(annotation)


def _encoder_of(annotation: Any) -> Encoder:
    """The function that writes a model's field: JSON is the one thing that its value alone does not tell."""
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, UnionType) and type(None) in arguments:
        (annotation, *others) = (each for each in arguments if each is not type(None))
        return encode_any if others else _encoder_of(annotation)
    if annotation is JsonValue:
        return _encode_json
    if get_origin(annotation) is list:
        element = _encoder_of(arguments[0])
        return _array_encoder(element, 1 if element is _encode_json else None)
    return encode_any


def _encode_range(value: Range[Any]) -> str:
    def encode_bound(bound: Any) -> str:
        if bound is None:
            return ""
        text = encode_any(bound)
        return '"' + _DOUBLED.sub(r"\1\1", text) + '"' if _BOUND_QUOTED.search(text) else text

    if value.isempty:
        return "empty"
    bounds = value.bounds
    return f"{bounds[0]}{encode_bound(value.lower)},{encode_bound(value.upper)}{bounds[1]}"


def _encode_multirange(value: Multirange[Any]) -> str:
    return "{" + ",".join(_encode_range(item) for item in value) + "}"


# ---------------------------------------------------------------------------------------------- by the value's own type


def encode_any(value: Any) -> str:
    """Write a value for a type that is not in the table (an enum, a domain, a composite): by what it is itself."""
    python = class_of(value)
    encoder = _BY_PYTHON_TYPE.get(python)
    if encoder is None:
        encoder = next((known for cls in python.__mro__ if (known := _BY_PYTHON_TYPE.get(cls))), None)
        if encoder is None:
            raise Refused(f"is of a type that cannot be sent: {python.__qualname__}")
    return encoder(value)


def _encode_enum(value: Enum) -> str:
    return encode_any(value.value)


_ENCODERS: Mapping[str, Encoder] = {
    "text": _encode_str,
    "varchar": _encode_str,
    "bpchar": _encode_str,
    "name": _encode_str,
    "citext": _encode_str,
    "int2": _integer_encoder("smallint", 16),
    "int4": _integer_encoder("integer", 32),
    "int8": _integer_encoder("bigint", 64),
    "oid": _encode_oid,
    "bool": _encode_bool,
    "bytea": _encode_bytes,
    "interval": _encode_interval,
    "json": _encode_json,
    "jsonb": _encode_jsonb,
    "hstore": _encode_hstore,
    "int2vector": _encode_vector,
    "oidvector": _encode_vector,
    "uuid": _encode_uuid,
    "float4": _encode_float,
    "float8": _encode_float,
}

#: In the order of a class's __mro__: an enum of strings is a str first.
_BY_PYTHON_TYPE: Mapping[type, Encoder] = {
    str: _encode_str,
    bool: _encode_bool,
    int: int.__repr__,
    float: float.__repr__,
    Decimal: str,
    UUID: str,
    datetime: str,
    date: str,
    time: str,
    timedelta: _encode_interval,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    memoryview: _encode_bytes,
    list: _array_encoder(encode_any),
    tuple: _encode_composite,
    dict: _encode_jsonb,
    # A row is a composite; any other model is that of a JSON field within one.
    RowModel: _encode_model,
    RowRecord: _encode_model,
    BaseModel: _encode_jsonb,
    Range: _encode_range,
    Multirange: _encode_multirange,
    Enum: _encode_enum,
    IPv4Address: str,
    IPv6Address: str,
    IPv4Interface: str,
    IPv6Interface: str,
    IPv4Network: str,
    IPv6Network: str,
}
