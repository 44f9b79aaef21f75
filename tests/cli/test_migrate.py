"""`sqlwright migrate`: the order of a working day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from tests.cli.conftest import Command


def test_migrations_go_up_and_down(sqlwright: Command, project: Path, database: str) -> None:
    assert "0001_notes  pending" in sqlwright("migrate", "status").out
    assert "applied 0001_notes" in sqlwright("migrate", "up").out
    assert "0001_notes  applied" in sqlwright("migrate", "status").out
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    assert "rolled back 0001_notes" in sqlwright("migrate", "down").out
    assert "0001_notes  pending" in sqlwright("migrate", "status").out


def test_migrate_alone_goes_up_and_a_second_time_does_nothing(sqlwright: Command, project: Path) -> None:
    assert "applied 0001_notes" in sqlwright("migrate").out
    again = sqlwright("migrate")
    assert again.code == 0
    assert "nothing to apply" in again.out


def test_every_command_says_which_database_it_works_on(sqlwright: Command, project: Path) -> None:
    for command in ("status", "up", "down"):
        assert sqlwright("migrate", command).out.startswith("database: PostgreSQL ")


def test_new_begins_a_migration_with_the_next_number(sqlwright: Command, project: Path) -> None:
    assert sqlwright("migrate", "new", "add tags").code == 0
    assert (project / "migrations" / "0002_add_tags.sql").exists()
    assert (project / "migrations" / "0002_add_tags.rollback.sql").exists()


def test_an_edited_migration_is_a_finding(sqlwright: Command, project: Path) -> None:
    sqlwright("migrate", "up")
    path = project / "migrations" / "0001_notes.sql"
    path.write_text(path.read_text().replace("body text", "body text NOT NULL"))
    assert sqlwright("migrate", "status").code == 1
    refused = sqlwright("migrate", "up")
    assert refused.code == 1
    assert "SQW414" in refused.err


def test_a_failing_migration_is_drawn_and_leaves_nothing(sqlwright: Command, project: Path, database: str) -> None:
    (project / "migrations" / "0002_wrong.sql").write_text("CREATE TABLE x (id int);\nSELECT id FROM ntoes;\n")
    refused = sqlwright("migrate", "up")
    assert refused.code == 1
    assert refused.err.startswith("migrations/0002_wrong.sql:2:16: error[SQW420]:")
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT to_regclass('notes') IS NOT NULL, to_regclass('x')").fetchone() == (
            True,
            None,
        )
