"""Which server to work on, and scratch databases that nobody will miss."""

from __future__ import annotations

import signal
import subprocess
import sys

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sqlwright.servers import ServerError, connect_server, scratch_database, server_for


def databases(server) -> set[str]:
    with psycopg.connect(server.conninfo()) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def name_of(conninfo: str) -> str:
    return str(conninfo_to_dict(conninfo)["dbname"])


def test_a_url_is_a_server_that_somebody_else_runs(server, tmp_path):
    given = make_conninfo(server.conninfo(), password="secret")
    found = server_for(given, tmp_path)
    assert found.conninfo() == given
    assert name_of(found.conninfo("other")) == "other"
    assert found.description.startswith(f"PostgreSQL {server.version} at ")
    assert found.description.endswith(f"/{name_of(server.conninfo())}")
    assert "secret" not in found.description + repr(found)


def test_without_a_url_it_is_the_embedded_server_of_the_project(project):
    assert "embedded" in server_for(None, project).description


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/db?connect_timeout=1", "no url at all"])
def test_a_server_that_does_not_answer_is_an_error_without_its_password(url):
    with pytest.raises(ServerError) as caught:
        connect_server(url)
    assert "DATABASE_URL" in str(caught.value.help)
    assert "secret" not in str(caught.value)


def test_a_scratch_database_is_empty_and_goes_away_even_when_somebody_is_connected(server):
    with scratch_database(server) as conninfo:
        lingering = psycopg.connect(conninfo)
        assert lingering.execute("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace").rowcount == 0
    assert name_of(conninfo) not in databases(server)
    lingering.close()


def test_a_scratch_database_goes_away_after_an_error(server):
    with pytest.raises(ZeroDivisionError), scratch_database(server) as conninfo:
        raise ZeroDivisionError
    assert name_of(conninfo) not in databases(server)


def test_leftovers_of_a_killed_run_are_dropped_and_those_in_use_are_not(server):
    code = """
import os, signal, sys
from sqlwright.servers import ExternalServer, scratch_database
with scratch_database(ExternalServer(sys.argv[1], "", "")) as conninfo:
    print(conninfo, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    with scratch_database(server) as in_use:
        killed = subprocess.run([sys.executable, "-c", code, server.conninfo()], capture_output=True, text=True)
        assert killed.returncode == -signal.SIGKILL
        left = name_of(killed.stdout.strip())
        assert left in databases(server)
        with scratch_database(server):
            assert left not in databases(server)
            assert name_of(in_use) in databases(server)


def test_a_role_that_may_not_create_databases_is_told_what_to_run(server):
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("CREATE ROLE sqlwright_test_poor LOGIN")
        try:
            poor = connect_server(make_conninfo(server.conninfo(), options="-c role=sqlwright_test_poor"))
            with pytest.raises(ServerError, match="CREATEDB"), scratch_database(poor):
                pass
        finally:
            connection.execute("DROP ROLE sqlwright_test_poor")
