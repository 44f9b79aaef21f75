"""product_helper's own migrations: each can be taken back, and the schema that they build is documented."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from sqlwright.migrate import Migrator

from .conftest import MIGRATIONS

STEPS = sorted(path.stem for path in MIGRATIONS.glob("*.sql") if not path.name.endswith(".rollback.sql"))

# Everything about the schema that a step could leave behind, one line each, in an order of its own.
SCHEMA = """
SELECT format('%s column %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
              pg_get_expr(adbin, adrelid))
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND relname !~ 'yoyo|sqlwright'
UNION ALL
SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname !~ 'yoyo|sqlwright'
UNION ALL
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname !~ 'yoyo|sqlwright'
UNION ALL
SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT format('comment %s: %s', pg_describe_object(classoid, objoid, objsubid), description)
FROM pg_description WHERE pg_describe_object(classoid, objoid, objsubid) !~ 'schema|extension|yoyo|sqlwright'
    AND objoid >= 16384
ORDER BY 1
"""


def _schema(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as connection:
        return [line for (line,) in connection.execute(SCHEMA)]


@pytest.mark.parametrize("step", STEPS)
def test_taking_a_step_back_restores_the_schema_before_it(database: str, step: str) -> None:
    migrator = Migrator(database, MIGRATIONS)
    earlier = STEPS[: STEPS.index(step)]
    if earlier:
        migrator.up(to=earlier[-1])
    before = _schema(database)
    migrator.up(to=step)
    after = _schema(database)
    assert after != before
    migrator.down()
    assert _schema(database) == before
    migrator.up(to=step)
    assert _schema(database) == after


def test_every_step_has_its_rollback() -> None:
    assert [step for step in STEPS if not (MIGRATIONS / f"{step}.rollback.sql").is_file()] == []


def test_steps_name_the_step_before_them_for_yoyo_itself() -> None:
    for earlier, step in pairwise(STEPS):
        assert f"-- depends: {earlier}\n" in (MIGRATIONS / f"{step}.sql").read_text(encoding="utf-8")


def test_every_table_and_column_says_what_it_is_for(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        silent = connection.execute(
            """
            SELECT c.relname, a.attname
            FROM pg_class AS c
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum >= 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname <> 'id'
              AND col_description(c.oid, a.attnum) IS NULL
            UNION ALL
            SELECT c.relname, '' FROM pg_class AS c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND obj_description(c.oid) IS NULL
            """
        ).fetchall()
    assert silent == []


def test_every_foreign_key_has_an_index(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        without = connection.execute(
            """
            SELECT conname FROM pg_constraint AS f
            WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND NOT EXISTS (
                SELECT FROM pg_index AS i WHERE i.indrelid = f.conrelid AND i.indkey[0] = f.conkey[1]
            )
            """
        ).fetchall()
    assert without == []


def test_times_know_their_time_zone(migrated: str) -> None:
    with psycopg.connect(migrated) as connection:
        naive = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
        ).fetchall()
    assert naive == []


def test_every_migration_is_plain_sql_that_runs_as_it_stands(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for step in STEPS:
            connection.execute(_text(MIGRATIONS / f"{step}.sql"))
        for step in reversed(STEPS):
            connection.execute(_text(MIGRATIONS / f"{step}.rollback.sql"))
    assert _schema(database) == []


def _text(path: Path) -> bytes:
    return path.read_bytes()
