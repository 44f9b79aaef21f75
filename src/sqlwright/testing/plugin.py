"""The fixtures and hooks of the pytest plugin.

The surprise: every pytest-xdist worker starts a server of its own, when its first test needs one. That takes half a
second, and then no worker waits for another one's CREATE DATABASE.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from sqlwright.embedded import installed_version, start
from sqlwright.servers import Server, ServerError, connect_server, scratch_database

__all__ = ["database", "pytest_addoption", "pytest_report_header", "server"]

_PREFIX = "sqlwright_test"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database-url`."""
    parser.getgroup("sqlwright").addoption(
        "--database-url",
        default=None,
        metavar="URL",
        help="PostgreSQL to make test databases on (default: TEST_DATABASE_URL, else an embedded one)",
    )


def _url(config: pytest.Config) -> str | None:
    given: str | None = config.getoption("--database-url")
    return given or os.environ.get("TEST_DATABASE_URL")


def pytest_report_header(config: pytest.Config) -> str:
    """Say which PostgreSQL the tests will run on."""
    url = _url(config)
    try:
        if url:
            return f"database: {connect_server(url).description}"
        return f"database: a throw-away embedded PostgreSQL {installed_version()}"
    except ServerError as error:
        return f"database: none. {error.message}"


@pytest.fixture(scope="session")
def server(pytestconfig: pytest.Config) -> Generator[Server]:
    """The PostgreSQL server of this run; `server.conninfo(dbname)` is a connection string."""
    if url := _url(pytestconfig):
        yield connect_server(url)
        return
    with start() as embedded:
        yield embedded


@pytest.fixture
def database(server: Server) -> Generator[str]:
    """The connection string of a fresh, empty database, dropped after the test."""
    with scratch_database(server, prefix=_PREFIX) as conninfo:
        yield conninfo
