"""What docs/types.md says of values that do not come back as they are."""

from __future__ import annotations

import math
import random
import struct
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.needs import needs

from sqlwright.runtime import RowError
from sqlwright.runtime.spellings import OF_EXTENSIONS, SPELLINGS, spelled_loader

if TYPE_CHECKING:
    from tests.types.conftest import Generated


@pytest.fixture
def empty(generated: Generated) -> Generated:
    for name in ("int4", "interval", "jsonb"):
        generated.connection.execute(f"DELETE FROM t_{name}".encode())
    return generated


def test_a_nested_list_is_written_where_no_dimensions_are_declared(empty: Generated) -> None:
    empty.sync.add_int4(empty.database, id=0, v=None, vs=[[1, 2], [3, None]], c=None, cs=None)
    stored = empty.connection.execute("SELECT vs::text FROM t_int4").fetchone()
    assert stored == ("{{1,2},{3,NULL}}",)


def test_an_array_of_more_dimensions_does_not_fit_a_model(empty: Generated) -> None:
    empty.connection.execute("INSERT INTO t_int4 (id, vs) VALUES (0, '{{1,2},{3,4}}')")
    with pytest.raises(RowError, match="vs"):
        empty.sync.get_int4(empty.database, id=0)


def test_an_array_of_more_dimensions_is_not_a_list_of_values(empty: Generated) -> None:
    empty.connection.execute("INSERT INTO t_int4 (id, vs) VALUES (0, '{{1,2},{3,4}}')")
    with pytest.raises(RowError, match="vs: array_dimensions"):
        empty.sync.scalar_int4(empty.database, id=0)


def test_a_month_is_30_days_and_a_year_365(empty: Generated) -> None:
    empty.connection.execute("INSERT INTO t_interval (id, v) VALUES (0, '1 year 1 mon 1 day'), (1, '-13 mons 1 us')")
    assert empty.sync.get_interval(empty.database, id=0).v == timedelta(days=396)
    assert empty.sync.get_interval(empty.database, id=1).v == timedelta(days=-395, microseconds=1)


def test_null_in_json_is_none_and_none_is_written_as_null(empty: Generated) -> None:
    empty.connection.execute("INSERT INTO t_jsonb (id, v) VALUES (0, 'null')")
    assert empty.sync.get_jsonb(empty.database, id=0).v is None
    empty.sync.add_jsonb(empty.database, id=1, v=None, vs=None, c=None, cs=None)
    assert empty.connection.execute("SELECT v IS NULL FROM t_jsonb ORDER BY id").fetchall() == [(False,), (True,)]


def test_numbers_of_geometry_are_spelled_as_postgresql_spells_them(generated: Generated) -> None:
    chance = random.Random(7)
    numbers = [
        0.0,
        -0.0,
        1e15,
        1e14,
        123456789012345.0,
        1234567890123456.0,
        -1e16,
        1e-4,
        1e-5,
        9007199254740993.0,
        1e22,
        18014398509481992.0,
        1e23,
    ]
    numbers += [struct.unpack("d", chance.randbytes(8))[0] for _ in range(300)]
    numbers += [chance.randrange(-(10**20), 10**20) / 10 ** chance.randrange(20) for _ in range(300)]
    # Digits that are just between two numbers.
    numbers += [float(chance.randrange(10**6, 10**7) * 10**10) * 2**step for step in range(8) for _ in range(50)]
    numbers += [float(chance.randrange(2**53, 2**54) * 4) for _ in range(2000)]
    with generated.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("point", spelled_loader(SPELLINGS["point"]))
        rows: list[Any] = cursor.execute(
            "SELECT point(n, n), point(n, n)::text FROM unnest(%s) AS n", [numbers]
        ).fetchall()
    assert [spelled for spelled, _ in rows] == [text for _, text in rows]


@needs("vector")
def test_numbers_of_four_bytes_are_spelled_as_postgresql_spells_them(generated: Generated) -> None:
    chance = random.Random(8)
    bits = [struct.unpack("f", chance.randbytes(4))[0] for _ in range(600)]
    numbers = [number for number in bits if math.isfinite(number)] + [-473214016.0, 3.4028235e38, 0.0, -0.0]
    numbers += [99999.0, 100000.0, 999999.0, 1e6, 1234567.0, 1e-4, 1e-5, 0.00012345, 16777216.0, 1e15, 1e-45]
    with generated.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader(_oid(generated, "vector"), spelled_loader(OF_EXTENSIONS["vector"]))
        row: Any = cursor.execute(
            "SELECT v, v::text FROM (SELECT %s::float4[]::vector AS v) AS x", [numbers]
        ).fetchone()
    assert row[0].split(",") == row[1].split(",")


def test_queries_are_spelled_as_postgresql_spells_them(generated: Generated) -> None:
    chance = random.Random(9)

    def query(depth: int) -> str:
        if depth == 0 or chance.random() < 0.2:
            return chance.choice(("a", "'b c':*", "d:AC", "'it''s':*BD"))
        if chance.random() < 0.2:
            return f"!({query(depth - 1)})"
        return f"({query(depth - 1)}) {chance.choice(('&', '|', '<->', '<3>', '<0>'))} ({query(depth - 1)})"

    with generated.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("tsquery", spelled_loader(SPELLINGS["tsquery"]))
        rows: list[Any] = cursor.execute(
            "SELECT q::tsquery, q::tsquery::text FROM unnest(%s::text[]) AS q", [[query(4) for _ in range(300)]]
        ).fetchall()
    assert [spelled for spelled, _ in rows] == [text for _, text in rows]


def _oid(generated: Generated, name: str) -> int:
    row = generated.connection.execute("SELECT to_regtype(%s)::oid", [name]).fetchone()
    assert row is not None
    return int(row[0])


def test_text_is_spelled_in_any_encoding_of_a_connection(empty: Generated) -> None:
    empty.connection.execute("DELETE FROM t_tsvector")
    empty.connection.execute("INSERT INTO t_tsvector (id, v) VALUES (0, $$'é':1A$$)")
    conninfo = f"{empty.connection.info.dsn} client_encoding=latin1"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        assert empty.sync.get_tsvector(connection, id=0).v == "'é':1A"
