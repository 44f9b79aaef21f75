"""Every PostgreSQL that is installed here, the embedded one first, migrates alike."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from sqlwright.diagnostics import DiagnosticError
from sqlwright.embedded import EmbeddedServer, installed_version, start
from sqlwright.migrate import Migrator
from sqlwright.servers import scratch_database

# Debian installs each major version beside the others; where there is none, the embedded one is the list.
DEBIAN = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))]


@pytest.fixture(
    params=[None, *DEBIAN], ids=lambda path: path.parent.name if path else installed_version(), scope="module"
)
def any_version(request: pytest.FixtureRequest) -> Generator[EmbeddedServer]:
    with start(programs=request.param) as server:
        yield server


@pytest.fixture
def migrator(any_version: EmbeddedServer, folder: Path) -> Generator[Migrator]:
    with scratch_database(any_version) as conninfo:
        yield Migrator(conninfo, folder)


def test_the_migrations_of_product_helper_go_up_and_down_and_up(any_version):
    with scratch_database(any_version) as conninfo:
        migrator = Migrator(conninfo, Path(__file__).parents[2] / "migrations")
        done = migrator.up()
        assert len(migrator.down(len(done))) == len(done)
        assert [one.id for one in migrator.up()] == [one.id for one in done]
        assert {entry.state for entry in migrator.status().entries} == {"applied"}


def test_a_migration_without_a_transaction_stops_and_goes_on(migrator, write, states):
    write(
        "0001_a", "-- transactional: false\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nSELECT b;"
    )
    with pytest.raises(DiagnosticError):
        migrator.up()
    assert states() == {"0001_a": "half-applied"}
    write(
        "0001_a", "-- transactional: false\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nSELECT 1;"
    )
    migrator.up()
    assert states() == {"0001_a": "applied"}


def test_an_error_has_its_place(migrator, write):
    write("0001_a", "CREATE TABLE a (id int);\nSELECT é FROM a;")
    with pytest.raises(DiagnosticError) as caught:
        migrator.up()
    assert caught.value.diagnostics[0].label.position == (2, 8)


def test_a_role_that_may_not_create_tables_is_told(any_version, folder, write):
    write("0001_a", "SELECT 1")
    with scratch_database(any_version) as conninfo:
        with psycopg.connect(conninfo) as connection:
            connection.execute("CREATE ROLE poor")
        with pytest.raises(DiagnosticError) as caught:
            Migrator(psycopg.conninfo.make_conninfo(conninfo, options="-c role=poor"), folder).up()
    assert "permission denied for schema public" in caught.value.diagnostics[0].message
