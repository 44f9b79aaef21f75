"""The fixtures and hooks of the pytest plugin.

In: a server, and the folder of migrations. Out: databases, empty or migrated, one for each test.
The surprise: every pytest-xdist worker starts a server of its own, when its first test needs one. That takes half a
second, and then no worker waits for another one's CREATE DATABASE.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from sqlwright.embedded import installed_version, start
from sqlwright.servers import Server, ServerError, connect_server, create_database, scratch_database

__all__ = [
    "database",
    "migrated_database",
    "migrated_template",
    "migrations_directory",
    "pytest_addoption",
    "pytest_report_header",
    "server",
]

_PREFIX = "sqlwright_test"
_TEMPLATE = "sqlwright_template"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database-url`, and `sqlwright_migrations` for the configuration file."""
    parser.addini("sqlwright_migrations", "folder of the migrations of `migrated_database`", default="migrations")
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


@pytest.fixture(scope="session")
def migrations_directory(pytestconfig: pytest.Config) -> Path:
    """The folder of migrations: `sqlwright_migrations` of pytest's configuration. Override it to use another."""
    return pytestconfig.rootpath / str(pytestconfig.getini("sqlwright_migrations"))


@pytest.fixture(scope="session")
def migrated_template(server: Server, migrations_directory: Path) -> str:
    """The name of a database with all migrations applied, made once for every state of the folder."""
    # Imported here: a run that needs no migrated database need not import yoyo.
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict

    from sqlwright.migrate import apply_all, fingerprint

    folder = hashlib.sha256(os.fsencode(migrations_directory.resolve())).hexdigest()[:8]
    name = f"{_TEMPLATE}_{folder}_{fingerprint(migrations_directory)[:16]}"
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (name[:-16],))
        existing = {row[0] for row in found}
        if name not in existing:
            with scratch_database(server, prefix=_PREFIX) as conninfo:
                apply_all(conninfo, migrations_directory)
                with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # another worker was faster
                    create_database(connection, name, str(conninfo_to_dict(conninfo)["dbname"]))
            for outdated in existing:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(outdated)))
    return name


@pytest.fixture
def migrated_database(server: Server, migrated_template: str) -> Generator[str]:
    """The connection string of a database of the test's own with all migrations applied: a copy of the template."""
    with scratch_database(server, template=migrated_template, prefix=_PREFIX) as conninfo:
        yield conninfo
