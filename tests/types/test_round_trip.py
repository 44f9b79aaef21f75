"""Every PostgreSQL type through generated code, both ways and in both flavours: what is written is what is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.types.range import Range
from pydantic import BaseModel
from tests.needs import abilities, needs, refused
from tests.types.hostile import (
    NOT_IN_ARRAYS_OF_BINARY_COPY,
    NOT_IN_BINARY_COPY,
    TYPES,
    UNREADABLE,
    HostileType,
    Reads,
)

from sqlwright.runtime import RowError
from sqlwright.runtime.models import RowRecord
from sqlwright.servers import Server

if TYPE_CHECKING:
    from tests.types.conftest import Generated

#: `call("get", id=1)`: a function of the type, in whichever flavour.
Call = Callable[..., Awaitable[Any]]


def by_type(*, records: bool = False) -> pytest.MarkDecorator:
    """All types that work in those places."""
    chosen = [
        pytest.param(each, id=each.name, marks=needs(*each.needs)) for each in TYPES if each.in_records >= records
    ]
    return pytest.mark.parametrize("pg_type", chosen)


FLAVOURS = pytest.mark.parametrize("flavour", ["sync", "aio"])


def run(generated: Generated, flavour: str, name: str, test: Callable[[Call], Awaitable[None]]) -> None:
    """Run a test against the functions of one type, with its table empty."""
    generated.connection.execute(f'DELETE FROM "t_{name}"'.encode())

    async def call(prefix: str, **arguments: Any) -> Any:
        if flavour == "sync":
            return getattr(generated.sync, f"{prefix}_{name}")(generated.database, **arguments)
        return await getattr(generated.aio, f"{prefix}_{name}")(generated.async_database, **arguments)

    generated.runner.run(awaited(test(call)))


async def awaited(test: Awaitable[None]) -> None:
    await test


def written(values: Sequence[Any]) -> list[Any]:
    return [value.written if isinstance(value, Reads) else value for value in values]


def read(values: Sequence[Any]) -> list[Any]:
    return [value.read if isinstance(value, Reads) else value for value in values]


def shown(value: Any) -> Any:
    """A value as one that compares by all that matters: -0.0 is not 0.0, NaN is NaN, 1.0 is not 1.00."""
    if isinstance(value, (BaseModel, RowRecord)):
        return {name: shown(getattr(value, name)) for name in type(value).__annotations__}
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, Range):
        return (value.bounds, shown(value.lower), shown(value.upper))
    if isinstance(value, float) or type(value).__name__ == "Decimal":
        return repr(value)
    return str(value) if isinstance(value, str) else value


def model(generated: Generated, name: str) -> Any:
    found = [each for each in vars(generated.models) if each.replace("_", "").lower() == name.replace("_", "").lower()]
    return getattr(generated.models, found[0])


@by_type()
@FLAVOURS
def test_a_value_survives_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    values = pg_type.all_values(generated.models)

    async def test(call: Call) -> None:
        for index, (value, expected) in enumerate(zip(written(values), read(values), strict=True)):
            assert await call("add", id=index, v=value, vs=None, c=None, cs=None) == 1
            assert shown((await call("get", id=index)).v) == shown(expected)

    run(generated, flavour, pg_type.name, test)


@by_type()
@FLAVOURS
def test_null_survives_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    async def test(call: Call) -> None:
        await call("add", id=0, v=None, vs=None, c=None, cs=None)
        row = await call("get", id=0)
        assert (row.v, row.vs, row.c, row.cs) == (None, None, None, None)

    run(generated, flavour, pg_type.name, test)


@by_type()
@FLAVOURS
def test_an_array_survives_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    values = pg_type.all_values(generated.models)

    async def test(call: Call) -> None:
        for index, (array, expected) in enumerate(
            (
                ([], []),
                ([None], [None]),
                (written(values), read(values)),
                ([None, *written(values)], [None, *read(values)]),
            )
        ):
            await call("add", id=index, v=None, vs=array, c=None, cs=None)
            assert shown((await call("get", id=index)).vs) == shown(expected)
            assert shown(await call("scalar", id=index)) == shown(expected)

    run(generated, flavour, pg_type.name, test)


@by_type()
@FLAVOURS
def test_a_value_in_a_composite_survives_the_round_trip(
    generated: Generated, flavour: str, pg_type: HostileType
) -> None:
    composite = model(generated, f"{pg_type.name}_c")
    values = pg_type.all_values(generated.models)

    async def test(call: Call) -> None:
        before = [composite(a=1, v=value, vs=[value, None]) for value in written(values)]
        after = [composite(a=1, v=value, vs=[value, None]) for value in read(values)]
        for index, (value, expected) in enumerate(zip(before, after, strict=True)):
            await call("add", id=index, v=None, vs=None, c=value, cs=[value, None])
            row = await call("get", id=index)
            assert shown(row.c) == shown(expected)
            assert shown(row.cs) == shown([expected, None])

    run(generated, flavour, pg_type.name, test)


@by_type(records=True)
@FLAVOURS
def test_a_value_in_a_row_survives_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    values = pg_type.all_values(generated.models)

    async def test(call: Call) -> None:
        for index, (value, expected) in enumerate(zip(written(values), read(values), strict=True)):
            await call("add", id=index, v=value, vs=[value, None], c=None, cs=None)
            row = await call("nested", id=index)
            assert shown([row.whole.v, row.whole.vs]) == shown([expected, [expected, None]])
            assert shown(row.wholes[0]) == shown(row.whole)
            assert shown([row.record.f2, row.record.f3]) == shown([expected, [expected, None]])

    run(generated, flavour, pg_type.name, test)


@by_type()
def test_a_value_survives_the_round_trip_where_rows_are_not_validated(
    unvalidated: Generated, pg_type: HostileType
) -> None:
    composite = model(unvalidated, f"{pg_type.name}_c")
    values = pg_type.all_values(unvalidated.models)

    async def test(call: Call) -> None:
        for index, (value, expected) in enumerate(zip(written(values), read(values), strict=True)):
            held, read_back = (composite(a=1, v=each, vs=[each, None]) for each in (value, expected))
            await call("add", id=index, v=value, vs=[value, None], c=held, cs=[held, None])
            row = await call("get", id=index)
            assert shown([row.v, row.vs]) == shown([expected, [expected, None]])
            assert shown([row.c, row.cs]) == shown([read_back, [read_back, None]])
            whole = (await call("nested", id=index)).whole
            assert shown([whole.v, whole.vs, whole.c]) == shown([row.v, row.vs, row.c])

    run(unvalidated, "sync", pg_type.name, test)


@by_type()
@FLAVOURS
def test_a_list_of_objects_survives_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    row = model(generated, f"rows_{pg_type.name}")
    values = [*pg_type.all_values(generated.models), None]

    async def test(call: Call) -> None:
        rows = [row(id=index, v=value) for index, value in enumerate(written(values))]
        assert await call("list", rows=rows) == len(rows)
        for index, expected in enumerate(read(values)):
            assert shown((await call("get", id=index)).v) == shown(expected)

    run(generated, flavour, pg_type.name, test)


@by_type()
@FLAVOURS
def test_copied_rows_survive_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    row, composite = model(generated, f"copy_{pg_type.name}"), model(generated, f"{pg_type.name}_c")
    values = [*pg_type.all_values(generated.models), None]

    async def test(call: Call) -> None:
        rows = [
            row(id=index, v=value, vs=[value], c=composite(a=None, v=value, vs=[]))
            for index, value in enumerate(written(values))
        ]
        assert await call("copy", rows=rows) == len(rows)
        for index, expected in enumerate(read(values)):
            found = await call("get", id=index)
            assert shown([found.v, found.vs, found.c.v, found.c.vs]) == shown([expected, [expected], expected, []])

    run(generated, flavour, pg_type.name, test)


@pytest.mark.parametrize(
    "pg_type",
    [
        pytest.param(each, id=each.name, marks=needs(*each.needs))
        for each in TYPES
        if each.name not in NOT_IN_BINARY_COPY
    ],
)
@FLAVOURS
def test_rows_copied_in_binary_survive_the_round_trip(generated: Generated, flavour: str, pg_type: HostileType) -> None:
    row = model(generated, f"binary_{pg_type.name}")
    values = [*pg_type.all_values(generated.models), None]
    alone = pg_type.name in NOT_IN_ARRAYS_OF_BINARY_COPY

    async def test(call: Call) -> None:
        rows = [
            row(id=index, v=value, **({} if alone else {"vs": [value, None]}))
            for index, value in enumerate(written(values))
        ]
        assert await call("binary", rows=rows) == len(rows)
        for index, expected in enumerate(read(values)):
            found = await call("get", id=index)
            assert shown([found.v, found.vs]) == shown([expected, None if alone else [expected, None]])

    run(generated, flavour, pg_type.name, test)


@pytest.mark.parametrize(("name", "value"), UNREADABLE)
@FLAVOURS
def test_a_value_that_python_cannot_hold_is_an_error_that_names_its_column(
    generated: Generated, flavour: str, name: str, value: str
) -> None:
    async def test(call: Call) -> None:
        for index, column in enumerate(("v", "vs", "c", "cs")):
            sql = {"v": "{0}", "vs": "ARRAY[{0}]", "c": "ROW(1, {0}, NULL)", "cs": 'ARRAY[ROW(1, {0}, NULL)::"{1}_c"]'}
            literal = sql[column].format(f"'{value}'::{name}", name)
            generated.connection.execute(f"INSERT INTO t_{name} (id, {column}) VALUES ({index}, {literal})".encode())
            with pytest.raises(RowError, match=f"a value of column {column} cannot be represented in Python"):
                await call("get", id=index)

    run(generated, flavour, name, test)


def test_what_a_type_needs_is_refused_by_a_server_that_lacks_it(
    pytestconfig: pytest.Config, analysis_server: Server
) -> None:
    has = abilities(pytestconfig)
    for need in sorted({need for each in TYPES for need in each.needs}):
        assert refused(analysis_server, need) != has.meet(need), need
