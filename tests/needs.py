"""What tests need of their server, and what the server of this run has.

In: the `needs` of a test: "PostgreSQL 17", "libxml", or the name of an extension. Out: whether the server meets them.
The surprise: a need that is not met deselects its test, which the summary counts, and other tests hold each such server
to refusing what is needed. So a need that is stated without being one is found, and nothing is skipped unseen.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import psycopg
import pytest
from psycopg import sql

from sqlwright.codegen.workspace import OLDEST_ANALYSED
from sqlwright.embedded import installed_version
from sqlwright.servers import Server, scratch_database

__all__ = ["Abilities", "abilities", "needs", "refused"]


@dataclass(frozen=True)
class Abilities:
    """What a server has."""

    version: int
    libxml: bool
    #: those that can be created; None: all that tests name
    extensions: frozenset[str] | None

    def meet(self, need: str) -> bool:
        if need.startswith("PostgreSQL "):
            return self.version >= int(need.removeprefix("PostgreSQL "))
        if need == "libxml":
            return self.libxml
        return self.extensions is None or need in self.extensions


def refused(server: Server, need: str) -> bool:
    """Whether the server refuses what `need` stands for: it is tried, in a database of its own."""
    with scratch_database(server) as conninfo, psycopg.connect(conninfo, autocommit=True) as connection:
        if need == "libxml":
            return not _has_libxml(connection)
        try:
            connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(need)))
        except psycopg.errors.FeatureNotSupported:
            return True
        return False


def needs(*what: str) -> pytest.MarkDecorator:
    """Mark a test, or one of its cases, by what it needs of the server."""
    return pytest.mark.needs(*what)


def abilities(config: pytest.Config) -> Abilities:
    """What the server has on which this run analyses."""
    return _abilities(config.getoption("--database-url") or os.environ.get("TEST_DATABASE_URL"))


@cache
def _abilities(url: str | None) -> Abilities:
    if url:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                version = connection.info.server_version // 10000
                if version >= OLDEST_ANALYSED:
                    names = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
                    return Abilities(version, _has_libxml(connection), frozenset(name for (name,) in names))
        except psycopg.OperationalError:
            pass  # the tests will say that there is no server
    return Abilities(int(installed_version().partition(".")[0]), libxml=False, extensions=None)


def _has_libxml(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    try:
        connection.execute("SELECT xmlcomment('')")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True
