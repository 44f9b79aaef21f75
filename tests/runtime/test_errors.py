"""Errors: of the generated class, with the query's name and place, and without a value in any text."""

from __future__ import annotations

import logging
import pickle
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from sqlwright.runtime import ConstraintError, CopyParameter, Parameter, RaisedError


def words_of(error: BaseException | None) -> str:
    """Everything that a log or an error tracker would print of an error, and of those that it came from."""
    seen = []
    while error is not None:
        seen += [str(error), repr(error), *getattr(error, "__notes__", [])]
        error = error.__cause__ or error.__context__
    return "\n".join(seen)


ACCOUNTS = """
CREATE TABLE accounts (
    id int4 PRIMARY KEY,
    email text NOT NULL CONSTRAINT accounts_email_key UNIQUE DEFERRABLE INITIALLY IMMEDIATE,
    age int2 CONSTRAINT accounts_age_check CHECK (age >= 0),
    parent int4 CONSTRAINT accounts_parent_fkey REFERENCES accounts DEFERRABLE INITIALLY DEFERRED,
    balance numeric(5, 2)
);
INSERT INTO accounts VALUES (1, 'hidden@example.org', 5);
CREATE FUNCTION fails(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'not yours' USING ERRCODE = 'PH404', DETAIL = what, HINT = 'ask its owner';
END $$;
"""


class AccountsEmailTaken(ConstraintError, psycopg.errors.UniqueViolation):
    schema, table, constraint = "public", "accounts", "accounts_email_key"


class AccountsAgeInvalid(ConstraintError, psycopg.errors.CheckViolation):
    schema, table, constraint = "public", "accounts", "accounts_age_check"


class AccountsParentUnknown(ConstraintError, psycopg.errors.ForeignKeyViolation):
    schema, table, constraint = "public", "accounts", "accounts_parent_fkey"


class AccountsEmailMissing(ConstraintError, psycopg.errors.NotNullViolation):
    schema, table, column = "public", "accounts", "email"


class NotYours(RaisedError, psycopg.ProgrammingError):
    sqlstate = "PH404"


ERRORS = (AccountsEmailTaken, AccountsAgeInvalid, AccountsParentUnknown, AccountsEmailMissing, NotYours)
EMAIL = Parameter("email", "text", str, nullable=True)
AGE = Parameter("age", "int2", int, nullable=True)
PARENT = Parameter("parent", "int4", int, nullable=True)
INSERT = "INSERT INTO accounts (id, email, age, parent) VALUES (2, :email, :age, :parent)"


@pytest.mark.parametrize(
    ("arguments", "expected", "message"),
    [
        (
            ("hidden@example.org", 1, None),
            AccountsEmailTaken,
            'duplicate key value violates unique constraint "accounts_email_key"',
        ),
        (
            ("hidden", -77, None),
            AccountsAgeInvalid,
            'new row for relation "accounts" violates check constraint "accounts_age_check"',
        ),
        (
            ("hidden", 1, 777),
            AccountsParentUnknown,
            'insert or update on table "accounts" violates foreign key constraint "accounts_parent_fkey"',
        ),
        (
            (None, 77, None),
            AccountsEmailMissing,
            'null value in column "email" of relation "accounts" violates not-null constraint',
        ),
    ],
)
async def test_a_constraint_raises_its_generated_class_without_data(
    flavour: Any, statement: Any, schema: Any, arguments: Any, expected: Any, message: str
) -> None:
    query = statement(INSERT, EMAIL, AGE, PARENT, name="create_account", errors=ERRORS)
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(expected) as caught:
            await flavour.execute(db, query, arguments)
    error = caught.value
    assert str(error) == message
    assert error.__notes__ == ["in create_account (queries/things.sql:12)"]
    assert (error.query, error.file, error.line) == ("create_account", "queries/things.sql", 12)
    # The server's own words are for the program, not for the log.
    assert error.diag.table_name == "accounts" and error.sqlstate == expected.sqlstate


