"""Tables and columns touched, the command, and whether a statement only reads."""

from __future__ import annotations

from typing import Any

import pytest

from sqlwright.codegen.access import copy_target

READ_ONLY = {
    "a SELECT reads": "SELECT * FROM users",
    "now and random only look": "SELECT now(), random(), gen_random_uuid(), clock_timestamp()",
    "a stable function of the user's reads": "SELECT settled(1, 'a')",
    "a CTE that selects reads": "WITH x AS (SELECT * FROM users) SELECT * FROM x",
    "EXISTS reads": "SELECT EXISTS (SELECT FROM users WHERE email = $1)",
    "pg_sleep only waits": "SELECT pg_sleep(0)",
    "an aggregate of the user's reads when its functions do": "SELECT latest(id) FROM parent",
    "a policy reads when its condition does": "SELECT * FROM agendas",
    "a CHECK of a domain reads when its functions do": "SELECT 1::positive",
}
WRITING = {
    "INSERT writes": "INSERT INTO users (email) VALUES ($1)",
    "UPDATE writes": "UPDATE users SET note = $1",
    "DELETE writes": "DELETE FROM items",
    "MERGE writes": "MERGE INTO users u USING projects p ON u.id = p.user_id WHEN MATCHED THEN DELETE",
    "a data-modifying CTE writes": "WITH gone AS (DELETE FROM items RETURNING id) SELECT * FROM gone",
    "FOR UPDATE locks": "SELECT * FROM users FOR UPDATE",
    "FOR KEY SHARE in a subquery locks": "SELECT * FROM (SELECT * FROM users FOR KEY SHARE) s",
    "nextval writes": "SELECT nextval('items_id_seq')",
    "currval depends on the session": "SELECT currval('items_id_seq')",
    "setval writes": "SELECT setval('items_id_seq', 5)",
    "set_config changes the session": "SELECT set_config('a.b', 'c', false)",
    "an advisory lock locks": "SELECT pg_try_advisory_lock(1)",
    "a notification is sent": "SELECT pg_notify('a', 'b')",
    "a large object is made": "SELECT lo_create(0)",
    "a transaction id is taken": "SELECT pg_current_xact_id()",
    "a volatile function of the user's may write": "SELECT counted()",
    "a volatile function in a condition may write": "SELECT * FROM users WHERE counted() = 1",
    "a volatile function in FROM may write": "SELECT * FROM counted()",
    "an aggregate writes when its step does": "SELECT kept(id) FROM parent",
    "a CHECK of a domain writes where a value is cast to it": "SELECT 1::watched",
    "a CHECK of a domain in a row type writes": "SELECT jsonb_populate_record(NULL::outing, '{}')",
    "a CHECK of a domain in a column definition list writes": "SELECT * FROM json_to_record('{}') AS x (at watched)",
    "a policy writes though the statement does not show it": "SELECT id FROM secrets",
    "a policy that reads a table with another policy writes": "SELECT id FROM minutes",
    "CALL may write": "CALL quiet(1)",
    "COPY FROM writes": "COPY users (email) FROM STDIN",
    "SET changes the session": "SET work_mem = '1MB'",
}


@pytest.mark.parametrize("sql", READ_ONLY.values(), ids=READ_ONLY.keys())
def test_read_only(facts: Any, sql: str) -> None:
    access = facts.access(sql)
    assert access.read_only, access.read_only_reason


@pytest.mark.parametrize("sql", WRITING.values(), ids=WRITING.keys())
def test_not_read_only(facts: Any, sql: str) -> None:
    access = facts.access(sql)
    assert not access.read_only
    assert access.read_only_reason


@pytest.mark.parametrize("sql", READ_ONLY.values(), ids=READ_ONLY.keys())
def test_what_is_read_only_runs_in_a_read_only_transaction(facts: Any, sql: str) -> None:
    import psycopg

    arguments: list[Any] = [None] * len(facts.parse(sql).parameter_types)
    with facts.connection.transaction(force_rollback=True), psycopg.RawCursor(facts.connection) as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(sql, arguments)


