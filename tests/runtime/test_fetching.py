"""What each function returns, for both flavours."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from sqlwright.runtime import NoRow, ObjectParameter, Parameter, RowError, SchemaChanged, TooManyRows
from sqlwright.runtime.parameters import ListParameter

THINGS = "CREATE TABLE things (id int8 PRIMARY KEY, name text); INSERT INTO things VALUES (1, 'a'), (2, 'b'), (3, NULL)"
FROM_ID = Parameter("id", "int8", int)


async def test_all_rows_come_as_a_list_of_what_the_row_function_makes(
    flavour: Any, statement: Any, schema: Any
) -> None:
    query = statement("SELECT id, name FROM things WHERE id >= :id ORDER BY id", FROM_ID, columns=("id", "name"))
    async with flavour.database(schema(THINGS)) as db:
        assert await flavour.fetch_all(db, query, (2,), lambda row: f"{row[0]}{row[1]}") == ["2b", "3None"]


async def test_an_optional_row_is_none_when_there_is_none(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT id, name FROM things WHERE id = :id", FROM_ID)
    async with flavour.database(schema(THINGS)) as db:
        assert await flavour.fetch_optional(db, query, (1,), tuple) == (1, "a")
        assert await flavour.fetch_optional(db, query, (9,), tuple) is None


async def test_a_second_row_is_an_error_and_never_dropped(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT id FROM things WHERE id >= :id", FROM_ID, name="list_things")
    async with flavour.database(schema(THINGS)) as db:
        for function in (flavour.fetch_optional, flavour.fetch_one):
            with pytest.raises(TooManyRows, match=r"list_things \(queries/things.sql:12\) returned 3 rows"):
                await function(db, query, (1,), tuple)


async def test_a_missing_row_is_an_error_where_one_is_promised(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT id FROM things WHERE id = :id", FROM_ID)
    async with flavour.database(schema(THINGS)) as db:
        with pytest.raises(NoRow) as caught:
            await flavour.fetch_one(db, query, (9,), tuple)
    assert (caught.value.query, caught.value.file, caught.value.line) == ("the_query", "queries/things.sql", 12)


async def test_execute_returns_the_number_of_rows(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("DELETE FROM things WHERE id >= :id", FROM_ID)
    async with flavour.database(schema(THINGS)) as db:
        assert await flavour.execute(db, query, (2,)) == 2


async def test_a_call_returns_its_out_parameters_or_nothing(flavour: Any, statement: Any, schema: Any) -> None:
    conninfo = schema(
        "CREATE PROCEDURE quiet(n int) LANGUAGE sql BEGIN ATOMIC SELECT 1; END;"
        "CREATE PROCEDURE doubled(n int, OUT twice int) LANGUAGE plpgsql AS 'BEGIN twice := 2 * n; END'"
    )
    n = Parameter("n", "int4", int)
    async with flavour.database(conninfo) as db:
        assert await flavour.call(db, statement("CALL quiet(:n)", n), (1,)) is None
        assert await flavour.fetch_one(db, statement("CALL doubled(:n, NULL)", n), (4,), lambda row: row[0]) == 8


async def test_a_script_runs_all_its_statements(flavour: Any, statement: Any, schema: Any) -> None:
    script = statement("CREATE TABLE a (x int); INSERT INTO a VALUES (1); /* é */ INSERT INTO a VALUES (2);")
    async with flavour.database(schema("SELECT 1")) as db:
        assert await flavour.script(db, script) is None
        assert await flavour.fetch_one(db, statement("SELECT count(*) FROM a"), (), lambda row: row[0]) == 2


class Item(BaseModel):
    id: int
    name: str | None = None


async def test_execute_many_runs_once_for_each_row_in_one_transaction(
    flavour: Any, statement: Any, schema: Any
) -> None:
    insert = statement(
        "INSERT INTO things VALUES (:item.id, :item.name)",
        ObjectParameter("item", Item, ("id", "int8"), ("name", "text")),
    )
    count = statement("SELECT count(*) FROM things")
    async with flavour.database(schema(THINGS)) as db:
        assert await flavour.execute_many(db, insert, [(Item(id=n),) for n in range(10, 15)]) == 5
        assert await flavour.execute_many(db, insert, []) == 0
        with pytest.raises(Exception, match="duplicate key"):
            await flavour.execute_many(db, insert, [(Item(id=20),), (Item(id=1),), (Item(id=21),)])
        assert await flavour.fetch_one(db, count, (), lambda row: row[0]) == 8


async def test_fetch_many_returns_the_rows_of_each_in_order(flavour: Any, statement: Any, schema: Any) -> None:
    insert = statement("INSERT INTO things VALUES (:id, 'new') RETURNING id, name", FROM_ID, columns=("id", "name"))
    async with flavour.database(schema(THINGS)) as db:
        rows = await flavour.fetch_many(db, insert, ((n,) for n in (12, 11, 10)), tuple)
        assert rows == [(12, "new"), (11, "new"), (10, "new")]
        assert await flavour.fetch_many(db, insert, [], tuple) == []


async def test_a_list_of_models_becomes_one_array_per_attribute(flavour: Any, statement: Any, schema: Any) -> None:
    insert = statement(
        "INSERT INTO things SELECT * FROM unnest(:items.id::int8[], :items.name::text[]) RETURNING id, name",
        ListParameter("items", Item, ("id", "int8[]"), ("name", "text[]")),
    )
    items = [
        Item(id=10, name='quoted "x", {y}'),
        Item(id=11, name=None),
        Item(id=12, name="NULL"),
        Item(id=13, name=""),
    ]
    async with flavour.database(schema(THINGS)) as db:
        assert await flavour.fetch_all(db, insert, (items,), tuple) == [(item.id, item.name) for item in items]
        assert await flavour.fetch_all(db, insert, ([],), tuple) == []


async def test_a_result_without_a_known_column_says_to_generate(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT * FROM things", columns=("id", "name", "colour"))
    async with flavour.database(schema(THINGS)) as db:
        with pytest.raises(SchemaChanged, match=r"the columns id, name, and id, name, colour when.*sqlwright generate"):
            await flavour.fetch_all(db, query, (), tuple)


async def test_running_code_survives_a_new_column(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT t.*, t.id + 1 AS next FROM things AS t ORDER BY id", columns=("id", "name", "next"))
    more = statement("ALTER TABLE things ADD COLUMN colour text DEFAULT 'red'")
    async with flavour.database(schema(THINGS)) as db:
        before = await flavour.fetch_all(db, query, (), tuple)
        await flavour.script(db, more)
        assert await flavour.fetch_all(db, query, (), tuple) == before
        async with flavour.cursor(db, query, (), tuple) as rows:
            assert [row async for row in rows] == before


class Strict(BaseModel):
    id: int
    details: dict[str, int]
    items: list[Item] = []


async def test_a_row_that_does_not_fit_its_model_names_columns_and_no_values(
    flavour: Any, statement: Any, schema: Any
) -> None:
    query = statement("SELECT 1, '{\"my-secret-key\": \"my-secret\"}'::jsonb, 'hidden'")

    def build(row: tuple[Any, ...]) -> Strict:
        return Strict.model_validate(
            {"id": row[2], "details": {"my-secret-key": "my-secret"}, "items": [{"id": 1}, {"id": "hidden"}]}
        )

    async with flavour.database(schema("SELECT 1")) as db:
        with pytest.raises(RowError) as caught:
            await flavour.fetch_all(db, query, (), build)
    text = str(caught.value)
    assert "id: int_parsing; details.…: int_parsing; items[1].id: int_parsing" in text
    assert "secret" not in text and "hidden" not in text


async def test_a_value_that_python_cannot_hold_names_its_column(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement("SELECT 1 AS fine, 'infinity'::timestamptz AS ends_at")
    async with flavour.database(schema("SELECT 1")) as db:
        with pytest.raises(RowError, match="a value of column ends_at cannot be represented in Python"):
            await flavour.fetch_all(db, query, (), tuple)
