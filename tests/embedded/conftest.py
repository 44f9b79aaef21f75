"""Projects in places where the server's account may go."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from sqlwright.embedded import stop_project_server


@pytest.fixture
def project() -> Generator[Path]:
    """The empty root of a project; its name has a space and a quote. Its server is stopped after the test."""
    place = Path(tempfile.mkdtemp(prefix="sqlwright's project "))
    place.chmod(0o755)
    yield place
    stop_project_server(place, remove=True)
    shutil.rmtree(place)
