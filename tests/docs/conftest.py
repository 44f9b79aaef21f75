"""A database to analyse on: on a server older than the analysis takes, the embedded one, as the product does."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sqlwright.codegen.workspace import OLDEST_ANALYSED
from sqlwright.embedded import start
from sqlwright.migrate import apply_all
from sqlwright.servers import Server, scratch_database


@pytest.fixture(scope="session")
def analysed(server: Server) -> Generator[str]:
    """The connection string of a database with product_helper's schema."""
    with ExitStack() as stack:
        if int(server.version.partition(".")[0]) < OLDEST_ANALYSED:
            server = stack.enter_context(start())
        conninfo = stack.enter_context(scratch_database(server, prefix="sqlwright_docs"))
        apply_all(conninfo, Path(__file__).resolve().parents[2] / "migrations")
        yield conninfo
