"""How to connect, and how many connections to keep.

In: a connection string and numbers. Out: `PoolSettings`, an immutable value that both kinds of Database take. The
surprise: showing it never shows the password, wherever in the connection string that stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

__all__ = ["PoolSettings", "SslMode"]

SslMode: TypeAlias = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

_SECRETS = ("password", "sslpassword", "oauth_client_secret")


@dataclass(frozen=True, repr=False)
class PoolSettings:
    """Where the database is and how its pool behaves. Times are in seconds; None leaves a choice to libpq or the
    server.

    Args:
        conninfo: a `postgresql://` URL or `host=… dbname=…`; what it leaves out comes from the PG* environment
        variables. min_size: connections that are kept open. max_size: connections at most. max_idle: after so long
        without use a connection above `min_size` is closed. timeout: how long a call waits for a free connection
        before it raises `psycopg_pool.PoolTimeout`. max_lifetime: after so long a connection is replaced.
        max_waiting: calls that may wait at once; 0 means any number. connect_timeout: for one attempt to connect.
        statement_timeout: the server cancels a statement that takes longer. lock_timeout: the server cancels a
        statement that waits longer for a lock. idle_in_transaction_timeout: the server ends a session that leaves a
        transaction open and idle for longer. pipeline: concurrent async calls of statements that change nothing may
        share a connection. pause_gc: Python's cyclic garbage collector rests, in the whole process, while a list of
        1,000 rows or more is built.

    Raises:
        ValueError: the connection string cannot be read, or a number makes no sense.
    """

    conninfo: str = ""
    min_size: int = 1
    max_size: int = 10
    max_idle: float = 600.0
    timeout: float = 30.0
    max_lifetime: float = 3600.0
    max_waiting: int = 0
    connect_timeout: float | None = None
    sslmode: SslMode | None = None
    sslrootcert: str | None = None
    application_name: str | None = None
    statement_timeout: float | None = None
    lock_timeout: float | None = None
    idle_in_transaction_timeout: float | None = None
    pipeline: bool = True
    pause_gc: bool = False

    def __post_init__(self) -> None:
        try:
            conninfo_to_dict(self.conninfo)
        except psycopg.ProgrammingError:
            # psycopg's text quotes the string, and the password is in it.
            raise ValueError("conninfo is neither a postgresql:// URL nor a list of key=value") from None
        if not 0 <= self.min_size <= self.max_size or self.max_size < 1:
            raise ValueError(f"a pool of min_size={self.min_size} and max_size={self.max_size} cannot be")
        for name in ("max_idle", "timeout", "max_lifetime", "connect_timeout", *_SERVER_TIMEOUTS):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} must be more than 0, got {value}")

    def __repr__(self) -> str:
        shown = {
            item.name: getattr(self, item.name) for item in fields(self) if getattr(self, item.name) != item.default
        }
        parameters = conninfo_to_dict(self.conninfo)
        parameters.update({name: "***" for name in _SECRETS if name in parameters})
        shown["conninfo"] = make_conninfo("", **parameters)
        return f"PoolSettings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    def replace(
        self,
        *,
        min_size: int | None = None,
        max_size: int | None = None,
        max_idle: float | None = None,
        timeout: float | None = None,
    ) -> PoolSettings:
        """The same settings with other numbers, where they are given. A smaller maximum lowers the minimum too."""
        largest = self.max_size if max_size is None else max_size
        return replace(
            self,
            min_size=min(self.min_size, largest) if min_size is None else min_size,
            max_size=largest,
            max_idle=self.max_idle if max_idle is None else max_idle,
            timeout=self.timeout if timeout is None else timeout,
        )

    def connect_kwargs(self, *, pgbouncer: bool) -> Mapping[str, Any]:
        """The arguments of `connect` beside the connection string."""
        parameters = conninfo_to_dict(self.conninfo)
        chosen: dict[str, Any] = {
            "connect_timeout": None if self.connect_timeout is None else max(1, round(self.connect_timeout)),
            "sslmode": self.sslmode,
            "sslrootcert": self.sslrootcert,
            "application_name": self.application_name,
            # What we send and read is UTF-8, whatever PGCLIENTENCODING says.
            "client_encoding": "utf8",
        }
        options = [
            f"-c {setting}={max(1, round(value * 1000))}"
            for name, setting in _SERVER_TIMEOUTS.items()
            if (value := getattr(self, name)) is not None
        ]
        if options:
            if pgbouncer:
                raise ValueError(
                    f"PgBouncer refuses {', '.join(_SERVER_TIMEOUTS)}: set them for the role (ALTER ROLE … SET …)"
                )
            chosen["options"] = " ".join([*filter(None, [str(parameters.get("options") or "")]), *options])
        return {
            **{name: value for name, value in chosen.items() if value is not None},
            "autocommit": True,
            # psycopg prepares nothing, whatever a cursor asks for: `PreparedStatements` does. It would also deallocate
            # what others have prepared, after a rollback.
            "prepare_threshold": None,
        }


_SERVER_TIMEOUTS = {
    "statement_timeout": "statement_timeout",
    "lock_timeout": "lock_timeout",
    "idle_in_transaction_timeout": "idle_in_transaction_session_timeout",
}
