"""Which constraints a statement can violate: by the columns it writes."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

CASES = {
    "a read violates nothing": ("SELECT * FROM users", set()),
    "INSERT violates the keys of the columns it gives": (
        "INSERT INTO users (email) VALUES ($1)",
        {"users_email_key"},
    ),
    "INSERT violates a unique index that is no constraint": (
        "INSERT INTO users (email, nick) VALUES ('a', $1)",
        {"users_email_key", "users_nick"},
    ),
    "a generated key is taken to be new": (
        "INSERT INTO labelled (id, label) VALUES ($1, 'a')",
        {"labelled_pkey"},
    ),
    "INSERT violates foreign keys and checks of the columns it gives": (
        "INSERT INTO items (project_id, kind) VALUES ($1, $2)",
        {"one_of_a_kind", "items_project_id_fkey", "items_kind_check", "items_slot_key"},
    ),
    "INSERT of a serial key violates it": (
        "INSERT INTO items (id, project_id, slot) VALUES ($1, $2, $3)",
        {"items_pkey", "one_of_a_kind", "items_project_id_fkey", "items_slot_key", "some_slot"},
    ),
    "a column that may be NULL violates NOT NULL": (
        "INSERT INTO users (email) SELECT note FROM users",
        {"users_email_key", "users_email_not_null"},
    ),
    "a column that is left out violates NOT NULL": ("INSERT INTO users DEFAULT VALUES", {"users_email_not_null"}),
    "a parameter that is refused as NULL does not": ("INSERT INTO users (email) VALUES ($1)", {"users_email_key"}),
    "a column read from a NOT NULL column does not": (
        "INSERT INTO users (email) SELECT name FROM projects",
        {"users_email_key"},
    ),
    "a column padded by an outer join does": (
        "INSERT INTO users (email) SELECT p.name FROM users u LEFT JOIN projects p ON p.user_id = u.id",
        {"users_email_key", "users_email_not_null"},
    ),
    "a key returned by a data-modifying CTE does not": (
        """WITH made AS (INSERT INTO users (email) VALUES ($1) RETURNING id)
           INSERT INTO projects (user_id, name) SELECT id, $2 FROM made""",
        {
            "users_email_key",
            "projects_user_id_fkey",
            "projects_user_id_name_key",
            "projects_live",
            "projects_main",
        },
    ),
    "ON CONFLICT DO NOTHING removes all keys": (
        "INSERT INTO items (project_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        {"items_project_id_fkey", "items_kind_check"},
    ),
    "ON CONFLICT with a target removes that key": (
        "INSERT INTO items (project_id, kind) VALUES ($1, $2) ON CONFLICT (project_id, kind) DO NOTHING",
        {"items_project_id_fkey", "items_kind_check", "items_slot_key"},
    ),
    "ON CONFLICT ON CONSTRAINT removes that key": (
        "INSERT INTO items (project_id, kind) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT one_of_a_kind DO NOTHING",
        {"items_project_id_fkey", "items_kind_check", "items_slot_key"},
    ),
    "ON CONFLICT DO UPDATE can violate what it sets": (
        "INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET nick = $2",
        {"users_nick"},
    ),
    "a deferrable key is no arbiter": (
        "INSERT INTO readings (id, later) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        {"readings_later_key"},
    ),
    "UPDATE violates the constraints of what it sets": ("UPDATE users SET email = $1", {"users_email_key"}),
    "UPDATE of other columns violates nothing": ("UPDATE users SET note = $1", set()),
    "UPDATE to a nullable value violates NOT NULL": (
        "UPDATE users SET email = note",
        {"users_email_key", "users_email_not_null"},
    ),
    "UPDATE that keeps the old value where NULL is given does not": (
        "UPDATE projects SET name = coalesce($1, name) WHERE id = $2",
        {"projects_user_id_name_key", "projects_live"},
    ),
    "UPDATE of a column in a partial key's condition violates the key": (
        "UPDATE projects SET deleted_at = NULL WHERE id = $1",
        {"projects_live", "projects_open"},
    ),
    "UPDATE of a key violates the foreign keys that point at it": (
        "UPDATE projects SET id = $1 WHERE id = $2",
        {"projects_pkey", "items_project_id_fkey", "readings_project_id_fkey"},
    ),
    "DELETE violates the foreign keys that point at the table": (
        "DELETE FROM users WHERE id = $1",
        {"projects_user_id_fkey"},
    ),
    "DELETE follows cascades": (
        "DELETE FROM projects WHERE id = $1",
        {"items_project_id_fkey"},
    ),
    "DELETE where nothing refuses violates nothing": ("DELETE FROM readings WHERE id = $1", set()),
    "MERGE violates what its actions can": (
        """MERGE INTO users u USING (VALUES ($1::uuid, $2)) s(id, e) ON u.id = s.id
           WHEN MATCHED THEN UPDATE SET nick = s.e WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.e)""",
        {"users_pkey", "users_email_key", "users_nick"},
    ),
    "COPY violates what the columns it gives can": (
        "COPY items (project_id, kind) FROM STDIN",
        {"one_of_a_kind", "items_project_id_fkey", "items_kind_check"},
    ),
    "COPY that leaves a NOT NULL column out violates it": ("COPY users (note) FROM STDIN", {"users_email_not_null"}),
    "COPY TO violates nothing": ("COPY users TO STDOUT", set()),
}


@pytest.mark.parametrize(("sql", "expected"), CASES.values(), ids=CASES.keys())
def test_can_be_violated(facts: Any, sql: str, expected: set[str]) -> None:
    assert facts.constraints(sql) == expected


PROVOKED = {
    "a key": ("INSERT INTO users (email) VALUES ($1)", ["x"], "users_email_key"),
    "a unique index": ("UPDATE users SET nick = $1", ["1"], "users_nick"),
    "a partial unique index": (
        "UPDATE projects SET name = $1 WHERE id = 2",
        ["x"],
        "projects_user_id_name_key",
    ),
    "a partial unique index by its condition": (
        "UPDATE projects SET deleted_at = $1 WHERE id = 4",
        [None],
        "projects_live",
    ),
    "a foreign key": ("INSERT INTO items (id, project_id, slot) VALUES (9, $1, 9)", [99], "items_project_id_fkey"),
    "a check": ("UPDATE items SET kind = $1", ["c"], "items_kind_check"),
    "a foreign key of a table that points here": ("DELETE FROM users WHERE note = $1", ["x"], "projects_user_id_fkey"),
    "a foreign key down a cascade": ("DELETE FROM projects WHERE id = $1", [1], "items_project_id_fkey"),
    "a deferrable key": ("UPDATE readings SET later = $1", [1], "readings_later_key"),
}


@pytest.mark.parametrize(("sql", "arguments", "name"), PROVOKED.values(), ids=PROVOKED.keys())
def test_what_the_server_raises_is_listed(facts: Any, sql: str, arguments: list[Any], name: str) -> None:
    with (
        pytest.raises(psycopg.errors.IntegrityError) as raised,
        facts.connection.transaction(),
        psycopg.RawCursor(facts.connection) as cursor,
    ):
        cursor.execute(sql, arguments)
    assert raised.value.diag.constraint_name == name
    assert name in facts.constraints(sql)


def test_an_expression_index_is_listed(facts: Any) -> None:
    assert "readings_code" in facts.constraints("UPDATE readings SET code = $1")


def test_set_null_can_violate_not_null(facts: Any) -> None:
    with facts.connection.transaction(force_rollback=True):
        facts.execute("CREATE TABLE strict (user_id uuid NOT NULL REFERENCES users ON DELETE SET NULL)")
        found = facts.fresh().constraints("DELETE FROM users WHERE id = $1")
    assert "strict_user_id_not_null" in found
