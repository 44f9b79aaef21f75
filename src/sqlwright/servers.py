"""Which PostgreSQL to work on, and databases on it that nobody will miss.

In: a connection URL, or the root folder of a project. Out: a `Server`, and scratch databases made on it.
The surprise: a scratch database is marked as used by an advisory lock, which the server itself releases however its
user ends. So the leftovers of dead runs are found by trying their locks, and nobody else's database is ever dropped.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlwright.embedded import project_server
from sqlwright.embedded.programs import ServerError

if TYPE_CHECKING:
    import psycopg

__all__ = [
    "ExternalServer",
    "Server",
    "ServerError",
    "connect_server",
    "create_database",
    "scratch_database",
    "server_for",
]

_LOCK_CLASS = 0x5157  # "QW": the first key of the advisory locks of scratch databases; the second is random
_PREFIX = "sqlwright_scratch"


class Server(Protocol):
    """A running PostgreSQL."""

    @property
    def version(self) -> str:
        """As `server_version` says: "18.6"."""
        ...

    @property
    def description(self) -> str:
        """One line for people, without a password."""
        ...

    def conninfo(self, dbname: str | None = None) -> str:
        """The connection string of a database; without a name that of the server's main one."""
        ...


@dataclass(frozen=True)
class ExternalServer:
    """A server that somebody else runs."""

    url: str = field(repr=False)
    version: str
    description: str

    def conninfo(self, dbname: str | None = None) -> str:
        """The connection string as it was given, or the same for another database."""
        from psycopg.conninfo import make_conninfo

        return self.url if dbname is None else make_conninfo(self.url, dbname=dbname)


def server_for(url: str | None, root: Path) -> Server:
    """The server at `url`, or the embedded one of the project in `root` when there is no URL.

    Raises ServerError, with what to do, when it cannot be reached, installed or started.
    """
    return connect_server(url) if url else project_server(root)


def connect_server(url: str) -> ExternalServer:
    """Make sure that a server answers.

    Raises ServerError when it does not, or when the URL makes no sense.
    """
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            info = connection.info
            version = info.parameter_status("server_version") or "?"
            place = info.host if info.host.startswith("/") else f"{info.host}:{info.port}"
            # Debian adds its own words: "15.18 (Debian 15.18-0+deb12u1)".
            version = version.split()[0]
            return ExternalServer(url, version, f"PostgreSQL {version} at {place}/{info.dbname}")
    except psycopg.Error as error:
        raise ServerError(
            f"I couldn't connect to the database: {str(error).strip()}",
            help="Correct DATABASE_URL, or unset it to use the embedded PostgreSQL.",
        ) from None


@contextlib.contextmanager
def scratch_database(server: Server, *, template: str = "template0", prefix: str = _PREFIX) -> Generator[str]:
    """A new, empty database (or a copy of another), dropped at the end: its connection string.

    Leftovers of runs that are dead are dropped on the way. The names begin with `prefix`.
    Raises ServerError when the server does not let us create one.
    """
    import psycopg

    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        # Advisory locks belong to a database, so only its own scratch databases can be told dead from alive.
        home = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        family = f"{prefix}_{home[0] if home else 0}_"
        _sweep(connection, family)
        key = secrets.randbits(31)
        name = f"{family}{key:08x}"
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK_CLASS, key))
        try:
            create_database(connection, name, template)
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServerError(
                f"{connection.info.user} may not create a scratch database: {error.diag.message_primary}.",
                help=f'Run: ALTER ROLE "{connection.info.user}" CREATEDB',
            ) from None
        try:
            yield server.conninfo(name)
        finally:
            drop_database(server, connection, name)


def create_database(connection: psycopg.Connection[Any], name: str, template: str) -> None:
    """Copy a template as files: no write-ahead log to write for a database that is gone soon."""
    from psycopg import sql

    strategy = sql.SQL("STRATEGY file_copy" if connection.info.server_version >= 150000 else "")
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(sql.Identifier(name), sql.Identifier(template), strategy)
    )


def drop_database(server: Server, connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database, whoever is connected to it; also when our connection was lost meanwhile."""
    import psycopg
    from psycopg import sql

    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    try:
        connection.execute(statement)
    except psycopg.OperationalError:
        with psycopg.connect(server.conninfo(), autocommit=True) as another:
            another.execute(statement)


def _sweep(connection: psycopg.Connection[Any], family: str) -> None:
    from psycopg import sql

    found = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND pg_has_role(datdba, 'USAGE')", (family,)
    ).fetchall()
    for (name,) in found:
        try:
            key = int(name.removeprefix(family), 16)
        except ValueError:
            continue  # not a name of ours
        free = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, key)).fetchone()
        if free and free[0]:
            try:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCK_CLASS, key))
