"""A database to analyse on."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from sqlwright.migrate import apply_all
from sqlwright.servers import Server, scratch_database


@pytest.fixture(scope="session")
def analysed(analysis_server: Server) -> Generator[str]:
    """The connection string of a database with product_helper's schema."""
    with scratch_database(analysis_server, prefix="sqlwright_docs") as conninfo:
        apply_all(conninfo, Path(__file__).resolve().parents[2] / "migrations")
        yield conninfo
