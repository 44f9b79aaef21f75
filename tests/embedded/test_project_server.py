"""The server of a project stays between commands, and survives what happens to it meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from sqlwright.embedded import programs, project_server, stop_project_server
from sqlwright.embedded.postmaster import Postmaster


def postmaster(root: Path) -> Postmaster:
    found = Postmaster.running(project_server(root).directory / "data")
    assert found
    return found


def kill_9(server: Postmaster) -> None:
    os.kill(server.pid, signal.SIGKILL)
    while server.is_ours():
        time.sleep(0.01)


def execute(root: Path, sql: str) -> object:
    with psycopg.connect(project_server(root).conninfo(), autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else None


def test_the_second_command_finds_the_server_of_the_first(project):
    first = postmaster(project)
    started = time.monotonic()
    assert postmaster(project).pid == first.pid
    assert time.monotonic() - started < 0.3


def test_it_says_where_it_is(project):
    server = project_server(project)
    assert server.description == f"the embedded PostgreSQL {server.version} in .sqlwright"
    assert server.directory == project / ".sqlwright" / "pg18"


def test_git_ignores_it(project):
    project_server(project)
    assert (project / ".sqlwright" / ".gitignore").read_text() == "*\n"


def test_it_outlives_the_command_that_started_it(project):
    code = "import sys; from pathlib import Path; from sqlwright.embedded import project_server\n"
    code += "project_server(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-W", "error", "-c", code, project], check=True)
    data = project / ".sqlwright" / "pg18" / "data"
    left = Postmaster.running(data)
    assert left and left.pid == postmaster(project).pid


def test_of_several_commands_at_once_one_starts_it(project):
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: postmaster(project).pid, range(4)))
    assert len(found) == 1


def test_it_can_be_stopped_and_starts_again_with_its_data(project):
    execute(project, "CREATE TABLE a AS SELECT 1 AS n")
    assert stop_project_server(project)
    assert not stop_project_server(project)
    assert execute(project, "SELECT n FROM a") == [(1,)]


def test_its_data_can_be_removed_with_it(project):
    execute(project, "CREATE TABLE a AS SELECT 1 AS n")
    assert stop_project_server(project, remove=True)
    assert not (project / ".sqlwright" / "pg18").exists()
    assert execute(project, "SELECT to_regclass('a') IS NULL") == [(True,)]


def test_stopping_what_never_ran_makes_nothing(project):
    assert not stop_project_server(project)
    assert list(project.iterdir()) == []


def test_it_recovers_after_kill_9(project):
    execute(project, "CREATE TABLE a AS SELECT 1 AS n")
    kill_9(postmaster(project))
    assert execute(project, "SELECT n FROM a") == [(1,)]


def test_a_process_that_got_the_number_of_a_dead_server_is_left_alone(project):
    server = postmaster(project)
    kill_9(server)
    account = programs.server_account()
    with subprocess.Popen(["sleep", "60"], **account.popen) as innocent:
        file = server.data / "postmaster.pid"
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{innocent.pid}\n", *lines[1:]]))
        try:
            assert not stop_project_server(project)
            assert execute(project, "SELECT 1") == [(1,)]
            assert stop_project_server(project)
            assert innocent.poll() is None
        finally:
            innocent.terminate()


def test_a_server_whose_programs_were_replaced_is_started_anew(project, monkeypatch):
    first = postmaster(project)
    monkeypatch.setattr(Postmaster, "is_outdated", lambda self: self.pid == first.pid)
    assert postmaster(project).pid != first.pid


def test_a_path_too_long_for_a_socket_has_the_socket_elsewhere(project):
    root = project / ("deep" * 10) / ("down" * 15)
    root.mkdir(parents=True)
    try:
        server = project_server(root)
        assert execute(root, "SELECT 1") == [(1,)]
        assert server.directory != server.socket_directory
    finally:
        stop_project_server(root, remove=True)
        server.socket_directory.rmdir()


def test_a_project_where_the_server_may_not_go_has_its_data_in_var_tmp(project):
    root = project / "closed"
    root.mkdir()
    # For root: a folder that `nobody` cannot enter. For anybody else: one that cannot be written.
    project.chmod(0o700) if os.geteuid() == 0 else root.chmod(0o500)
    try:
        server = project_server(root)
        assert server.directory.is_relative_to("/var/tmp")
        assert str(server.directory.parent) in server.description
        assert execute(root, "SELECT 1") == [(1,)]
        assert not (root / ".sqlwright").exists()
    finally:
        stop_project_server(root, remove=True)
        assert not server.directory.parent.exists()
        root.chmod(0o700)
        project.chmod(0o755)


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")  # the child starts no thread
def test_an_ordinary_user_needs_no_more_than_root(project):
    if os.geteuid() != 0:  # every other test here has shown it
        return
    account = programs.server_account()
    readable = programs.programs_for(account).parent
    account.own(project)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.environ["HOME"] = str(project)
            programs.installation = lambda: readable  # the environment of root may be out of reach
            assert execute(project, "SELECT 1") == [(1,)]
            assert stop_project_server(project)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_root_runs_programs_from_a_copy_when_the_servers_account_cannot_reach_them(monkeypatch):
    if os.geteuid() != 0:  # nobody else needs a copy
        return
    account = programs.server_account()
    monkeypatch.setattr(programs, "_runs", lambda *_: False)
    copied = programs.programs_for(account)
    try:
        assert copied.is_relative_to("/var/tmp")
        said = subprocess.run([copied / "postgres", "--version"], capture_output=True, cwd="/", **account.popen)
        assert said.returncode == 0
    finally:
        shutil.rmtree(copied.parents[2])


@pytest.mark.parametrize("planted", ["link", "open"])
def test_a_shared_folder_that_somebody_else_planted_is_not_used(tmp_path, planted):
    place = tmp_path / "shared"
    if planted == "link":
        place.symlink_to("/tmp")
    else:
        place.mkdir()
        place.chmod(0o777)
    with pytest.raises(programs.EmbeddedError, match="belongs to somebody else"):
        programs.private_directory(place)
