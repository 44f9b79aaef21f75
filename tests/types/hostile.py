"""The table of types and their hostile values: what is written, and what is read back where that is not the same.

One row adds a type. The schema above it declares the types that PostgreSQL does not bring along.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from tests.needs import needs

__all__ = [
    "DECLARATIONS",
    "NOT_IN_ARRAYS_OF_BINARY_COPY",
    "NOT_IN_BINARY_COPY",
    "TYPES",
    "UNREADABLE",
    "HostileType",
    "Reads",
]

DECLARATIONS = """
CREATE TYPE odd AS ENUM ('', 'so so', 'it''s', 'a "b"', E'back\\\\slash', E'new\\nline', '{a,b}', '(c)', 'NULL', '🦆');
CREATE TYPE pair AS (n int4, "A label" text);
CREATE TYPE nest AS (p pair, ps pair[], o odd, j jsonb, js jsonb[], f float8, r int4range, at timestamptz);
CREATE TABLE owners (id int8 PRIMARY KEY, name text, tags text[]);
CREATE DOMAIN score AS numeric(12, 2) CHECK (value >= 0);
CREATE DOMAIN top_score AS score CHECK (value < 1000000);
CREATE DOMAIN document AS jsonb;
CREATE DOMAIN numbers AS int4[];
CREATE DOMAIN grid AS int4[][];
CREATE DOMAIN documents AS jsonb[];
CREATE DOMAIN pairs AS pair[];
CREATE DOMAIN located AS pair;
CREATE TYPE grids AS (n int4[][], t text[][][], j jsonb[][], p pair[][], b box[][], o odd[][], d grid[], at date[][]);
CREATE TYPE float_span AS RANGE (subtype = float8, multirange_type_name = float_spans);
CREATE TYPE text_span AS RANGE (subtype = text, collation = "C");
CREATE TYPE money_span AS RANGE (subtype = money);
CREATE TYPE lsn_span AS RANGE (subtype = pg_lsn);
CREATE DOMAIN short_span AS int4range;
"""


@dataclass(frozen=True)
class Reads:
    """A value that is read back as another, equally good one."""

    written: Any
    read: Any


@dataclass(frozen=True)
class HostileType:
    """A PostgreSQL type, and values of it."""

    sql: str
    values: tuple[Any, ...]
    #: values that need the classes of the generated package's models
    of_models: Callable[[ModuleType], tuple[Any, ...]] | None = None
    #: docs/types.md says which do not work yet in anonymous records
    in_records: bool = True
    #: what it needs of the server, as in tests/needs.py: an extension, which is created
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        words = "".join(letter if letter.isalnum() else "_" for letter in self.sql.lower())
        return f"{words.strip('_')}_q" if self.sql.startswith('"') else words.strip("_")

    def all_values(self, models: ModuleType) -> tuple[Any, ...]:
        return self.values + (self.of_models(models) if self.of_models else ())


TEXTS = (
    "",
    " ",
    "  two  ",
    "null",
    "NULL",
    "\\N",
    "\\",
    "\\\\.",
    "'",
    "''",
    '"',
    '""',
    'a "b" c',
    "{}",
    "{a,b}",
    "(a,b)",
    ",",
    "\n",
    "\r\n\t\v\f",
    "\x01",
    "\x7f",
    "é",
    "e\u0301",
    "🦆👩‍👩‍👧",
    "\ufeff",
    "\U0010ffff",
    "\u2028",
    "$1",
    ":name",
    "%s",
    "a" * 70_000,
)
XML = (
    "",
    " ",
    "text",
    "<a/>",
    "<a></a>",
    '<a b="&quot;\'&lt;">&amp;amp;</a>',
    "<é>🦆</é>",
    "<![CDATA[ <not> &a; tag ]]>",
    "<!-- a comment --><a/><b/>tail",
    "<?pi it's?>",
    "<a>\n\t\r\n</a>",
    '<a>{NULL,"b"}\\N\\\\(,)</a>',
    '<!DOCTYPE a [<!ELEMENT a ANY>]><a xmlns:x="urn:x"><x:b/></a>',
    f"<a>{'b' * 70_000}</a>",
)
NAN, INF = float("nan"), float("inf")

TYPES = (
    HostileType("bool", (True, False)),
    HostileType("int2", (0, -(2**15), 2**15 - 1)),
    HostileType("int4", (0, -(2**31), 2**31 - 1)),
    HostileType("int8", (0, -(2**63), 2**63 - 1, 2**53 + 1)),
    HostileType("float4", (0.0, -0.0, NAN, INF, -INF, 0.5, -16777216.0, 2.0**-149, Reads(0.1, 0.10000000149011612))),
    HostileType(
        "float8", (0.0, -0.0, NAN, INF, -INF, 0.1, 1e308, 5e-324, -1.7976931348623157e308, 1e15, 123456789.125)
    ),
    HostileType(
        "numeric",
        (
            *tuple(
                map(
                    Decimal,
                    (
                        "0",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "1e-400",
                        "-1e-400",
                        "1.10",
                        "9" * 200 + "." + "9" * 200,
                        "-0.00001",
                        "1" + "0" * 3000,
                        "0.1",
                        "10000",
                        "12345678901234567890.0000",
                    ),
                )
            ),
            Reads(Decimal("-0"), Decimal(0)),
        ),
    ),
    HostileType("numeric(10, 3)", (Decimal("1234567.891"), Reads(Decimal("0.0005"), Decimal("0.001")), Decimal("NaN"))),
    HostileType("text", TEXTS),
    HostileType("varchar", TEXTS),
    HostileType("varchar(3)", ("", "🦆🦆🦆", "a\nb", "   ")),
    HostileType("char(3)", (Reads("", "   "), "🦆 '", Reads("a", "a  "))),
    HostileType("name", ("", "a" * 63, "é", 'a "b"', "\\")),
    HostileType('"char"', ("", "a", "'", "\\", "\n", "{", "\\377", Reads("\\101", "A"))),
    HostileType("citext", TEXTS, needs=("citext",)),
    HostileType("bytea", (b"", b"\x00", b"\\x00", b"\\", b"'", b"\n", bytes(range(256)), b"\xff" * 70_000)),
    HostileType("uuid", (UUID(int=0), UUID(int=2**128 - 1), UUID(int=0xA0EEBC99_9C0B_4EF8_BB6D_6BB9BD380A11))),
    HostileType("date", (date.min, date.max, date(1582, 10, 10), date(2000, 2, 29))),
    HostileType("time", (time.min, time.max, time(12, 0, 0, 1))),
    HostileType(
        "timetz",
        (
            time(0, 0, tzinfo=UTC),
            time(23, 59, 59, 999999, timezone(timedelta(hours=15, minutes=59))),
            time(1, 2, 3, tzinfo=timezone(-timedelta(hours=15, minutes=59, seconds=59))),
        ),
    ),
    HostileType("timestamp", (datetime.min, datetime.max, datetime(1999, 12, 31, 23, 59, 59, 999999))),
    HostileType(
        "timestamptz",
        (
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
            datetime(2000, 1, 1, tzinfo=UTC),
            datetime(1999, 12, 31, 23, 59, 59, 1, timezone(timedelta(hours=-5, minutes=-30))),
        ),
    ),
    HostileType(
        "interval",
        (
            timedelta(0),
            timedelta.min,
            timedelta.max,
            timedelta(microseconds=-1),
            timedelta(days=-1, microseconds=1),
            timedelta(days=400, seconds=86399, microseconds=999999),
        ),
    ),
    HostileType(
        "json",
        (
            {},
            [],
            "",
            "null",
            'a "b"\\\n🦆',
            0,
            True,
            [None],
            {"a": {"b": [1, {"c": None}]}},
            2**200,
            -0.5,
            "\x00",
            {"": ""},
            Reads(None, None),
        ),
    ),
    HostileType(
        "jsonb",
        (
            {},
            [],
            "",
            "null",
            'a "b"\\\n🦆',
            0,
            False,
            [None],
            {"a": {"b": [1, {"c": None}]}},
            2**200,
            1e-300,
            [[1], [2, 3]],
            {"": ""},
            "\\u0000",
        ),
    ),
    HostileType("jsonpath", ('$."a"[*]?(@ > 1)', '$."it\'s"', '$."🦆"', '"\\n"')),
    HostileType(
        "money", ("$0.00", "-$92,233,720,368,547,758.08", "$92,233,720,368,547,758.07", "$1,234.50"), in_records=False
    ),
    HostileType("bit(5)", ("00000", "11111", "10101")),
    HostileType("bit varying", ("", "0", "1" * 9, "01" * 40, "10000000")),
    HostileType(
        "inet",
        (
            IPv4Address("0.0.0.0"),
            IPv4Address("255.255.255.255"),
            IPv4Interface("10.1.2.3/8"),
            IPv6Address("::"),
            IPv6Interface("::1/64"),
            IPv6Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            IPv4Interface("0.0.0.0/0"),
            Reads(IPv4Interface("10.0.0.1/32"), IPv4Address("10.0.0.1")),
        ),
    ),
    HostileType(
        "cidr",
        (IPv4Network("0.0.0.0/0"), IPv4Network("10.0.0.1/32"), IPv6Network("::/0"), IPv6Network("2001:db8::/32")),
    ),
    HostileType("macaddr", ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "08:00:2b:01:02:03")),
    HostileType(
        "macaddr8",
        ("00:00:00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff:ff:fe", Reads("08:00:2b:01:02:03", "08:00:2b:ff:fe:01:02:03")),
    ),
    HostileType(
        "point",
        (
            "(0,0)",
            "(-0,1e-300)",
            "(Infinity,-Infinity)",
            "(NaN,1)",
            "(1e+15,100000000000000)",
            "(0.1,1e-05)",
            "(1.5,1.7976931348623157e+308)",
        ),
    ),
    HostileType("lseg", ("[(0,0),(1.5,-2)]",)),
    HostileType("box", ("(1,1),(0,0)", Reads("(0,0),(1.5,2)", "(1.5,2),(0,0)"))),
    HostileType("line", ("{1,-1,0}", "{0.5,2,-0}")),
    HostileType("path", ("((0,0),(1,1))", "[(0,0),(1.5,2),(3,4)]", "((5,5))")),
    HostileType("polygon", ("((0,0),(1,1),(2,0))", "((0.1,-0))")),
    HostileType("circle", ("<(0,0),0>", "<(1.5,-2),3.25>", "<(1,2),Infinity>")),
    HostileType("tsvector", ("", "'a' 'b':1A,2B,3C,4", "'back\\\\slash' 'it''s':16383 'ü 🦆':5C", "' '")),
    HostileType(
        "tsquery", ("", "'a' & 'b'", "!'a' | 'b':*A <2> 'it''s'", "'back\\\\slash' & ( 'x' | !'y' )", "'🦆':AB")
    ),
    HostileType("int2vector", ([], [0, -(2**15), 2**15 - 1])),
    HostileType("oidvector", ([], [0, 2**32 - 1])),
    HostileType("oid", (0, 2**32 - 1, 2**31)),
    HostileType("regclass", ("pg_class", "owners", "-", "4294967295"), in_records=False),
    HostileType("regtype", ("integer", "odd", "owners[]", "-"), in_records=False),
    HostileType("regproc", ("now", "-"), in_records=False),
    HostileType("regprocedure", ("lower(text)", "-"), in_records=False),
    HostileType("regoper", ("0",), in_records=False),
    HostileType("regoperator", ("+(integer,integer)", "0"), in_records=False),
    HostileType("regrole", ("pg_monitor", "-"), in_records=False),
    HostileType("regnamespace", ("pg_catalog", "-"), in_records=False),
    HostileType("regconfig", ("english", "-"), in_records=False),
    HostileType("regdictionary", ("simple", "-"), in_records=False),
    HostileType("regcollation", ('"C"', "-"), in_records=False),
    HostileType("tid", ("(0,0)", "(4294967295,65535)")),
    HostileType("xid", ("0", "4294967295")),
    HostileType("cid", ("0", "4294967295")),
    HostileType("xid8", ("0", "18446744073709551615")),
    HostileType("pg_lsn", ("0/0", "FFFFFFFF/FFFFFFFF", "16/B374D848")),
    HostileType("pg_snapshot", ("10:20:10,14,15", "1:1:")),
    HostileType("refcursor", ("", 'a "b"', "\n", "🦆")),
    HostileType("aclitem", ("postgres=r*w/postgres", "=X/postgres"), in_records=False),
    HostileType(
        "int4range",
        (
            Range(None, None, "()"),
            Range(empty=True),
            Range(-(2**31), 2**31 - 1, "[)"),
            Range(1, None, "[)"),
            Reads(Range(1, 3, "(]"), Range(2, 4, "[)")),
        ),
    ),
    HostileType("int8range", (Range(-(2**63), 2**63 - 1, "[)"), Range(None, 0, "()"))),
    HostileType(
        "numrange",
        (
            Range(Decimal("1e-400"), Decimal("1" + "0" * 400), "[]"),
            Range(Decimal("-Infinity"), Decimal("NaN"), "()"),
            Range(empty=True),
        ),
    ),
    HostileType("daterange", (Range(date.min, date.max, "[)"), Range(None, date(2000, 2, 29), "()"))),
    HostileType("tsrange", (Range(datetime.min, datetime.max, "[]"), Range(None, None, "()"))),
    HostileType(
        "tstzrange",
        (
            Range(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), "[)"),
            Range(empty=True),
        ),
    ),
    HostileType("int4multirange", (Multirange(), Multirange([Range(1, 2, "[)"), Range(5, None, "[)")]))),
    HostileType(
        "int8multirange", (Multirange([Range(None, None, "()")]), Multirange([Range(-(2**63), 2**63 - 1, "[)")]))
    ),
    HostileType("nummultirange", (Multirange([Range(Decimal("-1.50"), Decimal("1e-400"), "(]")]), Multirange())),
    HostileType("datemultirange", (Multirange([Range(date.min, date.max, "[)")]),)),
    HostileType("tsmultirange", (Multirange([Range(datetime.min, datetime.max, "[]")]),)),
    HostileType("tstzmultirange", (Multirange([Range(datetime(1, 1, 1, tzinfo=UTC), None, "[)")]), Multirange())),
    HostileType(
        "float_span", (Range(-INF, INF, "[]"), Range(-0.5, 1e300, "()"), Range(NAN, NAN, "[]"), Range(empty=True))
    ),
    HostileType("float_spans", (Multirange(), Multirange([Range(0.1, 0.5, "[)")]))),
    HostileType(
        "text_span",
        (Range("", 'a "b"', "[]"), Range("(", "\\", "()"), Range("a,b", "é\n🦆", "[)"), Range(None, "null", "()")),
    ),
    HostileType("money_span", (Range("$1.00", "$1,000.00", "[)"),), in_records=False),
    HostileType("lsn_span", (Range("0/0", "16/B374D848", "[)"), Range(empty=True))),
    HostileType("short_span", (Range(1, 3, "[)"), Range(empty=True))),
    HostileType("odd", (), lambda m: tuple(m.Odd)),
    HostileType("score", (Decimal("0.00"), Decimal("9999999999.99"))),
    HostileType("top_score", (Decimal("999999.99"), Reads(Decimal("0.005"), Decimal("0.01")))),
    HostileType("document", ({"a": [1, "🦆"]}, "text", [], 0)),
    HostileType("numbers", ([], [1, None, -(2**31)])),
    HostileType("grid", ([], [[1]], [[1, None], [-(2**31), 0], [2, 3]])),
    HostileType("documents", ([], [None, [1, [2]], {"a": '"'}, "text"])),
    HostileType("pairs", ([],), lambda m: ([m.Pair(n=1, A_label='{"}'), None],)),
    HostileType("located", (), lambda m: (m.Pair(n=1, A_label='a "b"'), m.Pair(n=None, A_label=None))),
    HostileType("pair", (), lambda m: tuple(m.Pair(n=n, A_label=text) for n, text in enumerate(TEXTS))),
    HostileType(
        "owners",
        (),
        lambda m: (
            m.Owner(id=2**63 - 1, name="\\", tags=["", None, "{}", 'a "b"']),
            m.Owner(id=1, name=None, tags=None),
        ),
    ),
    HostileType(
        "nest",
        (),
        lambda m: (
            m.Nest(
                p=m.Pair(n=1, A_label='"'),
                ps=[m.Pair(n=None, A_label="(,)"), None],
                o=m.Odd('a "b"'),
                j=["a", {"b": None}],
                js=[[1], "x", None],
                f=1e-300,
                r=Range(1, None, "[)"),
                at=datetime.max.replace(tzinfo=UTC),
            ),
            m.Nest(p=None, ps=[], o=None, j="text", js=None, f=None, r=Range(empty=True), at=None),
            m.Nest(p=m.Pair(n=None, A_label=None), ps=None, o=m.Odd(""), j={"k": '"\\'}, js=[], f=INF, r=None, at=None),
        ),
    ),
    HostileType(
        "grids",
        (),
        lambda m: (
            m.Grids(
                n=[[1, None], [2, 3]],
                t=[[["", "NULL"], [None, '{"}']], [["a,b", "\\"], ["'", " "]]],
                j=[[[1, [2]], {"a": "{"}], [None, "text"]],
                p=[[m.Pair(n=1, A_label="("), None]],
                b=[["(1,1),(0,0)"], ["(2,2),(0,0)"]],
                o=[[m.Odd("{a,b}"), m.Odd("")]],
                d=[[[1], [2]], None, []],
                at=[[date.min], [date.max]],
            ),
            m.Grids(n=[], t=None, j=[], p=[], b=[], o=None, d=[], at=[]),
        ),
    ),
    HostileType("hstore", ("", '"a"=>NULL', '"c"=>"", "a \\"b\\""=>"\\\\"'), needs=("hstore",)),
    HostileType("ltree", ("", "a.b.c", "Top.Collections_1"), needs=("ltree",)),
    HostileType("lquery", ("a.*{2,}.b|c",), needs=("ltree",)),
    HostileType(
        "vector(3)",
        ("[1,2,3]", "[-0,1e-05,3.4028235e+38]", "[0.1,-1.5,100000]"),
        needs=("vector",),
    ),
    HostileType("cube", ("(1, 2)", "(1, 2),(3, 4.5)", "(0.1, -0)", "()"), needs=("cube",)),
    HostileType("xml", XML, needs=("libxml",)),
)

#: What COPY in binary format does not take; the rest it must take, alone and in arrays.
NOT_IN_BINARY_COPY = frozenset(
    (
        *("char_q", "jsonpath", "money", "bit_5", "bit_varying", "macaddr", "macaddr8", "point", "lseg"),
        *("box", "line", "path", "polygon", "circle", "tsvector", "tsquery", "int2vector", "oidvector"),
        *("regclass", "regtype", "regproc", "regprocedure", "regoper", "regoperator", "regrole"),
        *("regnamespace", "regconfig", "regdictionary", "regcollation", "tid", "xid", "cid", "xid8"),
        *("pg_lsn", "pg_snapshot", "aclitem", "float_span", "float_spans", "text_span", "money_span"),
        *("lsn_span", "pairs", "located", "pair", "owners", "nest", "grids", "hstore", "ltree", "lquery"),
        *("vector_3", "cube", "xml"),
    )
)
#: What it takes alone.
NOT_IN_ARRAYS_OF_BINARY_COPY = frozenset(("char_3", "refcursor", "numbers", "grid", "documents"))

#: Values that Python's types cannot hold, as SQL.
UNREADABLE = (
    ("date", "infinity"),
    ("date", "-infinity"),
    ("date", "0044-03-15 BC"),
    ("date", "5874897-12-31"),
    ("time", "24:00:00"),
    ("timetz", "24:00:00+00"),
    ("timestamp", "infinity"),
    ("timestamp", "294276-12-31 23:59:59.999999"),
    ("timestamp", "4713-01-01 00:00:00 BC"),
    ("timestamptz", "infinity"),
    ("timestamptz", "-infinity"),
    ("timestamptz", "294276-12-31 23:59:59.999999+00"),
    ("timestamptz", "0001-12-31 00:00:00+00 BC"),
    ("interval", "178000000 years"),
    pytest.param("interval", "infinity", marks=needs("PostgreSQL 17")),
    ("daterange", "[2000-01-01,infinity)"),
)
