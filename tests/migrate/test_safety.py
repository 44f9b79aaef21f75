"""Nothing loses or hides state: not an edit, a crash, a kill -9, a second migrator, nor a container's user."""

from __future__ import annotations

import pwd
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from sqlwright.diagnostics import DiagnosticError
from sqlwright.migrate import Migrator


def run_in_process(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Another process with `migrator` for the first two arguments: a connection string and a folder."""
    prelude = """
        import os, signal, sys
        from pathlib import Path
        from sqlwright.migrate import Migrator
        from sqlwright.migrate.backend import Backend
        migrator = Migrator(sys.argv[1], Path(sys.argv[2]))
    """
    text = textwrap.dedent(prelude) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", text, *map(str, arguments)])


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def running(conninfo: str, text: str) -> bool:
    """Whether the server is working on a statement with this text."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        found = connection.execute(
            "SELECT FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, %s)", (text,)
        )
        return found.rowcount > 0


def exists(conninfo: str, name: str) -> bool:
    with psycopg.connect(conninfo) as connection:
        return connection.execute("SELECT to_regclass(%s) IS NOT NULL", (name,)).fetchone() == (True,)


# --- edits, names and numbers ----------------------------------------------------------------------------------------


def test_an_edit_after_apply_is_found_and_refused(migrator, write, states, refusal):
    write("0001_a", "CREATE TABLE a (id int)")
    migrator.up()
    write("0001_a", "CREATE TABLE a (id bigint)")
    write("0002_b", "SELECT 1")
    assert states() == {"0001_a": "edited", "0002_b": "pending"}
    assert refusal(migrator.up).code == "SQW414"
    assert [done.id for done in migrator.up(allow_edited=True)] == ["0002_b"]


def test_other_line_ends_are_no_edit(migrator, write, states):
    write("0001_a", "SELECT 1;\nSELECT 2;\n")
    migrator.up()
    write("0001_a", "\ufeffSELECT 1;\r\nSELECT 2;\r\n")
    assert states() == {"0001_a": "applied"}


def test_an_edited_rollback_is_told_but_not_refused(migrator, write):
    write("0001_a", "SELECT 1", "SELECT 1")
    migrator.up()
    write("0001_a", "SELECT 1", "SELECT 2")
    (entry,) = migrator.status().entries
    assert (entry.state, entry.detail) == ("applied", "its rollback has been edited since it was applied")
    assert migrator.up() == []


def test_a_rollback_without_a_file_is_refused_and_nothing_is_unmarked(migrator, write, states, refusal):
    write("0001_a", "SELECT 1", "SELECT 1")
    write("0002_b", "SELECT 1", None)
    write("0003_c", "SELECT 1", "SELECT 1")
    migrator.up()
    assert refusal(lambda: migrator.down(3)).code == "SQW416"
    assert set(states().values()) == {"applied"}


def test_a_rollback_that_fails_leaves_the_migration_applied(migrator, write, states, database):
    write("0001_a", "CREATE TABLE a (id int)", "DROP TABLE a; DROP TABLE no_such_table")
    migrator.up()
    with pytest.raises(DiagnosticError):
        migrator.down()
    assert states() == {"0001_a": "applied"}
    assert exists(database, "a")


def test_nine_comes_before_ten(migrator, write):
    for name in ("10_j", "9_i"):
        write(name, "SELECT 1")
    assert [done.id for done in migrator.up()] == ["9_i", "10_j"]


def test_a_late_lower_number_is_refused_unless_allowed(migrator, write, states, refusal):
    write("0002_b", "SELECT 1")
    migrator.up()
    write("0001_a", "SELECT 1")
    assert states() == {"0001_a": "out-of-order", "0002_b": "applied"}
    assert refusal(migrator.up).code == "SQW415"
    assert [done.id for done in migrator.up(allow_out_of_order=True)] == ["0001_a"]


def test_a_deleted_file_is_shown_as_missing_and_cannot_be_rolled_back(migrator, write, states, folder, refusal):
    path = write("0001_a", "SELECT 1")
    migrator.up()
    path.unlink()
    (folder / "0001_a.rollback.sql").unlink()
    assert states() == {"0001_a": "missing"}
    assert refusal(migrator.down).code == "SQW416"


