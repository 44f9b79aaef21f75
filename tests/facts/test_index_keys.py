"""Keys on expressions and partial keys: each case is a claim, on rows that are equal wherever no index forbids it."""

from __future__ import annotations

from typing import Any

import pytest

from sqlwright.codegen.ir import Cardinality

AT_MOST_ONE, ONE, MANY = Cardinality.AT_MOST_ONE, Cardinality.ONE, Cardinality.MANY

EXPRESSIONS = {
    "an expression bound to a value": (AT_MOST_ONE, "SELECT * FROM people WHERE lower(email) = 'a'"),
    "an expression bound to the same of a value": (AT_MOST_ONE, "SELECT * FROM people WHERE lower(email) = lower('A')"),
    "an expression on the other side": (AT_MOST_ONE, "SELECT * FROM people WHERE 'a' = lower(email)"),
    "another expression": (MANY, "SELECT * FROM people WHERE btrim(email) = 'a'"),
    "the expression of another column": (MANY, "SELECT * FROM people WHERE lower(nick) = 'n'"),
    "the column alone": (MANY, "SELECT * FROM people WHERE nick = 'n'"),
    "a volatile value": (MANY, "SELECT * FROM people WHERE lower(email) = chr(97 + (random() * 0)::int)"),
    "an expression bound to another of the same row": (MANY, "SELECT * FROM people WHERE lower(email) = email"),
    "an expression that is NULL": (MANY, "SELECT * FROM people WHERE lower(email) IS NULL"),
    "an expression that may be NULL on both sides": (
        MANY,
        "SELECT * FROM people WHERE lower(email) IS NOT DISTINCT FROM NULL::text",
    ),
    "an expression of a longer list": (AT_MOST_ONE, "SELECT * FROM people WHERE lower(email) IN ('a')"),
    "an expression in a list of two": (MANY, "SELECT * FROM people WHERE lower(email) IN ('a', 'b')"),
    "a cast of the expression": (MANY, "SELECT * FROM people WHERE lower(email)::bpchar = 'a '"),
    "a column and an expression": (AT_MOST_ONE, "SELECT * FROM people WHERE team = 1 AND upper(nick) = 'N'"),
    "half of a column and an expression": (MANY, "SELECT * FROM people WHERE upper(nick) = 'N'"),
    "the other half of a column and an expression": (MANY, "SELECT * FROM people WHERE team = 1"),
    "a field of a document": (AT_MOST_ONE, "SELECT * FROM people WHERE data ->> 'key' = 'x'"),
    "another field of a document": (MANY, "SELECT * FROM people WHERE data ->> 'other' = 'x'"),
    "arithmetic": (AT_MOST_ONE, "SELECT * FROM people WHERE id * 10 + team = 11"),
    "other arithmetic": (MANY, "SELECT * FROM people WHERE team * 10 = 10"),
    "an expression bound by a join": (
        AT_MOST_ONE,
        "SELECT * FROM people p JOIN people q ON lower(q.email) = lower(p.nick) WHERE p.id = 1",
    ),
    "an expression bound by a join from many": (
        MANY,
        "SELECT * FROM people p JOIN people q ON lower(q.email) = left(p.email, 1)",
    ),
    "an expression of the null side": (
        AT_MOST_ONE,
        "SELECT * FROM people p LEFT JOIN people q ON lower(q.email) = 'a' WHERE p.id = 1",
    ),
    "an expression of the kept side under ON": (
        MANY,
        "SELECT * FROM people p LEFT JOIN people q ON lower(p.email) = 'a' AND q.id = 1",
    ),
    "an expression above the null side that padding satisfies": (
        AT_MOST_ONE,
        "SELECT * FROM people p LEFT JOIN people q ON q.nick = 'n' WHERE p.id = 1 AND coalesce(q.word, '') = ''",
    ),
    "an expression that padding satisfies for many rows": (
        MANY,
        "SELECT * FROM people p LEFT JOIN people q ON q.nick = 'z' WHERE coalesce(q.word, '') = ''",
    ),
    "an expression in a view": (AT_MOST_ONE, "SELECT * FROM (SELECT * FROM people WHERE lower(email) = 'a') s"),
    "an expression in GROUP BY and HAVING": (
        AT_MOST_ONE,
        "SELECT lower(email), max(id) FROM people GROUP BY lower(email) HAVING lower(email) = 'a'",
    ),
    "an expression of the outer query": (
        MANY,
        "SELECT (SELECT count(*) FROM people q WHERE lower(p.email) = 'a') FROM people p",
    ),
    "UPDATE by an expression": (AT_MOST_ONE, "UPDATE people SET nick = 'u' WHERE lower(email) = 'a' RETURNING id"),
}

