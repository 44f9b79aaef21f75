"""Where analysis happens: a scratch database that holds the project's schema, and nothing else.

In: a configuration, or folders of plain SQL. Out: the conninfo of a database, dropped at the end. The surprise: a
server that the user names is only analysed on from version 16 on, the first whose trees tell which outer join may
null a column; for an older one the embedded PostgreSQL is used, and the note says so.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlwright.codegen.schema import load_schema
from sqlwright.config import Config
from sqlwright.diagnostics import Diagnostic
from sqlwright.embedded import start
from sqlwright.migrate import apply_all
from sqlwright.servers import Server, scratch_database, server_for

__all__ = ["OLDEST_ANALYSED", "Workspace", "project_workspace", "schema_workspace"]

#: The first version whose trees have `varnullingrels`.
OLDEST_ANALYSED = 16


@dataclass(frozen=True, slots=True)
class Workspace:
    """A database to analyse on."""

    conninfo: str
    #: one line for the user: which server it is, and why where that is not the one he named
    note: str
    #: what the schema's own SQL had wrong
    diagnostics: tuple[Diagnostic, ...] = ()


def analysis_server(config: Config, url: str | None) -> tuple[Server, str]:
    """The server to analyse on, and the line that says which."""
    wanted = config.url or url
    server = server_for(wanted, config.root)
    if wanted and _major(server.version) < OLDEST_ANALYSED:
        embedded = server_for(None, config.root)
        return embedded, (
            f"{embedded.description}: {server.description} is older than {OLDEST_ANALYSED}, "
            "so statements are analysed on the embedded one"
        )
    return server, server.description


@contextmanager
def project_workspace(config: Config, url: str | None) -> Generator[Workspace]:
    """A scratch database with the project's migrations applied.

    Raises:
        ServerError: no server can be reached or started.
        DiagnosticError: a migration fails.
    """
    server, note = analysis_server(config, url)
    with scratch_database(server) as conninfo:
        migrations = config.root / config.migrations
        if migrations.is_dir():
            apply_all(conninfo, migrations)
        yield Workspace(conninfo, note)


@contextmanager
def schema_workspace(schemas: list[Path]) -> Generator[Workspace]:
    """A database of a throw-away server with plain SQL run on it, file by file in order of name.

    Raises:
        ServerError: the server cannot be started.
    """
    with start() as server:
        conninfo = server.conninfo("postgres")
        yield Workspace(conninfo, server.description, tuple(load_schema(conninfo, schemas)))


def _major(version: str) -> int:
    return int(version.partition(".")[0])
