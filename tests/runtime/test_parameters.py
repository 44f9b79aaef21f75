"""What is sent: one prepared statement whatever the values, and checks before anything is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel, Field

from sqlwright.runtime import (
    ChangesParameter,
    ListParameter,
    ObjectParameter,
    Parameter,
    ParameterError,
    ParameterValueError,
    StaleStatement,
)


class Mood(StrEnum):
    HAPPY = "happy"


class OldMood(str, Enum):  # noqa: UP042 - its str() is not its value
    HAPPY = "happy"


class Number(IntEnum):
    SEVEN = 7


class Details(BaseModel):
    title: str
    tags: list[str] = []
    kind: str = Field(default="x", alias="class")


# ------------------------------------------------------------------------------------------------ what is sent, and how


@pytest.mark.parametrize(
    ("pg_type", "python", "values"),
    [
        ("int2", int, [1, -32768, 32767, None]),
        ("int8", int, [1, 70_000, 2**40, -(2**63), True, Number.SEVEN, None]),
        ("numeric", Decimal, [1, 2**70, Decimal("1.50"), Decimal("NaN"), Decimal("-Infinity"), None]),
        ("float8", float, [1, 10**20, 1.5, float("inf"), 1e-300, None]),
        ("text", str, ["", "a", "x" * 10_000, "'\\\"%s :x $1", Mood.HAPPY, OldMood.HAPPY, None]),
        ("jsonb", object, [1, 2**70, "a", [], {}, {"a": [1, None]}, None]),
        ("timestamptz", datetime, [datetime(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC), None]),
    ],
)
async def test_a_query_is_one_prepared_statement_whatever_the_values(
    flavour: Any, statement: Any, database: str, pg_type: str, python: type, values: list[object]
) -> None:
    query = statement(f"SELECT :value::{pg_type} IS NULL", Parameter("value", pg_type, python, nullable=True))
    count = statement("SELECT parameter_types::text FROM pg_prepared_statements WHERE statement LIKE '%IS NULL'")
    async with flavour.database(database, max_size=1) as db:
        for value in values:
            assert await flavour.fetch_one(db, query, (value,), lambda row: row[0]) is (value is None)
        assert len(await flavour.fetch_all(db, count, (), tuple)) == 1


async def test_a_list_is_one_prepared_statement_whatever_is_in_it(flavour: Any, statement: Any, database: str) -> None:
    query = statement(
        "SELECT :value::int8[]", Parameter("value", "int8[]", int, array=True, element_nullable=True, nullable=True)
    )
    count = statement(
        "SELECT 1 FROM pg_prepared_statements WHERE statement LIKE '%int8%' AND statement NOT LIKE '%pg_%'"
    )
    async with flavour.database(database, max_size=1) as db:
        for value in ([1], [1, 2**40], [], [None], [None, 3], [[1, 2], [3, 4]], None):
            assert await flavour.fetch_one(db, query, (value,), lambda row: row[0]) == value
        assert len(await flavour.fetch_all(db, count, (), tuple)) == 1


async def test_a_statement_is_prepared_at_its_first_use(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT statement FROM pg_prepared_statements")
    async with flavour.database(database, max_size=1) as db:
        assert await flavour.fetch_all(db, query, (), lambda row: row[0]) == [
            "SELECT statement FROM pg_prepared_statements"
        ]


async def test_nothing_is_prepared_behind_pgbouncer(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT 1 FROM pg_prepared_statements WHERE :n::int4 > 0", Parameter("n", "int4", int))
    async with flavour.database(database, max_size=1, pgbouncer=True) as db:
        for _ in range(7):
            assert await flavour.fetch_all(db, query, (1,), tuple) == []
        assert await flavour.fetch_many(db, query, [(1,)] * 3, tuple) == []


@pytest.mark.parametrize(
    ("pg_type", "value"),
    [
        ("bool", True),
        ("int4", -5),
        ("numeric", Decimal("12345678901234567890.123456789")),
        ("float4", 1.5),
        ("text", "naïve 🐘 \n\t\\ '"),
        ("uuid", UUID(int=7)),
        ("date", date(2024, 2, 29)),
        ("time", time(23, 59, 59, 999999)),
        ("timestamp", datetime(2024, 1, 2, 3, 4, 5, 6)),
        ("timestamptz", datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("interval", timedelta(days=-3, seconds=5, microseconds=7)),
        ("interval", timedelta(microseconds=-1)),
        ("bytea", b"\x00\xff\\"),
        ("inet", IPv4Address("10.0.0.1")),
        ("int4range", Range(1, 5, "[)")),
        ("tstzrange", Range(datetime(2024, 1, 1, tzinfo=UTC), None, "[)")),
        ("int4multirange", Multirange([Range(1, 3, "[)"), Range(5, 6, "[)")])),
        ("text[]", ["", "NULL", "null", None, 'a"b', "{", ",", "\\", " "]),
        ("date[]", [date(2024, 1, 1), None]),
        ("bytea[]", [b"\x00", b""]),
        ("int4[]", [[1, 2], [3, 4]]),
    ],
)
async def test_a_value_survives_the_trip(flavour: Any, statement: Any, database: str, pg_type: str, value: Any) -> None:
    element = type(value[0]) if isinstance(value, list) else type(value)
    if isinstance(value, list) and isinstance(value[0], list):
        element = int
    array = isinstance(value, list)
    parameter = Parameter("value", pg_type, element, array=array, element_nullable=array)
    query = statement(f"SELECT :value::{pg_type}", parameter)
    async with flavour.database(database) as db:
        assert await flavour.fetch_one(db, query, (value,), lambda row: row[0]) == value


@pytest.mark.parametrize("style", ["postgres", "postgres_verbose", "sql_standard", "iso_8601"])
async def test_an_interval_does_not_depend_on_the_sessions_style(statement: Any, database: str, style: str) -> None:
    from sqlwright.runtime import sync

    query = statement("SELECT :value::interval", Parameter("value", "interval", timedelta))
    with psycopg.connect(database, options=f"-c IntervalStyle={style}") as connection:
        for value in (
            timedelta(days=-3, seconds=5),
            timedelta(days=1, seconds=-5),
            timedelta(0),
            timedelta(seconds=-0.5),
        ):
            assert sync.fetch_one(connection, query, (value,), lambda row: row[0]) == value


async def test_json_is_written_by_alias_as_validation_reads_it(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :data::jsonb", Parameter("data", "jsonb", Details))
    data = Details.model_validate({"title": "é\"'", "tags": ["a"], "class": "y"})
    async with flavour.database(database) as db:
        assert await flavour.fetch_one(db, query, (data,), lambda row: Details.model_validate_json(row[0])) == data


async def test_an_untyped_json_parameter_takes_whatever_is_json(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :data::jsonb::text", Parameter("data", "jsonb", object))
    value = {"day": date(2024, 1, 1), "model": Details(title="t"), "n": [1, None, 1.5]}
    async with flavour.database(database) as db:
        text = await flavour.fetch_one(db, query, (value,), lambda row: row[0])
    assert text == '{"n": [1, null, 1.5], "day": "2024-01-01", "model": {"tags": [], "class": "x", "title": "t"}}'


async def test_a_list_in_an_array_of_json_is_an_element(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :data::jsonb[]", Parameter("data", "jsonb[]", object, array=True))
    async with flavour.database(database) as db:
        assert await flavour.fetch_one(db, query, ([[1, 2], {}, "a"],), lambda row: row[0]) == [
            b"[1, 2]",
            b"{}",
            b'"a"',
        ]


class Changes(BaseModel):
    name: str | None = None
    note: str | None = None


async def test_changes_send_what_was_set_and_null_is_not_absence(flavour: Any, statement: Any, database: str) -> None:
    query = statement("SELECT :changes::jsonb::text", ChangesParameter("changes", Changes))
    async with flavour.database(database) as db:
        for changes, sent in (
            (Changes(), "{}"),
            (Changes(name=None), '{"name": null}'),
            (Changes(note="x"), '{"note": "x"}'),
        ):
            assert await flavour.fetch_one(db, query, (changes,), lambda row: row[0]) == sent


class Keyword(BaseModel):
    class_: str = Field(alias="class")


async def test_an_attribute_that_is_a_keyword_is_found_by_its_alias(
    flavour: Any, statement: Any, database: str
) -> None:
    query = statement("SELECT :thing.class::text", ObjectParameter("thing", Keyword, ("class", "text")))
    async with flavour.database(database) as db:
        assert await flavour.fetch_one(db, query, (Keyword(**{"class": "a"}),), lambda row: row[0]) == "a"


async def test_values_follow_the_numbers_of_the_sql_not_the_order_of_the_parameters(
    flavour: Any, statement: Any, database: str
) -> None:
    query = statement(
        "SELECT :b::text || :thing.title::text || :a::text || :b::text",
        Parameter("a", "text", str),
        ObjectParameter("thing", Details, ("title", "text")),
        Parameter("b", "text", str),
    )
    async with flavour.database(database) as db:
        values = ("A", Details(title="T"), "B")
        assert await flavour.fetch_one(db, query, values, lambda row: row[0]) == "BTAB"


# ---------------------------------------------------------------------------------------------------- what is refused


def refused(statement: Any, parameter: Any, value: object, sql: str = "SELECT :value") -> str:
    with pytest.raises(ParameterError) as caught:
        statement(sql, parameter).bind((value,))
    assert (caught.value.query, caught.value.line) == ("the_query", 12)
    return str(caught.value).removeprefix("the_query (queries/things.sql:12): parameter value")


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (Parameter("value", "uuid", UUID), "secret", " must be UUID, got str"),
        (Parameter("value", "uuid", UUID), None, " must be UUID, got None"),
        (Parameter("value", "int8", int, nullable=True), "7", " must be int or None, got str"),
        (Parameter("value", "int4", int), 1.0, " must be int, got float"),
        (Parameter("value", "date", date), datetime(2024, 1, 1), " must be date, got datetime"),
        (Parameter("value", "text", str), b"x", " must be str, got bytes"),
        (Parameter("value", "text", (str, int)), 1.5, " must be str or int, got float"),
        (Parameter("value", "mood", Mood), "happy", " must be Mood, got str"),
        (Parameter("value", "jsonb", Details), {"title": "x"}, " must be Details, got dict"),
        (Parameter("value", "text", object), 7, " is not a value for text: int"),
        (Parameter("value", "int4", object), "7", " is not a value for int4: str"),
        (Parameter("value", "text[]", str, array=True), "abc", " must be list[str], got str"),
        (Parameter("value", "text[]", str, array=True), ["a", 3], "[1] must be str, got int"),
        (Parameter("value", "text[]", str, array=True), [None], "[0] must be str, got None"),
        (Parameter("value", "text[]", str, array=True, element_nullable=True), [3], "[0] must be str or None, got int"),
    ],
)
def test_a_wrong_type_is_named_and_its_value_is_not(statement: Any, parameter: Any, value: Any, message: str) -> None:
    assert refused(statement, parameter, value) == message


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (Parameter("value", "smallint", int), 40_000, " is out of range for smallint (-32768 to 32767)"),
        (Parameter("value", "integer", int), 2**31, " is out of range for integer (-2147483648 to 2147483647)"),
        (
            Parameter("value", "bigint[]", int, array=True),
            [1, 2**63],
            "[1] is out of range for bigint (-9223372036854775808 to 9223372036854775807)",
        ),
        (Parameter("value", "text", str), "a\x00b", " contains a NUL character, which PostgreSQL's text cannot hold"),
        (Parameter("value", "jsonb", object), {"a": "\x00"}, " contains a NUL character, which jsonb cannot hold"),
        (Parameter("value", "jsonb", object), object(), " cannot be written as JSON (PydanticSerializationError)"),
        (
            Parameter("value", "text", str, choices=("draft", "active")),
            "gone",
            " must be one of 'draft', 'active', got another value",
        ),
    ],
)
def test_a_wrong_value_is_refused_without_being_shown(statement: Any, parameter: Any, value: Any, message: str) -> None:
    with pytest.raises(ParameterValueError):
        statement("SELECT :value", parameter).bind((value,))
    assert refused(statement, parameter, value) == message


def test_a_backslash_before_u0000_is_not_a_nul(statement: Any) -> None:
    query = statement("SELECT :value", Parameter("value", "jsonb", object))
    assert query.bind(("\\u0000",)) == ['"\\\\u0000"']


def test_json_of_any_annotation_is_validated(statement: Any) -> None:
    parameter = Parameter("value", "jsonb", list[Details])
    assert statement("SELECT :value", parameter).bind(([Details(title="x")],))
    message = refused(statement, parameter, ["hidden"])
    assert message.startswith(" must be list[") and message.endswith("; found: model_type") and "hidden" not in message


def test_a_missing_or_unfit_attribute_is_named(statement: Any) -> None:
    sql, parameter = "SELECT :value.title", ObjectParameter("value", Details, ("title", "text"))
    assert refused(statement, parameter, Details.model_construct(), sql) == ".title is missing in this Details"
    assert refused(statement, parameter, Details.model_construct(title=3), sql) == ".title is not a value for text: int"
    assert refused(statement, parameter, {"title": "x"}, sql) == " must be Details, got dict"


def test_an_item_of_a_list_is_named_by_its_place(statement: Any) -> None:
    sql, parameter = "SELECT :value.title", ListParameter("value", Details, ("title", "text[]"))
    good, bad = Details(title="x"), Details(title="\x00")
    assert refused(statement, parameter, [good, bad], sql).startswith("[1].title contains a NUL")
    assert refused(statement, parameter, [good, None], sql) == "[1] must be Details, got None"
    assert refused(statement, parameter, "ab", sql) == " must be list[Details], got str"


async def test_nothing_is_sent_when_an_argument_is_refused(flavour: Any, statement: Any, schema: Any) -> None:
    insert = statement("INSERT INTO t VALUES (:value)", Parameter("value", "int4", int))
    async with flavour.database(schema("CREATE TABLE t (n int4)"), max_size=1) as db:
        with pytest.raises(ParameterError):
            await flavour.execute(db, insert, ("1",))
        with pytest.raises(ParameterError):
            await flavour.execute_many(db, insert, [(1,), ("1",)])
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM t"), (), lambda row: row[0]) == 0


def test_code_that_does_not_belong_to_the_sql_cannot_be_imported(statement: Any) -> None:
    with pytest.raises(StaleStatement, match=r"the SQL has the placeholders :a, :b\.c, the generated code :a: run"):
        statement("SELECT :a, :b.c", Parameter("a", "text", str))