PARTIAL = {
    "an enum literal": (AT_MOST_ONE, "SELECT * FROM jobs WHERE a = 1 AND state = 'open'"),
    "another enum literal": (MANY, "SELECT * FROM jobs WHERE a = 1 AND state = 'done'"),
    "no enum literal": (MANY, "SELECT * FROM jobs WHERE a = 1"),
    "an enum literal the other way round": (AT_MOST_ONE, "SELECT * FROM jobs WHERE a = 1 AND 'open' = state"),
    "an enum literal in a list of one": (AT_MOST_ONE, "SELECT * FROM jobs WHERE a = 1 AND state IN ('open')"),
    "an enum literal in a list": (MANY, "SELECT * FROM jobs WHERE a = 1 AND state IN ('open', 'done')"),
    "an enum literal under OR": (MANY, "SELECT * FROM jobs WHERE a = 1 AND (state = 'open' OR b = 1)"),
    "an enum literal under NOT": (MANY, "SELECT * FROM jobs WHERE a = 1 AND NOT state = 'open'"),
    "an enum literal of a cast": (MANY, "SELECT * FROM jobs WHERE a = 1 AND state::text = 'open'"),
    "a list": (AT_MOST_ONE, "SELECT * FROM jobs WHERE b = 1 AND kind IN ('x', 'y')"),
    "a list in another order": (AT_MOST_ONE, "SELECT * FROM jobs WHERE b = 1 AND kind IN ('y', 'x')"),
    "a part of a list": (AT_MOST_ONE, "SELECT * FROM jobs WHERE b = 1 AND kind = 'x'"),
    "a part of a list as a list": (AT_MOST_ONE, "SELECT * FROM jobs WHERE b = 1 AND kind IN ('y', 'y')"),
    "more than the list": (MANY, "SELECT * FROM jobs WHERE b = 1 AND kind IN ('x', 'z')"),
    "not in the list": (MANY, "SELECT * FROM jobs WHERE b = 1 AND kind NOT IN ('x', 'y')"),
    "OR of the list": (AT_MOST_ONE, "SELECT * FROM jobs WHERE b = 1 AND (kind = 'x' OR kind = 'y')"),
    "OR of more than the list": (MANY, "SELECT * FROM jobs WHERE b = 1 AND (kind = 'x' OR kind = 'z')"),
    "two parts": (AT_MOST_ONE, "SELECT * FROM jobs WHERE c = 1 AND active AND gone IS NULL"),
    "two parts as IS TRUE": (AT_MOST_ONE, "SELECT * FROM jobs WHERE c = 1 AND active IS TRUE AND gone IS NULL"),
    "two parts as = true": (AT_MOST_ONE, "SELECT * FROM jobs WHERE c = 1 AND active = true AND gone IS NULL"),
    "one of two parts": (MANY, "SELECT * FROM jobs WHERE c = 1 AND active"),
    "the other of two parts": (MANY, "SELECT * FROM jobs WHERE c = 1 AND gone IS NULL"),
    "two parts, one negated": (MANY, "SELECT * FROM jobs WHERE c = 1 AND NOT active AND gone IS NULL"),
    "two parts, one as IS NOT FALSE": (
        MANY,
        "SELECT * FROM jobs WHERE c = 1 AND active IS NOT FALSE AND gone IS NULL",
    ),
    "not null by IS NOT NULL": (AT_MOST_ONE, "SELECT * FROM jobs WHERE d = 1 AND gone IS NOT NULL"),
    "not null by a comparison": (AT_MOST_ONE, "SELECT * FROM jobs WHERE d = 1 AND gone > '2020-01-01'"),
    "not null by a list": (AT_MOST_ONE, "SELECT * FROM jobs WHERE d = 1 AND gone = ANY ('{2025-01-01}'::date[])"),
    "not null by an expression": (AT_MOST_ONE, "SELECT * FROM jobs WHERE d = 1 AND gone + 1 > '2020-01-01'"),
    "not null by NOT (… IS NULL)": (AT_MOST_ONE, "SELECT * FROM jobs WHERE d = 1 AND NOT (gone IS NULL)"),
    "not null by nothing": (MANY, "SELECT * FROM jobs WHERE d = 1 AND gone IS NULL"),
    "not null under coalesce": (MANY, "SELECT * FROM jobs WHERE d = 1 AND coalesce(gone, '2025-01-01') > '2020-01-01'"),
    "not null by <> ALL": (MANY, "SELECT * FROM jobs WHERE d = 1 AND gone <> ALL ('{}'::date[])"),
    "not null by an empty NOT (= ANY)": (MANY, "SELECT * FROM jobs WHERE d = 1 AND NOT (gone = ANY ('{}'::date[]))"),
    "different from a literal": (AT_MOST_ONE, "SELECT * FROM jobs WHERE e = 1 AND kind <> 'z'"),
    "another value": (AT_MOST_ONE, "SELECT * FROM jobs WHERE e = 1 AND kind = 'x'"),
    "other values": (AT_MOST_ONE, "SELECT * FROM jobs WHERE e = 1 AND kind IN ('x', 'y')"),
    "the value itself": (MANY, "SELECT * FROM jobs WHERE e = 1 AND kind = 'z'"),
    "other values and the value itself": (MANY, "SELECT * FROM jobs WHERE e = 1 AND kind IN ('x', 'z')"),
    "not in a list that has the value": (AT_MOST_ONE, "SELECT * FROM jobs WHERE e = 1 AND kind NOT IN ('q', 'z')"),
    "not in a list without the value": (MANY, "SELECT * FROM jobs WHERE e = 1 AND kind NOT IN ('q', 'y')"),
    "a range": (AT_MOST_ONE, "SELECT * FROM jobs WHERE f = 1 AND level > 5"),
    "a narrower range": (AT_MOST_ONE, "SELECT * FROM jobs WHERE f = 1 AND level >= 6"),
    "a wider range": (MANY, "SELECT * FROM jobs WHERE f = 1 AND level >= 5"),
    "a value in the range": (AT_MOST_ONE, "SELECT * FROM jobs WHERE f = 1 AND level = 7"),
    "values in the range": (AT_MOST_ONE, "SELECT * FROM jobs WHERE f = 1 AND level IN (7, 8)"),
    "a value out of the range": (MANY, "SELECT * FROM jobs WHERE f = 1 AND level = 5"),
    "a range the other way round": (AT_MOST_ONE, "SELECT * FROM jobs WHERE f = 1 AND 6 < level"),
    "the opposite range": (MANY, "SELECT * FROM jobs WHERE f = 1 AND 6 > level"),
    "a value between those of a list": (MANY, "SELECT * FROM jobs WHERE g = 1 AND level = 5"),
    "a value of a list of numbers": (AT_MOST_ONE, "SELECT * FROM jobs WHERE g = 1 AND level = 4"),
    "a condition with OR": (AT_MOST_ONE, "SELECT * FROM jobs WHERE h = 1 AND active"),
    "the same OR": (AT_MOST_ONE, "SELECT * FROM jobs WHERE h = 1 AND (active OR kind = 'x')"),
    "OR of arms that each suffice": (
        AT_MOST_ONE,
        "SELECT * FROM jobs WHERE h = 1 AND ((kind = 'x' AND b = 1) OR active IS TRUE)",
    ),
    "another OR": (MANY, "SELECT * FROM jobs WHERE h = 1 AND (active OR kind = 'z')"),
    "IS NOT TRUE by NOT": (AT_MOST_ONE, "SELECT * FROM jobs WHERE i = 1 AND NOT active"),
    "IS NOT TRUE by IS NULL": (AT_MOST_ONE, "SELECT * FROM jobs WHERE i = 1 AND active IS NULL"),
    "IS NOT TRUE by IS NOT TRUE": (AT_MOST_ONE, "SELECT * FROM jobs WHERE i = 1 AND active IS NOT TRUE"),
    "IS NOT TRUE by its opposite": (MANY, "SELECT * FROM jobs WHERE i = 1 AND active"),
    "an expression and its condition": (
        AT_MOST_ONE,
        "SELECT * FROM jobs WHERE lower(name) = 'n' AND lower(kind) = 'x'",
    ),
    "an expression without its condition": (MANY, "SELECT * FROM jobs WHERE lower(name) = 'n'"),
    "a condition of another table": (
        MANY,
        "SELECT * FROM jobs j JOIN jobs o ON o.id = 1 AND o.state = 'open' WHERE j.a = 1",
    ),
    "a condition on the null side": (
        AT_MOST_ONE,
        "SELECT * FROM jobs o LEFT JOIN jobs j ON j.a = 1 AND j.state = 'open' WHERE o.id = 1",
    ),
    "a condition above the null side that padding satisfies": (
        MANY,
        "SELECT * FROM jobs o LEFT JOIN jobs j ON j.a = o.id WHERE j.gone IS NULL",
    ),
}