# --- crashes ---------------------------------------------------------------------------------------------------------


def test_a_kill_between_apply_and_mark_leaves_neither(migrator, write, states, database, folder):
    write("0001_a", "CREATE TABLE a (id int)")
    code = """
        Backend.mark_one = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        migrator.up()
    """
    assert run_in_process(code, database, folder).wait() == -signal.SIGKILL
    assert states() == {"0001_a": "pending"}
    assert not exists(database, "a")
    assert [done.id for done in migrator.up()] == ["0001_a"]


def test_a_kill_between_rollback_and_unmark_leaves_both(migrator, write, states, database, folder):
    write("0001_a", "CREATE TABLE a (id int)", "DROP TABLE a")
    migrator.up()
    code = """
        Backend.unmark_one = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        migrator.down()
    """
    assert run_in_process(code, database, folder).wait() == -signal.SIGKILL
    assert states() == {"0001_a": "applied"}
    assert exists(database, "a")


def test_a_migrator_that_is_killed_leaves_no_lock_and_no_statement_behind(migrator, write, database, folder):
    path = write("0001_a", "SELECT pg_sleep(600)")
    process = run_in_process("migrator.up()", database, folder)
    wait_for(lambda: running(database, "SELECT pg_sleep"))
    process.kill()
    process.wait()
    path.write_text("SELECT 1")
    started = time.monotonic()
    assert [done.id for done in migrator.up()] == ["0001_a"]
    assert time.monotonic() - started < 5
    wait_for(lambda: not running(database, "SELECT pg_sleep"))


def test_a_lost_connection_is_told_at_the_statement_it_happened_in(migrator, write, refusal, states):
    write("0001_a", "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid())")
    assert refusal(migrator.up).label.position == (2, 1)
    assert states() == {"0001_a": "pending"}


def test_a_user_that_is_only_a_number_migrates_and_marks(migrator, write, monkeypatch):
    def unknown(_: int) -> pwd.struct_passwd:
        raise KeyError("getpwuid(): uid not found")

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    write("0001_a", "SELECT 1")
    migrator.up()
    (entry,) = migrator.status().entries
    assert entry.state == "applied"
    assert entry.applied_by.startswith("uid ")


# --- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_migrators_at_once_one_applies_and_the_other_finds_nothing_to_do(database, folder, write):
    write("0001_a", "CREATE TABLE a (id int); SELECT pg_sleep(0.2)")
    write("0002_b", "CREATE TABLE b (id int)")
    done: list[list[str]] = []

    def run() -> None:
        done.append([one.id for one in Migrator(database, folder).up()])

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [[], ["0001_a", "0002_b"]]


def test_a_migrator_that_waits_too_long_names_the_one_that_is_at_work(database, folder, write, refusal):
    write("0001_a", "SELECT pg_sleep(600)")
    process = run_in_process("migrator.up()", database, folder)
    wait_for(lambda: running(database, "SELECT pg_sleep"))
    diagnostic = refusal(Migrator(database, folder, wait=0.2).up)
    process.kill()
    process.wait()
    assert diagnostic.code == "SQW423"
    assert "server process" in diagnostic.message
    assert "pg_terminate_backend" in diagnostic.help


def test_a_waiting_migrator_does_not_hold_up_an_index_that_is_built_concurrently(database, folder, write):
    write("0001_a", "CREATE TABLE a (id int)")
    Migrator(database, folder).up()
    write("0002_b", "-- transactional: false\nSELECT pg_sleep(0.3); CREATE INDEX CONCURRENTLY a_id ON a (id)")
    waiting = threading.Thread(target=Migrator(database, folder).up)
    at_work = threading.Thread(target=Migrator(database, folder).up)
    started = time.monotonic()
    for thread in (at_work, waiting):
        thread.start()
    for thread in (at_work, waiting):
        thread.join()
    assert time.monotonic() - started < 5
    assert exists(database, "a_id")
