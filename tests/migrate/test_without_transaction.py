"""A migration without a transaction that fails half-way can be understood, continued and taken back."""

from __future__ import annotations

import signal
import threading
import time

import psycopg
import pytest

from sqlwright.diagnostics import DiagnosticError
from sqlwright.migrate import Migrator

from .test_safety import exists, run_in_process, running, wait_for

THREE = """-- transactional: false
CREATE TABLE a (id int);
INSERT INTO a VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);
CREATE TABLE c (id int);
"""


@pytest.fixture
def half_done(migrator, write):
    """Two of four statements are done."""
    write("0001_a", THREE, "-- transactional: false\nDROP TABLE IF EXISTS c;\nDROP TABLE a;")
    with pytest.raises(DiagnosticError) as caught:
        migrator.up()
    return caught.value.diagnostics[0]


def invalid_indexes(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        return connection.execute("SELECT FROM pg_index WHERE NOT indisvalid").rowcount


def test_it_is_applied_statement_by_statement(migrator, write, states, database):
    write("0001_a", THREE.replace("(1), (1)", "(1), (2)"))
    migrator.up()
    assert states() == {"0001_a": "applied"}
    assert exists(database, "c")


def test_its_failure_points_at_the_statement(half_done):
    assert half_done.label.position == (4, 1)


def test_status_tells_how_far_it_got(half_done, migrator):
    (entry,) = migrator.status().entries
    assert entry.state == "half-applied"
    assert entry.detail == (
        "2 of its 4 statements were done, statement 3 (line 4) was not; migrate goes on there, rollback takes it back"
    )


def test_a_failed_index_is_not_left_invalid(half_done, database):
    assert invalid_indexes(database) == 0


def test_the_next_run_goes_on_where_it_stopped(half_done, migrator, states, database):
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM a")
    migrator.up()
    assert states() == {"0001_a": "applied"}
    assert exists(database, "a_id")
    assert exists(database, "c")


def test_what_was_not_done_yet_may_be_changed(half_done, migrator, write, states):
    write("0001_a", THREE.replace("CREATE UNIQUE INDEX", "CREATE INDEX"))
    migrator.up()
    assert states() == {"0001_a": "applied"}


@pytest.mark.parametrize("edited", [THREE.replace("a (id int)", "a (id bigint)"), THREE.replace("false", "true")])
def test_what_was_done_may_not_be_changed(half_done, migrator, write, refusal, edited):
    write("0001_a", edited)
    assert refusal(migrator.up).code == "SQW424"


def test_it_can_be_rolled_back_instead(half_done, migrator, states, database):
    assert [done.id for done in migrator.down()] == ["0001_a"]
    assert states() == {"0001_a": "pending"}
    assert not exists(database, "a")


def test_an_index_built_concurrently_may_wait_longer_than_the_lock_time_out(database, folder, write):
    write("0001_a", "CREATE TABLE a (id int)")
    write("0002_b", "-- transactional: false\nCREATE INDEX CONCURRENTLY a_id ON a (id)")
    Migrator(database, folder).up("1")
    with psycopg.connect(database) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT * FROM a")
        patient = threading.Thread(target=Migrator(database, folder, lock_timeout="20ms").up)
        patient.start()
        wait_for(lambda: running(database, "CREATE INDEX") and exists(database, "a_id"))
        time.sleep(0.1)
    patient.join()
    assert invalid_indexes(database) == 0


def test_a_kill_in_a_statement_is_told_and_the_invalid_index_is_built_again(
    migrator, write, states, database, folder, refusal
):
    write("0001_a", "CREATE TABLE a (id int)")
    migrator.up()
    write("0002_b", "-- transactional: false\nCREATE INDEX CONCURRENTLY a_id ON a (id)")
    with psycopg.connect(database) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("SELECT * FROM a")  # the index waits for the end of this snapshot
        process = run_in_process("migrator.up()", database, folder)
        wait_for(lambda: running(database, "CREATE INDEX") and exists(database, "a_id"))
        process.kill()
        process.wait()
        wait_for(lambda: not running(database, "CREATE INDEX"))
    assert invalid_indexes(database) == 1
    assert "statement 1 (line 2) may have been done" in migrator.status().entries[1].detail
    migrator.up()
    assert invalid_indexes(database) == 0
    assert states() == {"0001_a": "applied", "0002_b": "applied"}


def test_a_statement_that_was_done_but_not_written_down_is_explained(migrator, write, database, folder, refusal):
    write("0001_a", "-- transactional: false\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);")
    code = """
        from sqlwright.migrate.steps import Progress
        Progress.finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        migrator.up()
    """
    assert run_in_process(code, database, folder).wait() == -signal.SIGKILL
    diagnostic = refusal(migrator.up)
    assert diagnostic.label.position == (2, 1)
    assert "may have been done after all" in diagnostic.help
    write("0001_a", "-- transactional: false\nCREATE TABLE b (id int);")
    assert [done.id for done in migrator.up()] == ["0001_a"]


def test_a_rollback_that_stops_half_way_is_told_refused_by_up_and_continued_by_down(
    migrator, write, states, database, refusal
):
    write(
        "0001_a",
        "CREATE TABLE a (id int); CREATE TABLE b (id int)",
        "-- transactional: false\nDROP TABLE b;\nDROP TABLE a;",
    )
    migrator.up()
    with psycopg.connect(database) as connection:
        connection.execute("CREATE VIEW in_the_way AS SELECT * FROM a")
    refusal(migrator.down)
    assert states() == {"0001_a": "half-rolled-back"}
    assert refusal(migrator.up).code == "SQW413"
    with psycopg.connect(database) as connection:
        connection.execute("DROP VIEW in_the_way")
    migrator.down()
    assert states() == {"0001_a": "pending"}
    assert not exists(database, "a")
