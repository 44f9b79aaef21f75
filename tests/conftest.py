"""Every test that needs PostgreSQL gets a real one: see sqlwright.testing.

`@needs(…)` of tests/needs.py deselects a test on a server that lacks something.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from tests.needs import abilities

from sqlwright.codegen.workspace import OLDEST_ANALYSED
from sqlwright.embedded import start
from sqlwright.servers import Server

pytest_plugins = ["sqlwright.testing"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*what): deselected on a server that lacks one of these")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = [
        item
        for item in items
        if not all(abilities(config).meet(need) for mark in item.iter_markers("needs") for need in mark.args)
    ]
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        gone = set(lacking)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(scope="session")
def analysis_server(server: Server) -> Generator[Server]:
    """The server of this run; for one that is older than the analysis takes, the embedded one, as in use."""
    if int(server.version.partition(".")[0]) >= OLDEST_ANALYSED:
        yield server
        return
    with start() as embedded:
        yield embedded
