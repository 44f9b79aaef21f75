"""Whatever tree comes in, there is an answer: real trees with fields taken away or exchanged."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.needs import needs

from sqlwright.codegen.access import analyse_access
from sqlwright.codegen.cardinality import analyse_cardinality
from sqlwright.codegen.constraints import analyse_constraints
from sqlwright.codegen.ir import Cardinality
from sqlwright.codegen.parameters import analyse_parameters
from sqlwright.codegen.tree import Node, parse_tree

STATEMENTS = [
    "SELECT p.*, (SELECT max(id) FROM readings r WHERE r.project_id = p.id) FROM projects p WHERE p.id = $1",
    """SELECT u.id, c.n FROM users u LEFT JOIN LATERAL (SELECT count(*) AS n FROM projects p WHERE p.user_id = u.id
       AND ($2::text IS NULL OR p.status = $2)) c ON true FULL JOIN readings r ON r.id = c.n
       WHERE u.email = coalesce($1, 'a') ORDER BY 1 LIMIT $3""",
    "SELECT DISTINCT status, count(*) FROM projects GROUP BY ROLLUP (status) HAVING count(*) > $1 UNION SELECT 'a', 1",
    """INSERT INTO users (email, note) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT (email) DO UPDATE SET note = excluded.note WHERE users.note <> $3 RETURNING id""",
    """UPDATE projects p SET (name, status) = (SELECT r.name, r.status FROM jsonb_populate_record(p, $1) r)
       WHERE p.id = $2 RETURNING p.*""",
    """WITH RECURSIVE r AS (SELECT $1::int AS n UNION SELECT n + 1 FROM r WHERE n < 5),
            gone AS (DELETE FROM items WHERE id IN (SELECT n FROM r) RETURNING *)
       SELECT * FROM gone JOIN owned USING (id) WHERE owned.email = ANY ($2)""",
    "CALL doubled($1, $2)",
    "COPY users (email, note) FROM STDIN",
]
#: PostgreSQL 17 was the first to take RETURNING here.
MERGE = """MERGE INTO users u USING (VALUES ($1::uuid, $2)) s(id, e) ON u.id = s.id
           WHEN MATCHED THEN UPDATE SET nick = s.e WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.e)
           RETURNING u.id"""
ODD: list[Any] = [None, True, -1, 0, 99999, 2.5, "odd", [], [None], [[1]], ["a"], Node("ODD", {}), Node("VAR", {})]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_tree_gets_an_answer(facts: Any, seed: int) -> None:
    _damage(facts, STATEMENTS, random.Random(seed))


@needs("PostgreSQL 17")
@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_tree_of_merge_gets_an_answer(facts: Any, seed: int) -> None:
    _damage(facts, [MERGE], random.Random(seed))


def _damage(facts: Any, statements: list[str], chance: random.Random) -> None:
    for sql in statements:
        _, details = facts.analysis.parse(sql)
        (tree, *_) = parse_tree(details[-1])
        for _ in range(chance.randint(1, 3)):
            node = chance.choice([each for each in tree.walk() if each.fields])
            name = chance.choice(list(node.fields))
            if chance.random() < 0.3:
                del node.fields[name]
            else:
                node.fields[name] = chance.choice(ODD)
        assert isinstance(analyse_cardinality(tree, facts.catalog).cardinality, Cardinality)
        assert len(analyse_parameters(tree, facts.catalog, 3, [25, 25])) == 3
        access = analyse_access(tree, [tree], facts.catalog)
        assert access.command
        assert isinstance(analyse_constraints(tree, facts.catalog, access, {1: True}), list)


def test_an_empty_tree_is_not_understood(facts: Any) -> None:
    empty = Node("QUERY", {})
    assert analyse_cardinality(empty, facts.catalog).cardinality in (Cardinality.MANY, Cardinality.NONE)
    assert not analyse_access(empty, [], facts.catalog).read_only
    assert [verdict.nullable for verdict in analyse_parameters(empty, facts.catalog, 2, [])] == [True, True]
    assert analyse_constraints(empty, facts.catalog, analyse_access(empty, [], facts.catalog), {}) == []


def test_an_operator_of_the_schema_does_not_make_the_catalog_queries_ambiguous(facts: Any) -> None:
    facts.execute("BEGIN")
    try:
        facts.execute(
            """CREATE DOMAIN pair AS int[];
               CREATE FUNCTION same(pair, pair) RETURNS boolean LANGUAGE sql AS 'SELECT true';
               CREATE OPERATOR = (LEFTARG = pair, RIGHTARG = pair, FUNCTION = same)"""
        )
        assert facts.fresh().cardinality("SELECT 1").cardinality is Cardinality.ONE
    finally:
        facts.execute("ROLLBACK")
