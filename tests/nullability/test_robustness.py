"""Whatever tree comes in, the answer is a list of verdicts: trees are cut, changed and shuffled here."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg
import pytest

from sqlwright.codegen.nullability import ColumnVerdict, analyse_columns
from sqlwright.codegen.nullability.rules import RULES
from sqlwright.codegen.tree import Node, Value

if TYPE_CHECKING:
    from .conftest import Laboratory

_CASES = Path(__file__).with_name("cases")
_STATEMENTS = (
    "SELECT p.name, count(t.id) FILTER (WHERE t.done), ARRAY(SELECT t2.note FROM tasks t2 WHERE t2.project_id = p.id) "
    "FROM projects p LEFT JOIN tasks t ON t.project_id = p.id WHERE p.status IN ('a', 'b') "
    "GROUP BY ROLLUP (p.name, p.id)",
    "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) "
    "SELECT n, sum(n) OVER (ORDER BY n) FROM r",
    "INSERT INTO tasks (id, title) SELECT id, name FROM project_overview "
    "ON CONFLICT (id) DO UPDATE SET note = excluded.title RETURNING *, (SELECT max(id) FROM orgs), tasks",
    "SELECT r, (r).a, CASE WHEN x IS NULL THEN 0 ELSE x END FROM (SELECT 1 AS a, 'x' AS b) r, unnest(ARRAY[1, NULL]) x",
    "SELECT id IN (SELECT project_id FROM tasks), row_number() OVER w, coalesce(a.id, b.id), full_title('a', NULL) "
    "FROM orgs a FULL JOIN users b USING (id) WINDOW w AS (ORDER BY id) ",
)


@pytest.mark.parametrize("number", range(len(_STATEMENTS)))
def test_a_damaged_tree_gives_verdicts(number: int, laboratory: Laboratory) -> None:
    tree = laboratory.tree(_STATEMENTS[number])
    for seed in range(150):
        damaged = _damaged(tree, Random(seed), 0.02)
        assert isinstance(damaged, Node)
        columns = analyse_columns(damaged, laboratory.catalog, {}, laboratory.definitions)
        assert all(isinstance(column, ColumnVerdict) for column in columns)


def _damaged(value: Value, random: Random, share: float) -> Value:
    """A copy in which some fields are gone, some numbers others, some lists shorter."""
    if isinstance(value, Node):
        fields: dict[str, Value] = {}
        for name, item in value.fields.items():
            chance = random.random()
            if chance < share / 3:
                continue
            fields[name] = None if chance < share / 2 else _damaged(item, random, share)
        return Node(value.tag if random.random() > share / 10 else "NOVELTY", fields)
    if isinstance(value, list):
        items = [_damaged(item, random, share) for item in value]
        return items[: random.randint(0, len(items))] if random.random() < share else items
    if isinstance(value, int) and not isinstance(value, bool) and random.random() < share:
        return random.choice([-1, 0, 1, 2, 99])
    return value


def test_a_tree_without_varnullingrels_is_read_with_care(laboratory: Laboratory) -> None:
    """PostgreSQL 15 does not print which joins may null a column: then all joins above its table may."""
    tree = _without(
        laboratory.tree("SELECT p.name, t.title FROM projects p LEFT JOIN tasks t ON true"), "varnullingrels"
    )
    assert isinstance(tree, Node)
    columns = analyse_columns(tree, laboratory.catalog, {})
    assert [column.verdict.nullable for column in columns] == [False, True]


def _without(value: Value, name: str) -> Value:
    if isinstance(value, Node):
        return Node(value.tag, {key: _without(item, name) for key, item in value.fields.items() if key != name})
    return [_without(item, name) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM tasks WHERE " + " OR ".join(["hours = 1"] * 3000),
        "SELECT " + " || ".join(["title"] * 200) + " AS a FROM tasks",
        " UNION ALL ".join(["SELECT id, note FROM tasks"] * 400),
        "SELECT " + "coalesce(" * 150 + "note" + ", 'x')" * 150 + " AS a FROM tasks",
        "SELECT * FROM " + " CROSS JOIN ".join(f"orgs o{number}" for number in range(150)),
    ],
    ids=["or", "concatenation", "union", "coalesce", "joins"],
)
def test_long_statements_are_analysed(sql: str, laboratory: Laboratory) -> None:
    try:
        tree = laboratory.tree(sql)
    except (psycopg.Error, RecursionError):
        pytest.fail("the statement was not read")
    columns = analyse_columns(tree, laboratory.catalog, {})
    assert columns


def test_too_deep_a_tree_is_nullable_and_no_crash(laboratory: Laboratory) -> None:
    tree = laboratory.tree("SELECT title AS a FROM tasks")
    (entry,) = tree.nodes("targetList")
    expression: Node = entry["expr"]
    for _ in range(5000):
        expression = Node("RELABELTYPE", {"arg": expression, "resulttype": 25, "resulttypmod": -1})
    entry.fields["expr"] = expression
    (column,) = analyse_columns(tree, laboratory.catalog, {})
    assert column.verdict.nullable
    assert "too deeply" in column.verdict.reason


def test_a_thousand_uses_of_a_subquery_take_no_thousand_times_as_long(laboratory: Laboratory) -> None:
    """A CTE that is used twice by the next one, ten times over: each use is narrowed, but not without limit."""
    ctes = ["c0 AS (SELECT id, note FROM tasks)"]
    for number in range(1, 14):
        ctes.append(
            f"c{number} AS (SELECT a.id, b.note FROM c{number - 1} a LEFT JOIN c{number - 1} b ON a.id = b.id "
            "WHERE a.id > 0 AND b.id > 0)"
        )
    columns = laboratory.analyse(f"WITH {', '.join(ctes)} SELECT id, note FROM c13")
    assert [column.verdict.nullable for column in columns] == [False, True]


def test_every_rule_says_what_it_claims_and_where_postgresql_says_so() -> None:
    for rule in RULES:
        assert rule.doc, rule.name
        if rule.name not in ("case_test",):
            assert "https://www.postgresql.org/docs/current/" in rule.doc, rule.name


def test_utility_statements_give_no_columns(laboratory: Laboratory) -> None:
    for sql in ("SHOW server_version", "EXPLAIN SELECT 1", "SET work_mem = '1MB'", "LISTEN x"):
        assert isinstance(laboratory.analyse(sql), list)
