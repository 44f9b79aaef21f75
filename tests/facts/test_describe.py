"""Statements that are sent ahead get the answers that they get one by one."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from sqlwright.codegen.describe import AnalysisConnection

STATEMENTS = [
    "SELECT id FROM users WHERE email = $1",
    "SELECT FROM nowhere",
    "SELECT 1 / $1::int AS ratio",
    "SELEC",
    "DELETE FROM items WHERE id = $1 RETURNING *",
    "LISTEN channel",
    "SELECT $1",
    "SELECT $1 IS NULL",
    "SELECT * FROM owned",
]


def told(answer: Any) -> Any:
    if isinstance(answer, psycopg.Error):
        return answer.sqlstate, answer.diag.message_primary, answer.diag.statement_position
    result, details = answer
    return [result.fname(number) for number in range(result.nfields)], result.nparams, details


def alone(facts: Any, sql: str) -> Any:
    try:
        return told(facts.analysis.parse(sql))
    except psycopg.Error as error:
        return told(error)


def test_each_statement_gets_its_own_answer(facts: Any) -> None:
    many = [f"{sql} -- {turn}" for turn in range(40) for sql in STATEMENTS]
    assert list(map(told, facts.analysis.answers(many))) == [alone(facts, sql) for sql in many]


def test_answers_that_fill_the_buffers_of_both_sides_arrive(facts: Any) -> None:
    long = f"SELECT {', '.join(f'email AS column_{number}' for number in range(1000))} FROM users"
    answers = list(facts.analysis.answers([long] * 60))
    assert [len(details) for _, details in answers] == [1] * 60


def test_a_lost_connection_is_an_error(facts: Any) -> None:
    statements = iter(["SELECT 1", "SELECT 2", "SELECT 3"] * 100)
    with psycopg.connect(facts.analysis.connection.info.dsn, autocommit=True) as other:
        answers = AnalysisConnection(other).answers(statements)
        next(answers)
        process = other.info.backend_pid
        facts.analysis.connection.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))
        with pytest.raises(psycopg.OperationalError):
            list(answers)