#: The collation `loose` is not deterministic, as far as the catalogs say.
COLLATIONS = {
    "a finer collation than the index's": (AT_MOST_ONE, "SELECT * FROM words WHERE loose = 'a' COLLATE \"C\""),
    "the collation of the index": (AT_MOST_ONE, "SELECT * FROM words WHERE loose = 'a'"),
    "a coarser collation than the constraint's": (MANY, "SELECT * FROM words WHERE strict = 'a' COLLATE loose"),
    "a coarser collation than the index's": (MANY, "SELECT * FROM words WHERE indexed = 'a' COLLATE loose"),
    "a coarser column than the index": (MANY, "SELECT * FROM words WHERE mixed = 'a'"),
    "a finer comparison of such a column": (AT_MOST_ONE, "SELECT * FROM words WHERE mixed = 'a' COLLATE \"C\""),
    "an expression under the collation of the index": (AT_MOST_ONE, "SELECT * FROM words WHERE lower(strict) = 'a'"),
    "an expression under a coarser collation": (
        MANY,
        "SELECT * FROM words WHERE lower(strict) = 'a' COLLATE loose",
    ),
    "DISTINCT under a coarser comparison": (
        MANY,
        "SELECT * FROM (SELECT DISTINCT free FROM words) s WHERE free = 'a' COLLATE loose",
    ),
    "GROUP BY under a coarser comparison": (
        MANY,
        "SELECT * FROM (SELECT free FROM words GROUP BY free) s WHERE free = 'a' COLLATE loose",
    ),
    "UNION under a coarser comparison": (
        MANY,
        "SELECT * FROM (SELECT free FROM words UNION SELECT 'q') s WHERE free = 'a' COLLATE loose",
    ),
    "UNION under a finer comparison": (
        AT_MOST_ONE,
        "SELECT * FROM (SELECT loose FROM words UNION SELECT 'q') s WHERE loose = 'a' COLLATE \"C\"",
    ),
    "INTERSECT with a finer comparison of its right side": (
        MANY,
        """SELECT * FROM (SELECT free COLLATE loose AS x, id FROM words INTERSECT SELECT mixed, id FROM words) s
           WHERE x = 'a' COLLATE "C" """,
    ),
    "a partial index under another collation": (
        MANY,
        "SELECT * FROM words WHERE id = 1 AND free = 'a' COLLATE loose",
    ),
}

