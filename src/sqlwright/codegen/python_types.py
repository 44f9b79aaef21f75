"""The table of scalar types: a name of pg_type in, the Python type that psycopg gives for it out. One row adds a type.

Arrays, domains, enums, composites and ranges are built from their parts by `resolve.types`; only scalars stand here.
The surprise: psycopg hands over a type that it does not know as text where the result is in text format and as raw
bytes where it is binary, so types that `runtime.spellings` does not spell either are `text_only`, and their statements
ask for text.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlwright.codegen.python_ir import Annotation, Import

__all__ = ["EXTENSIONS", "FALLBACK", "IN_BINARY_COPY", "SCALARS", "TEXT_IN_BINARY_COPY", "ScalarType"]


@dataclass(frozen=True, slots=True)
class ScalarType:
    """How one scalar type looks in Python."""

    annotation: Annotation
    #: the classes that isinstance checks at run time, as an expression; None where anything is right
    classes: str | None = None
    #: neither psycopg nor the runtime has a binary loader for it
    text_only: bool = False


def _builtin(name: str) -> ScalarType:
    return ScalarType(Annotation(name), name)


def _imported(module: str, *names: str) -> ScalarType:
    imports = frozenset(Import(module, name) for name in names)
    classes = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return ScalarType(Annotation(" | ".join(names), imports), classes)


_STR = _builtin("str")
_JSON = ScalarType(Annotation("JsonValue", frozenset((Import("sqlwright.runtime.models", "JsonValue"),))))

#: Types without a row are text to psycopg.
FALLBACK = ScalarType(Annotation("str"), "str", text_only=True)

#: By pg_type.typname, for types of pg_catalog.
SCALARS: dict[str, ScalarType] = {
    "bool": _builtin("bool"),
    "bytea": _builtin("bytes"),
    "char": _STR,
    "name": _STR,
    "text": _STR,
    "varchar": _STR,
    "bpchar": _STR,
    "int2": _builtin("int"),
    "int4": _builtin("int"),
    "int8": _builtin("int"),
    "oid": _builtin("int"),
    "float4": _builtin("float"),
    "float8": _builtin("float"),
    "numeric": _imported("decimal", "Decimal"),
    "uuid": _imported("uuid", "UUID"),
    "date": _imported("datetime", "date"),
    "time": _imported("datetime", "time"),
    "timetz": _imported("datetime", "time"),
    "timestamp": _imported("datetime", "datetime"),
    "timestamptz": _imported("datetime", "datetime"),
    "interval": _imported("datetime", "timedelta"),
    "json": _JSON,
    "jsonb": _JSON,
    "inet": _imported("ipaddress", "IPv4Address", "IPv4Interface", "IPv6Address", "IPv6Interface"),
    "cidr": _imported("ipaddress", "IPv4Network", "IPv6Network"),
    "void": ScalarType(Annotation("None"), None, text_only=True),
    # Text in Python, of which the binary format says all.
    "bit": _STR,
    "varbit": _STR,
    "xml": _STR,
    "jsonpath": _STR,
    "refcursor": _STR,
    "tid": _STR,
    "xid": _STR,
    "cid": _STR,
    "xid8": _STR,
    "pg_lsn": _STR,
    "macaddr": _STR,
    "macaddr8": _STR,
    "point": _STR,
    "lseg": _STR,
    "box": _STR,
    "line": _STR,
    "path": _STR,
    "polygon": _STR,
    "circle": _STR,
    "tsvector": _STR,
    "tsquery": _STR,
    "pg_snapshot": _STR,
}

#: By pg_type.typname, for types of extensions.
EXTENSIONS: dict[str, ScalarType] = {
    "citext": _STR,
    "ltree": _STR,
    "lquery": _STR,
    "ltxtquery": _STR,
    "hstore": _STR,
    "vector": _STR,
    "cube": _STR,
}

#: Types of pg_catalog that COPY takes in binary format from psycopg's dumpers, alone and in arrays.
IN_BINARY_COPY = frozenset(
    (
        *("bool", "bytea", "int2", "int4", "int8", "oid", "float4", "float8", "numeric", "text", "varchar", "name"),
        *("uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb", "inet", "cidr"),
    )
)
#: Types whose binary format is their text, for which psycopg has no dumper: alone, and not in arrays.
TEXT_IN_BINARY_COPY = frozenset(("bpchar", "refcursor"))