async def test_a_constraint_without_a_generated_class_keeps_psycopgs(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement(INSERT, EMAIL, AGE, PARENT, errors=(AccountsAgeInvalid,))
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            await flavour.execute(db, query, ("hidden@example.org", 1, None))
    assert not isinstance(caught.value, ConstraintError)
    assert caught.value.query == "the_query"  # type: ignore[attr-defined]


async def test_a_raised_sqlstate_is_its_generated_class_and_keeps_its_hint(
    flavour: Any, statement: Any, schema: Any
) -> None:
    query = statement("SELECT fails(:what)", Parameter("what", "text", str), errors=(NotYours,))
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(NotYours) as caught:
            await flavour.fetch_all(db, query, ("hidden",), tuple)
    assert str(caught.value) == "not yours"
    assert (caught.value.sqlstate, caught.value.diag.message_hint) == ("PH404", "ask its owner")


async def test_a_constraint_that_fails_at_commit_is_its_generated_class_too(
    flavour: Any, statement: Any, schema: Any
) -> None:
    query = statement(INSERT, EMAIL, AGE, PARENT, errors=ERRORS)
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(AccountsParentUnknown) as caught:
            async with flavour.transaction(db) as tx:
                await flavour.execute(tx, query, ("hidden", 1, 777))
    assert "777" not in str(caught.value)
    assert caught.value.__notes__ == ["at the end of the transaction"]


TEXT = Parameter("value", "text", str)


@pytest.mark.parametrize(
    ("sql", "value", "message"),
    [
        ("SELECT (:value::text)::int4", "hidden", 'invalid input syntax for type integer: "…"'),
        ("SELECT (:value::text)::int4", 'hid"den', 'invalid input syntax for type integer: "…"'),
        ("SELECT (:value::text)::int4", "99999999999", 'value "…" is out of range for type integer'),
        ("SELECT (:value::text)::jsonb", '{"hidden', "invalid input syntax for type json"),
        ("SELECT (:value::text)::date", "2024-77-01", 'date/time field value out of range: "…"'),
        ("SELECT (:value::text)::numeric(5, 2)", "77777", "numeric field overflow"),
        ("SELECT (:value::text)::int4[]", "{hidden", 'malformed array literal: "…"'),
        ("SELECT to_tsquery(:value::text)", "hidden )", 'syntax error in tsquery: "…"'),
        ("SELECT to_tsquery(:value::text)", 'hid"den )', 'syntax error in tsquery: "…"'),
        ("SELECT (:value::text)::regclass", "hidden", 'relation "…" does not exist'),
        ("SELECT set_config(:value::text, '1', true)", "hidden", 'unrecognized configuration parameter "…"'),
        ("SELECT convert_from(convert_to(:value::text, 'UTF8'), 'hidden')", "x", 'invalid source encoding name "…"'),
        ("SELECT 'a' ~ :value::text", "hidden(", "invalid regular expression: parentheses () not balanced"),
        ("SELECT nmae FROM pg_class WHERE relname = :value::text", "hidden", 'column "nmae" does not exist'),
    ],
)  # fmt: skip
async def test_an_error_text_holds_no_value(
    flavour: Any, statement: Any, database: str, caplog: Any, sql: str, value: str, message: str
) -> None:
    caplog.set_level(logging.DEBUG)
    query = statement(sql, TEXT)
    async with flavour.database(database) as db:
        with pytest.raises(psycopg.Error) as caught:
            await flavour.fetch_all(db, query, (value,), tuple)
    assert str(caught.value) == message
    assert value == "x" or value not in words_of(caught.value) + caplog.text


async def test_many_rows_leave_no_value_in_errors_or_logs(
    flavour: Any, statement: Any, schema: Any, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    query = statement(INSERT.replace("2,", ":id,"), Parameter("id", "int4", int), EMAIL, AGE, PARENT, errors=ERRORS)
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(AccountsEmailTaken) as caught:
            await flavour.execute_many(
                db, query, [(10, "fine", 1, None), (11, "hidden@example.org", 1, None), (12, "also", 1, None)]
            )
    assert "hidden@" not in words_of(caught.value) + caplog.text


class Account(BaseModel):
    id: int
    email: str | None


async def test_a_copy_leaves_no_value_in_errors_or_logs(flavour: Any, statement: Any, schema: Any, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    query = statement(
        "COPY accounts (id, email) FROM STDIN",
        CopyParameter("accounts", Account, ("id", "int4"), ("email", "text")),
        errors=ERRORS,
    )
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(AccountsEmailTaken) as caught:
            await flavour.copy_in(db, query, [Account(id=5, email="hidden@example.org")])
    assert "hidden@" not in words_of(caught.value) + caplog.text


async def test_an_error_can_be_pickled(flavour: Any, statement: Any, schema: Any) -> None:
    query = statement(INSERT, EMAIL, AGE, PARENT, errors=ERRORS)
    async with flavour.database(schema(ACCOUNTS)) as db:
        with pytest.raises(AccountsEmailTaken) as caught:
            await flavour.execute(db, query, ("hidden@example.org", 1, None))
    restored = pickle.loads(pickle.dumps(caught.value))
    assert (type(restored), str(restored), restored.query) == (AccountsEmailTaken, str(caught.value), "the_query")


async def test_a_statement_that_is_cancelled_by_its_timeout_says_so(
    flavour: Any, statement: Any, database: str
) -> None:
    from sqlwright.runtime import PoolSettings

    query = statement("SELECT pg_sleep(5)", name="slow")
    async with flavour.database(PoolSettings(database, statement_timeout=0.05)) as db:
        with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout") as caught:
            await flavour.fetch_all(db, query, (), tuple)
    assert caught.value.__notes__ == ["in slow (queries/things.sql:12)"]
