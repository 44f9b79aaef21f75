"""A server whose trees do not tell enough is not analysed on: the embedded one is, and the user is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlwright.codegen import workspace
from sqlwright.codegen.workspace import OLDEST_ANALYSED, analysis_server
from sqlwright.config import Config
from sqlwright.embedded import installed_version
from sqlwright.servers import Server


def _config(root: Path) -> Config:
    return Config(root=root, queries=("queries.sql",), package="db", output="db")


def test_for_an_older_server_the_embedded_one_analyses_and_says_so(
    server: Server, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a server that is really older this changes nothing.
    newer = int(server.version.partition(".")[0]) + 1
    monkeypatch.setattr(workspace, "OLDEST_ANALYSED", max(newer, OLDEST_ANALYSED))
    found, note = analysis_server(_config(project), server.conninfo())
    assert found.version == installed_version()
    assert found.conninfo() != server.conninfo()
    assert note.startswith(f"the embedded PostgreSQL {installed_version()}")
    assert f"PostgreSQL {server.version} at " in note
    assert "is older than " in note
    assert note.endswith("so statements are analysed on the embedded one")


def test_a_server_of_version_16_or_later_analyses_itself(server: Server, project: Path) -> None:
    is_old = int(server.version.partition(".")[0]) < 16
    found, note = analysis_server(_config(project), server.conninfo())
    assert (found.conninfo() == server.conninfo()) != is_old
    assert ("is older than 16" in note) == is_old
