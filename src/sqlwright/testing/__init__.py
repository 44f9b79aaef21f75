"""The pytest plugin: a real PostgreSQL for tests, and a fresh database for each.

Load it with `pytest_plugins = ["sqlwright.testing"]` in the root conftest.py. In: TEST_DATABASE_URL (`--database-url`),
or nothing: then the embedded PostgreSQL is started for the run and leaves nothing behind. Out: the fixtures `server`,
`database` (empty) and `migrated_database`.
The surprise: a missing database is an error, never a skip.
"""

from __future__ import annotations

from sqlwright.testing.plugin import (
    database,
    migrated_database,
    migrated_template,
    migrations_directory,
    pytest_addoption,
    pytest_report_header,
    server,
)

__all__ = [
    "database",
    "migrated_database",
    "migrated_template",
    "migrations_directory",
    "pytest_addoption",
    "pytest_report_header",
    "server",
]
