"""Which parameters accept NULL, element by element, and which column each stands for.

A case's expectation has one mark for each parameter: `?` may be NULL, `!` may not.
"""

from __future__ import annotations

from typing import Any

import pytest

USES = {
    "compared with a key": ("!", "SELECT * FROM users WHERE id = $1"),
    "compared under OR": ("!!", "SELECT * FROM users WHERE id = $1 OR email = $2"),
    "compared by inequality": ("!", "SELECT * FROM projects WHERE status <> $1"),
    "compared by order": ("!", "SELECT * FROM projects WHERE id > $1"),
    "compared by LIKE": ("!", "SELECT * FROM projects WHERE name LIKE $1"),
    "an operand": ("!", "SELECT * FROM projects WHERE name ILIKE '%' || $1 || '%'"),
    "an array of keys": ("!", "SELECT * FROM users WHERE id = ANY ($1)"),
    "an array of excluded keys": ("!", "SELECT * FROM users WHERE id <> ALL ($1)"),
    "a value of IN": ("!!", "SELECT * FROM users WHERE email IN ($1, $2)"),
    "a value of a cast array": ("!", "SELECT * FROM users WHERE nick = ANY (ARRAY[$1::text]::varchar[])"),
    "a value of BETWEEN": ("!!", "SELECT * FROM projects WHERE id BETWEEN $1 AND $2"),
    "a field of a row comparison": ("!!", "SELECT * FROM projects WHERE (id, name) > ($1, $2)"),
    "compared with a subquery": ("!", "SELECT * FROM users WHERE $1 IN (SELECT note FROM users)"),
    "an optional filter": ("?", "SELECT * FROM projects WHERE ($1::text IS NULL OR status = $1)"),
    "an optional filter the other way round": (
        "?",
        "SELECT * FROM projects WHERE status = $1 OR $1 IS NULL",
    ),
    "an optional filter beside one that is not": (
        "!?",
        "SELECT * FROM projects WHERE status = $1 AND ($2::int IS NULL OR id > $2)",
    ),
    "compared by IS NOT DISTINCT FROM": ("?", "SELECT * FROM projects WHERE status IS NOT DISTINCT FROM $1"),
    "first in COALESCE": ("?", "SELECT * FROM projects WHERE status = coalesce($1, status)"),
    "last in COALESCE": ("!", "SELECT * FROM projects WHERE name = coalesce(status, $1)"),
    "tested by IS TRUE": ("?", "SELECT $1::bool IS TRUE"),
    "among GREATEST": ("?", "SELECT greatest(id, $1) FROM projects"),
    "a condition": ("!", "SELECT 1 WHERE $1"),
    "a condition of CASE": ("!", "SELECT CASE WHEN $1 THEN 1 END"),
    "tested by CASE": ("?!", "SELECT CASE WHEN $1::int IS NULL THEN 1 ELSE $2 END"),
    "compared by CASE": ("!", "SELECT CASE $1 WHEN 'a' THEN 1 END"),
    "used for ordering": ("!", "SELECT * FROM users ORDER BY CASE WHEN $1 = 'email' THEN email END"),
    "a limit and an offset": ("!!", "SELECT * FROM projects LIMIT $1 OFFSET $2"),
    "a window's frame": (
        "!",
        "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN $1 PRECEDING AND CURRENT ROW) FROM projects",
    ),
    "the size of a sample": ("!", "SELECT * FROM projects TABLESAMPLE bernoulli ($1)"),
    "an index": ("!", "SELECT tags[$1] FROM projects"),
    "the bounds of a slice": ("!!", "SELECT tags[$1:$2] FROM projects"),
    "an argument of an aggregate": ("!", "SELECT string_agg(email, $1) FROM users"),
    "a condition of FILTER": ("!", "SELECT count(*) FILTER (WHERE id = $1) FROM users"),
    "an argument of EXISTS": ("!", "SELECT EXISTS (SELECT FROM users WHERE email = $1)"),
    "merely returned": ("!", "SELECT $1::int"),
    "returned by RETURNING": ("!", "DELETE FROM items RETURNING $1::int"),
    "the start of a recursion": (
        "!",
        "WITH RECURSIVE r AS (SELECT $1::int AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    ),
}

FUNCTIONS = {
    "an argument of a strict function that is returned": ("!", "SELECT upper($1)"),
    "an argument of a strict function that is compared": ("!", "SELECT * FROM users WHERE email = lower($1)"),
    "an argument of a strict function that is stored": ("?", "UPDATE projects SET status = lower($1)"),
    "an argument of a strict function that is stored in NOT NULL": ("!", "UPDATE projects SET name = lower($1)"),
    "an argument of a strict function inside COALESCE": ("?", "SELECT coalesce(length($1), 0)"),
    "an argument beside a column": ("!", "UPDATE projects SET status = replace(status, $1, 'b')"),
    "concat ignores NULL": ("?", "SELECT concat('a', $1::text)"),
    "jsonb_build_object takes NULL": ("?", "SELECT jsonb_build_object('a', $1::text)"),
    "JSON_OBJECT takes NULL": ("?", "SELECT JSON_OBJECT('a': $1::int)"),
    "set_config with NULL is a mistake": ("!", "SELECT set_config('a.b', $1, true)"),
    "an argument of a user's function": ("!!", "SELECT settled($1, $2)"),
    "an argument of a user's function in FROM": ("!!", "SELECT * FROM settled($1, $2)"),
    "an argument of a procedure": ("!!", "CALL doubled($1, $2)"),
    "the array of unnest": ("!", "SELECT * FROM unnest($1::int[])"),
    "the bounds of generate_series": ("!!", "SELECT * FROM generate_series($1::int, $2::int)"),
}

WRITES = {
    "INSERT into NOT NULL and nullable columns": (
        "!??",
        "INSERT INTO users (email, nick, note) VALUES ($1, $2, $3)",
    ),
    "INSERT of several rows": ("!!?", "INSERT INTO users (email, note) VALUES ($1, NULL), ($2, $3)"),
    "INSERT of a bare SELECT": ("!??", "INSERT INTO users (email, nick, note) SELECT $1, $2, $3"),
    "INSERT of a SELECT from a table": (
        "!?!",
        "INSERT INTO projects (user_id, name, status) SELECT id, $1, $2 FROM users WHERE id = $3",
    ),
    "INSERT through a UNION": (
        "!!",
        "INSERT INTO projects (user_id, name) SELECT id, $1 FROM users UNION ALL SELECT id, $2 FROM users",
    ),
    "INSERT through a CTE": (
        "?",
        "WITH x AS (SELECT $1::text AS n) INSERT INTO users (email, note) SELECT 'new', n FROM x",
    ),
    "INSERT through a subquery of a subquery": (
        "!",
        "INSERT INTO users (email) SELECT e FROM (SELECT v.e FROM (VALUES ($1), ('a')) v(e)) s",
    ),
    "INSERT of a default that COALESCE gives": (
        "?",
        "INSERT INTO users (email) VALUES (coalesce($1, 'none'))",
    ),
    "INSERT into a column with a CHECK for NOT NULL": ("!", "INSERT INTO items (project_id, slot) VALUES (1, $1)"),
    "INSERT into an identity column": ("!", "INSERT INTO projects (id, user_id, name) VALUES ($1, NULL, NULL)"),
    "INSERT into a column of a NOT NULL domain": ("!?", "INSERT INTO labelled (label, size) VALUES ($1, $2)"),
    "a cast to a NOT NULL domain": ("!", "SELECT coalesce($1::label, 'x')"),
    "INSERT that a BEFORE trigger may fill in": ("??", "INSERT INTO filled (a, b) VALUES ($1, $2)"),
    "UPDATE without such a trigger": ("!", "UPDATE filled SET a = $1"),
    "INSERT through an updatable view": ("!?", "INSERT INTO named (name, id) VALUES ($1, coalesce($2, 9))"),
    "UPDATE of columns": ("?!!", "UPDATE projects SET status = $1, name = $2 WHERE id = $3"),
    "UPDATE that keeps the old value": ("?!", "UPDATE projects SET name = coalesce($1, name) WHERE id = $2"),
    "UPDATE that computes": ("!", "UPDATE readings SET amount = amount + $1"),
    "UPDATE of several columns from a row": (
        "!?!",
        "UPDATE projects SET (name, status) = ($1, $2) WHERE id = $3",
    ),
    "UPDATE of several columns from a subquery": (
        "!?!",
        "UPDATE projects SET (name, status) = (SELECT $1, $2) WHERE id = $3",
    ),
    "UPDATE from a scalar subquery": ("?", "UPDATE projects SET status = (SELECT $1)"),
    "UPDATE by CASE": ("!?", "UPDATE projects SET status = CASE WHEN id = $1 THEN $2 ELSE status END"),
    "UPDATE by NULLIF": ("?", "UPDATE projects SET status = nullif($1, '')"),
    "UPDATE from a CTE": (
        "!?",
        """WITH x AS (SELECT $1::uuid AS id, $2::text AS n)
           UPDATE users SET note = x.n FROM x WHERE users.id = x.id""",
    ),
    "UPDATE of an element": ("?!", "UPDATE projects SET tags[1] = $1, tags[$2] = 'a'"),
    "UPDATE of a field": ("?", "UPDATE labelled SET home.city = $1"),
    "UPDATE of a column that is compared as well": ("!", "UPDATE projects SET status = $1 WHERE status <> $1"),
    "UPDATE of a column that is tested as well": (
        "?",
        "UPDATE projects SET status = $1 WHERE status IS DISTINCT FROM $1",
    ),
    "UPDATE of NOT NULL that is tested as well": ("!", "UPDATE projects SET name = $1 WHERE $1::text IS NOT NULL"),
    "ON CONFLICT DO UPDATE": (
        "!?!",
        """INSERT INTO users (email, note) VALUES ($1, $2)
           ON CONFLICT (email) DO UPDATE SET note = excluded.note WHERE users.note <> $3""",
    ),
    "ON CONFLICT DO UPDATE SET": (
        "!?!",
        """INSERT INTO users (email) VALUES ($1)
           ON CONFLICT (email) DO UPDATE SET note = $2, email = $3""",
    ),
    "MERGE": (
        "!!?!",
        """MERGE INTO users u USING (VALUES ($1::uuid, $2::text)) s(id, e) ON u.id = s.id
           WHEN MATCHED AND u.note <> $4 THEN UPDATE SET note = $3
           WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.e)""",
    ),
    "a data-modifying CTE": (
        "!?",
        """WITH made AS (INSERT INTO users (email) VALUES ($1) RETURNING id)
           INSERT INTO projects (user_id, name, status) SELECT id, 'x', $2 FROM made""",
    ),
    "a batch of columns": ("!!", "INSERT INTO users (email, note) SELECT * FROM unnest($1::text[], $2::text[])"),
    "a stored array": ("?", "UPDATE projects SET tags = $1"),
    "a record of changes": (
        "!!",
        """UPDATE projects p SET (name, status) =
           (SELECT r.name, r.status FROM jsonb_populate_record(p, $1) r) WHERE p.id = $2""",
    ),
    "a set of records": (
        "!",
        "INSERT INTO users (email) SELECT r.email FROM jsonb_to_recordset($1) AS r(email text)",
    ),
}

CASES = USES | FUNCTIONS | WRITES


@pytest.mark.parametrize(("expected", "sql"), CASES.values(), ids=CASES.keys())
def test_null_is_accepted_where_it_means_something(facts: Any, expected: str, sql: str) -> None:
    verdicts = facts.parameters(sql)
    assert "".join("?" if verdict.nullable else "!" for verdict in verdicts) == expected, verdicts
    assert all(verdict.reason and verdict.location is not None for verdict in verdicts)


REFUSED = {title: (expected, sql) for title, (expected, sql) in WRITES.items() if sql.startswith("INSERT")}

TARGETS = {
    "the column it is assigned to": (["projects.status"], "UPDATE projects SET status = $1"),
    "the column it is assigned to through COALESCE": (
        ["projects.status"],
        "UPDATE projects SET status = coalesce($1, 'draft')",
    ),
    "the column it is inserted into through a subquery": (
        ["projects.status"],
        "INSERT INTO projects (user_id, name, status) SELECT id, 'x', s FROM users, (SELECT $1::text AS s) AS s",
    ),
    "the column it is compared with": (["projects.status"], "SELECT * FROM projects WHERE status = $1"),
    "the column of a view that it is compared with": (["users.email"], "SELECT * FROM owned WHERE email = $1"),
    "the column that COALESCE falls back to": (
        ["projects.status"],
        "SELECT * FROM projects WHERE status = coalesce($1, status)",
    ),
    "the column that each element is compared with": (
        ["projects.status"],
        "SELECT * FROM projects WHERE status = ANY ($1)",
    ),
    "the column that each element is inserted into": (
        ["users.email", "users.note"],
        "INSERT INTO users (email, note) SELECT * FROM unnest($1::text[], $2::text[])",
    ),
    "none for a pattern": ([None], "SELECT * FROM projects WHERE status LIKE $1"),
    "none for a value that is changed first": ([None], "UPDATE projects SET status = lower($1)"),
    "none for a value of another type": ([None], "SELECT * FROM projects WHERE id = $1::text::int"),
    "none where two columns compete": ([None], "SELECT * FROM projects WHERE status = $1 OR name = $1"),
    "the assigned column before a compared one": (
        ["projects.status"],
        "UPDATE projects SET status = $1 WHERE name <> $1",
    ),
}


@pytest.mark.parametrize(("expected", "sql"), TARGETS.values(), ids=TARGETS.keys())
def test_the_target_is(facts: Any, expected: list[str | None], sql: str) -> None:
    assert [facts.column(verdict.target) for verdict in facts.parameters(sql)] == expected


ELEMENTS = {
    "elements that are compared": ([False], "SELECT * FROM users WHERE id = ANY ($1)"),
    "elements that overlap": ([False], "SELECT * FROM projects WHERE tags && $1"),
    "elements of a batch": (
        [False, True],
        "INSERT INTO users (email, note) SELECT * FROM unnest($1::text[], $2::text[])",
    ),
    "elements of a batch in the select list": (
        [False, True],
        "INSERT INTO users (email, note) SELECT unnest($1::text[]), unnest($2::text[])",
    ),
    "elements of a batch that is joined": (
        [False, True],
        "UPDATE users SET note = b.n FROM unnest($1::uuid[], $2::text[]) AS b(id, n) WHERE users.id = b.id",
    ),
    "elements of a stored array": ([True], "UPDATE projects SET tags = $1"),
}


@pytest.mark.parametrize(("expected", "sql"), ELEMENTS.values(), ids=ELEMENTS.keys())
def test_elements_may_be_null_for(facts: Any, expected: list[bool], sql: str) -> None:
    assert [verdict.element_nullable for verdict in facts.parameters(sql)] == expected


POPULATES = {
    "only the columns that are taken": (
        ["name", "status"],
        """UPDATE projects p SET (name, status) =
           (SELECT r.name, r.status FROM jsonb_populate_record(p, $1) r) WHERE p.id = 1""",
    ),
    "the column that is selected of the call": (["name"], "SELECT (jsonb_populate_record(NULL::projects, $1)).name"),
    "all columns of a whole row": (
        ["id", "user_id", "name", "status", "deleted_at", "data", "main", "tags"],
        "SELECT r FROM jsonb_populate_record(NULL::projects, $1) r",
    ),
}


@pytest.mark.parametrize(("expected", "sql"), POPULATES.values(), ids=POPULATES.keys())
def test_a_record_of_changes_fills(facts: Any, expected: list[str], sql: str) -> None:
    (verdict,) = facts.parameters(sql)
    relation = facts.catalog.relations[verdict.populates[0]]
    assert [relation.columns[attnum].name for attnum in verdict.populates[1]] == expected


def test_the_reason_names_the_column_and_points_at_the_use(facts: Any) -> None:
    (verdict,) = facts.parameters("INSERT INTO users (email) VALUES ($1)")
    assert (verdict.reason, verdict.location) == ("assigned to users.email, which is NOT NULL", 34)


def test_the_deciding_use_is_the_one_pointed_at(facts: Any) -> None:
    (verdict,) = facts.parameters("SELECT * FROM projects WHERE status = $1 OR $1 IS NULL")
    assert (verdict.reason, verdict.location) == ("tested with IS NULL", 44)


def test_a_null_that_is_refused_would_fail_or_do_nothing(facts: Any) -> None:
    """Every parameter that an INSERT case refuses is executed with NULL, one at a time."""
    import psycopg

    accepted: list[str] = []
    for title, (expected, sql) in REFUSED.items():
        if "unnest" in sql or "FROM users WHERE" in sql or "recordset" in sql or "ON CONFLICT" in sql:
            continue
        arguments: list[Any] = [None] * len(expected)
        try:
            with facts.connection.transaction(force_rollback=True), psycopg.RawCursor(facts.connection) as cursor:
                cursor.execute(sql, arguments)
        except (psycopg.errors.NotNullViolation, psycopg.errors.CheckViolation):
            continue
        if "!" in expected:
            accepted.append(title)
    assert accepted == []
