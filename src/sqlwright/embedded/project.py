"""The server of a project: started by the first command that needs it, left running for the next one.

In: the root folder of a project. Out: a running server whose data is in `<root>/.sqlwright/pg18`.
The surprise: as root the server runs as the owner of the project, or as `nobody` in a project of root's. Where that
account cannot get there (a project below /root), or we cannot write there, the data is in a folder of /var/tmp.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from sqlwright.embedded.postmaster import Postmaster, exists, launch_environment, wait_until_ready
from sqlwright.embedded.programs import (
    Account,
    private_directory,
    programs_for,
    server_account,
    server_environment,
    server_version,
)
from sqlwright.embedded.server import (
    EmbeddedServer,
    initialise,
    server_arguments,
    socket_directory_for,
)

__all__ = ["project_server", "stop_project_server"]

_FOLDER = "pg18"  # data of another major version cannot be used, so it has another folder

# The server becomes a child of init: whoever started it neither waits for it nor is killed with it.
_DETACH = r'log=$1; shift; "$@" </dev/null >"$log" 2>&1 & echo $!'


@dataclass(frozen=True)
class _Home:
    directory: Path
    account: Account
    shown: str

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "log"


def project_server(root: Path) -> EmbeddedServer:
    """The running server of a project, started if need be; its `stop()` stops it for everybody.

    Safe when several processes call it at once, after kill -9 and after a reboot.
    Raises EmbeddedError when it is not installed or does not start.
    """
    root = root.resolve()
    # Making the folder takes several steps, and one that another command is half-way through looks unusable.
    with _locked(root):
        home = _home(root)
    with _locked(home.directory.with_name(f"{_FOLDER}.lock")):
        running = Postmaster.running(home.data)
        if running and running.is_outdated():
            running.stop()
            running = None
        if running:
            with home.log.open("rb") as log:
                wait_until_ready(home.data, log, lambda: not running.is_ours())
        else:
            _launch(home)
        version = (home.directory / "version").read_text()
        sockets = socket_directory_for(home.directory, home.account)
    return EmbeddedServer(
        home.directory,
        sockets,
        version,
        f"the embedded PostgreSQL {version} in {home.shown}",
        lambda: _stop(home),
    )


def stop_project_server(root: Path, *, remove: bool = False) -> bool:
    """Stop the server of a project, and `remove` its data, wherever they are. False when none was running."""
    account = _account(root.resolve())
    inside, outside = _inside(root.resolve(), account), _outside(root.resolve(), account)
    stopped = [_stop(home) for home in (inside, outside) if home.data.is_dir()]  # both, should there be both
    if remove:
        for folder in (inside.directory, outside.directory.parent):
            shutil.rmtree(folder, ignore_errors=True)
    return any(stopped)


def _stop(home: _Home) -> bool:
    with _locked(home.directory.with_name(f"{_FOLDER}.lock")):
        running = Postmaster.running(home.data)
        if running:
            running.stop()
        return running is not None


def _launch(home: _Home) -> None:
    programs = programs_for(home.account)
    initialise(home.data, programs, home.account)
    sockets = socket_directory_for(home.directory, home.account)
    for left in sockets.glob(".s.PGSQL.*"):  # after a crash they may name a process that is somebody else's by now
        left.unlink()
    version = home.directory / "version"
    version.unlink(missing_ok=True)  # it may be root's, in a folder of the user's
    version.write_text(server_version(programs))
    shell = subprocess.run(
        ["/bin/sh", "-c", _DETACH, "sqlwright", home.log, *server_arguments(programs, home.data, sockets, {})],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=True,
        cwd="/",
        env={**server_environment(), **launch_environment(home.data)},
        start_new_session=True,
        **home.account.popen,
    )
    launched = int(shell.stdout)
    with home.log.open("rb") as log:
        wait_until_ready(home.data, log, lambda: not exists(launched))


def _account(root: Path) -> Account:
    """As root, the owner of the project, who can then use it and remove it without being root."""
    account, owner = server_account(), root.stat()
    return Account(owner.st_uid, owner.st_gid) if account.is_other and owner.st_uid != 0 else account


def _inside(root: Path, account: Account) -> _Home:
    return _Home(root / ".sqlwright" / _FOLDER, account, ".sqlwright")


def _outside(root: Path, account: Account) -> _Home:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", root.name)[:40]
    name = f"{readable}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}"
    place = Path("/var/tmp") / f"sqlwright-{os.geteuid()}" / name
    return _Home(place / _FOLDER, account, str(place))


def _home(root: Path) -> _Home:
    """The folder of the server, made if need be: in the project if that can be."""
    account = _account(root)
    home = _inside(root, account)
    folder = home.directory.parent
    with contextlib.suppress(OSError):  # a project that is read-only, a file system without owners
        if account.can_reach(root):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)
                if root.stat().st_uid == account.uid:
                    account.own(folder)
            if not (folder / ".gitignore").exists():
                (folder / ".gitignore").write_text("*\n")
            if account.can_reach(folder) and _usable(home.directory, account):
                return home
    home = _outside(root, account)
    private_directory(home.directory.parents[1], mode=0o755)
    private_directory(home.directory.parent, mode=0o755)
    private_directory(home.directory, account=account)
    return home


def _usable(directory: Path, account: Account) -> bool:
    """Make the folder, if need be; whether it is the account's own and nobody else's."""
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        account.own(directory)
    found = directory.stat()
    return found.st_uid == account.uid and stat.S_IMODE(found.st_mode) & 0o077 == 0


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None]:
    import fcntl

    # Opened for reading only, so that root and a user can share a lock file that either of them made, and so that a
    # folder can be locked as well.
    descriptor = os.open(path, os.O_RDONLY | (0 if path.is_dir() else os.O_CREAT), 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