TOUCHED: dict[str, tuple[str, dict[str, list[str]], dict[str, list[str]]]] = {
    "the columns that are selected and compared are read": (
        "SELECT email FROM users WHERE note = $1",
        {"users": ["email", "note"]},
        {},
    ),
    "a star reads all columns": (
        "SELECT * FROM items",
        {"items": ["id", "project_id", "reading_id", "kind", "slot"]},
        {},
    ),
    "a whole row reads all columns": ("SELECT u FROM users u", {"users": ["id", "email", "nick", "note"]}, {}),
    "count reads the table and no column": ("SELECT count(*) FROM users", {"users": []}, {}),
    "a view and the tables under it are read": (
        "SELECT name FROM owned",
        {"users": ["id", "email"], "projects": ["id", "user_id", "name"], "owned": ["name"]},
        {},
    ),
    "a subquery reads": (
        "SELECT 1 WHERE EXISTS (SELECT FROM users WHERE note = 'x')",
        {"users": ["note"]},
        {},
    ),
    "INSERT writes the listed columns": ("INSERT INTO users (email) VALUES ($1)", {}, {"users": ["email"]}),
    "RETURNING reads": (
        "INSERT INTO users (email) VALUES ($1) RETURNING id",
        {"users": ["id"]},
        {"users": ["email"]},
    ),
    "UPDATE writes what it sets and reads what it compares": (
        "UPDATE users SET note = $1 WHERE id = $2",
        {"users": ["id"]},
        {"users": ["note"]},
    ),
    "DELETE writes the table": ("DELETE FROM items WHERE id = $1", {"items": ["id"]}, {"items": []}),
    "FOR UPDATE writes nothing": ("SELECT id FROM items FOR UPDATE", {"items": ["id"]}, {}),
    "a data-modifying CTE writes": (
        "WITH gone AS (DELETE FROM items RETURNING id) SELECT * FROM gone",
        {"items": ["id"]},
        {"items": []},
    ),
    "an updatable view and its table are written": (
        "UPDATE named SET name = $1",
        {},
        {"projects": ["name"], "named": ["name"]},
    ),
    "MERGE writes what its actions write": (
        """MERGE INTO users u USING (VALUES ($1::uuid)) s(id) ON u.id = s.id
           WHEN MATCHED THEN UPDATE SET note = 'a' WHEN NOT MATCHED THEN INSERT (email) VALUES ('b')""",
        {"users": ["id"]},
        {"users": ["email", "note"]},
    ),
    "COPY FROM writes the listed columns": ("COPY users (note, email) FROM STDIN", {}, {"users": ["email", "note"]}),
    "COPY TO reads": ("COPY labelled TO STDOUT", {"labelled": ["id", "label", "size", "home"]}, {}),
}


@pytest.mark.parametrize(("sql", "reads", "writes"), TOUCHED.values(), ids=TOUCHED.keys())
def test_touched(facts: Any, sql: str, reads: dict[str, list[str]], writes: dict[str, list[str]]) -> None:
    access = facts.access(sql)
    assert (facts.columns(access.reads), facts.columns(access.writes)) == (reads, writes)


@pytest.mark.parametrize(
    ("command", "sql"),
    [
        ("SELECT", "VALUES (1)"),
        ("SELECT", "WITH gone AS (DELETE FROM items RETURNING id) SELECT * FROM gone"),
        ("INSERT", "INSERT INTO users (email) VALUES ('a')"),
        ("UPDATE", "UPDATE users SET note = 'a'"),
        ("DELETE", "DELETE FROM items"),
        ("MERGE", "MERGE INTO users u USING projects p ON u.id = p.user_id WHEN MATCHED THEN DELETE"),
        ("CALL", "CALL quiet(1)"),
        ("COPY", "COPY users FROM STDIN"),
        ("UTILITY", "VACUUM users"),
    ],
)
def test_the_command_is_named(facts: Any, command: str, sql: str) -> None:
    assert facts.access(sql).command == command


def test_copy_lists_its_columns_in_their_order(facts: Any) -> None:
    relation, columns = copy_target(facts.parse("COPY public.users (note, email) FROM STDIN").tree, facts.catalog)
    names = facts.catalog.relations[relation].columns
    assert [names[each].name for each in columns] == ["note", "email"]


def test_copy_without_a_list_takes_all_columns(facts: Any) -> None:
    relation, columns = copy_target(facts.parse("COPY labelled FROM STDIN").tree, facts.catalog)
    assert [facts.catalog.relations[relation].columns[each].name for each in columns] == ["id", "label", "size", "home"]


def test_copy_leaves_generated_columns_out(facts: Any) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.execute("CREATE TABLE doubles (a int, b int GENERATED ALWAYS AS (a * 2) STORED)")
        fresh = facts.fresh()
        _, columns = copy_target(fresh.parse("COPY doubles FROM STDIN").tree, fresh.catalog)
    assert columns == (1,)


def test_copy_finds_columns_with_the_names_of_keywords(facts: Any) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.execute('CREATE TABLE odd ("true" int, "12" int, ":x" int)')
        fresh = facts.fresh()
        _, columns = copy_target(fresh.parse('COPY odd (":x", "12", "true") FROM STDIN').tree, fresh.catalog)
    assert columns == (3, 2, 1)


def test_copy_of_a_query_has_no_target(facts: Any) -> None:
    assert copy_target(facts.parse("COPY (SELECT 1) TO STDOUT").tree, facts.catalog) is None