#: One row, whatever the rows are, or as it happens; but not proved.
UNDECIDED = {"a volatile value", "an enum literal of a cast"}

CASES = EXPRESSIONS | PARTIAL | COLLATIONS


@pytest.mark.parametrize(("expected", "sql"), CASES.values(), ids=CASES.keys())
def test_a_key_of_an_index_bounds(keys: Any, expected: Cardinality, sql: str) -> None:
    verdict = keys.cardinality(sql)
    assert verdict.cardinality is expected, verdict.reason


@pytest.mark.parametrize("sql", [sql for _, sql in CASES.values()], ids=CASES.keys())
def test_no_more_rows_come_than_a_key_allows(keys: Any, sql: str) -> None:
    with keys.connection.transaction(force_rollback=True):
        rows = len(keys.connection.execute(sql.encode()).fetchall())
    assert rows <= 1 or keys.cardinality(sql).cardinality is MANY


def test_the_rows_disprove_every_bound_that_is_not_claimed(keys: Any) -> None:
    """Of cases without a bound, all but those that only the real collation could disprove have several rows."""
    single: list[str] = []
    for title, (expected, sql) in (EXPRESSIONS | PARTIAL).items():
        if expected is MANY:
            with keys.connection.transaction(force_rollback=True):
                if len(keys.connection.execute(sql.encode()).fetchall()) < 2:
                    single.append(title)
    assert set(single) == UNDECIDED


def test_the_reason_shows_the_expression(keys: Any) -> None:
    verdict = keys.cardinality("SELECT * FROM people WHERE lower(email) = $1")
    assert (verdict.reason, verdict.location) == ("people (lower(email)) is unique and bound to one value", 40)
