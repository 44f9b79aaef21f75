"""One embedded server: made, started, stopped.

In: a folder that keeps the data, or none. Out: a running server and the conninfo of its databases.
The surprise: a server started by `start()` cannot outlive its owner, not even one ended by kill -9. A shell between the
two waits for the end of a pipe, then stops the server and removes its temporary folder.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from sqlwright.embedded.postmaster import Postmaster, last_lines, launch_environment, wait_until_ready
from sqlwright.embedded.programs import (
    Account,
    EmbeddedError,
    private_directory,
    programs_for,
    server_account,
    server_environment,
    server_version,
)

__all__ = ["EmbeddedServer", "initialise", "server_arguments", "socket_directory_for", "start"]

_DECLARED = "declared"
_PORT = 5432  # names the socket file; nothing listens on TCP
_SOCKET_PATH_LIMIT = 103  # sun_path holds 107 bytes on Linux, 103 on macOS
_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 60.0

# Every server: the same answers on every machine, and no values of anybody's statements in a log file.
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",
}
# A server whose data nobody will miss.
_THROWAWAY: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
}

# Runs the server until it ends or standard input does, which is when our owner is gone, even by kill -9.
# Standard output is a locked file: as long as it is locked, this folder is in use. Standard error is the log.
_GUARD = r"""
how=$1 remove=$2; shift 2
exec 3<&0
"$@" </dev/null >&2 3<&- &
server=$!
( read -r _ <&3; kill -s "$how" "$server" ) 2>/dev/null &
guard=$!
wait "$server"; status=$?
kill "$guard" 2>/dev/null
if [ -n "$remove" ]; then rm -rf "$remove"; fi
exit "$status"
"""


@dataclass(eq=False)
class EmbeddedServer:
    """A running server. As a context manager it stops at the end of the block."""

    directory: Path
    """Holds `data`, the log, and the socket when its path is short enough."""
    socket_directory: Path
    version: str
    """As the server's own `server_version`: "18.6"."""
    description: str
    """One line for people: "the embedded PostgreSQL 18.6 in .sqlwright"."""
    _stop: Callable[[], object] = field(repr=False)

    def conninfo(self, dbname: str | None = None) -> str:
        """The libpq connection string of one of its databases, else of `postgres`. It holds no secret."""
        place = _quoted(str(self.socket_directory))
        return f"host={place} port={_PORT} user=postgres dbname={_quoted(dbname or 'postgres')}"

    def stop(self) -> None:
        """Stop the server and wait for its end; stopping it twice is fine."""
        self._stop()

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def socket_directory_for(directory: Path, account: Account) -> Path:
    """The folder itself where it can be one: socket paths are short, and a comma separates two of them."""
    if len(os.fsencode(directory / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_LIMIT and "," not in str(directory):
        return directory
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return private_directory(Path("/tmp") / f"sqlwright-{os.geteuid()}-{digest}", account=account)


def _temporary_root(account: Account) -> Path:
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        if place.is_dir() and account.can_reach(place.resolve()) and "," not in str(place):
            return place.resolve()
    raise EmbeddedError("No folder for temporary files can be used by the server.", help="Set TMPDIR.")


def _sweep(place: Path, account: Account) -> None:
    """Remove the folders of temporary servers whose guard is dead.

    A server that outlived its guard ends by itself within a minute: it checks that its `postmaster.pid` is still there.
    """
    import fcntl

    for left in place.glob(f"sqlwright-tmp-{os.geteuid()}-*"):
        with contextlib.suppress(OSError):
            if left.is_symlink() or left.stat().st_uid != account.uid:
                continue
            descriptor = os.open(left / "lock", os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(descriptor)


# --- a server that ends with its owner ---------------------------------------------------------------------------


class _Guard:
    """The shell between us and a server, and our end of the pipe whose closing ends it."""

    def __init__(self, process: subprocess.Popen[bytes], pipe: int) -> None:
        self._process = process
        self._pipe: int | None = pipe
        self._owner = os.getpid()
        atexit.register(self.stop)

    def ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        if self._pipe is None or os.getpid() != self._owner:  # a forked child does not own it
            return
        os.close(self._pipe)
        self._pipe = None
        atexit.unregister(self.stop)
        self._process.wait(_STOP_TIMEOUT)


def start(
    directory: Path | None = None,
    *,
    durable: bool = False,
    settings: Mapping[str, str] | None = None,
    programs: Path | None = None,
) -> EmbeddedServer:
    """Start a server that ends with this process, or earlier by `stop()`.

    With a directory, its data is found there again the next time; without one it is thrown away. A server that is not
    `durable` may lose data when the machine crashes, and is much faster. `settings` are further server settings.
    `programs` is the folder of another PostgreSQL's programs, to use instead of the embedded one's.

    Raises EmbeddedError when it is not installed or does not start.
    """
    import fcntl

    account = server_account()
    programs = programs or programs_for(account)
    remove = ""
    if directory is None:
        place = _temporary_root(account)
        _sweep(place, account)
        fresh = Path(tempfile.mkdtemp(prefix="sqlwright-new-", dir=place))
        name = fresh.name.removeprefix("sqlwright-new-")
        final = place / f"sqlwright-tmp-{os.geteuid()}-{name}"
        remove = str(final)
    else:
        fresh = final = directory.resolve()
        fresh.mkdir(parents=True, exist_ok=True)
        if not account.can_reach(fresh.parent):
            raise EmbeddedError(f"The server's account cannot reach {fresh}.", help="Choose a folder below /var/tmp.")
    account.own(fresh)
    fresh.chmod(0o700)
    lock = os.open(fresh / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    reader, writer = os.pipe()
    log = (fresh / "log").open("w+b")  # open, it can be read even after the guard has removed it
    try:
        account.own(fresh / "lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"Another process runs a server in {final}.") from None
        if fresh != final:
            fresh.rename(final)  # only now does it look like a leftover that a sweep may take
        data = final / "data"
        initialise(data, programs, account)
        sockets = socket_directory_for(final, account)
        if left := Postmaster.running(data):
            left.stop()  # its guard was killed, or it would hold the lock
        arguments = server_arguments(programs, data, sockets, {**({} if durable else _THROWAWAY), **(settings or {})})
        process = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "sqlwright", "QUIT" if remove else "INT", remove, *arguments],
            stdin=reader,
            stdout=lock,
            stderr=log,
            cwd="/",
            env={**server_environment(), **launch_environment(data)},
            start_new_session=True,
            **account.popen,
        )
    except BaseException:
        os.close(writer)
        log.close()
        if remove:
            shutil.rmtree(remove, ignore_errors=True)
        raise
    finally:
        os.close(reader)
        os.close(lock)
    guard = _Guard(process, writer)
    try:
        wait_until_ready(data, log, guard.ended)
    except BaseException:
        guard.stop()
        raise
    finally:
        log.close()
    version = server_version(programs)
    return EmbeddedServer(
        final,
        sockets,
        version,
        f"a throw-away embedded PostgreSQL {version}" if remove else f"the embedded PostgreSQL {version} in {final}",
        guard.stop,
    )


def initialise(data: Path, programs: Path, account: Account) -> None:
    _declare_extensions(data.parent / _DECLARED, account)
    if (data / "PG_VERSION").is_file():
        return
    fresh = data.with_name("data.new")  # so that a half-made one is never taken for a whole one
    shutil.rmtree(fresh, ignore_errors=True)
    command: list[str | Path] = [programs / "initdb", "-D", fresh, "-U", "postgres", "--no-sync", "--no-instructions"]
    command += ["--encoding=UTF8", "--locale=C"]
    if int(server_version(programs).partition(".")[0]) >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--auth-local=trust", "--auth-host=reject"]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", cwd="/", env=server_environment(), **account.popen
    )
    if done.returncode != 0:
        said = done.stdout + done.stderr
        nameless = "could not look up effective user ID" in said  # a container with a number for a user
        raise EmbeddedError(
            f"initdb failed in {data}:\n{last_lines(said)}",
            help="PostgreSQL's initdb needs a name for the user that it runs as: add a line for it to /etc/passwd, "
            "run as another user, or set DATABASE_URL."
            if nameless
            else None,
        )
    fresh.rename(data)


def server_arguments(programs: Path, data: Path, sockets: Path, settings: Mapping[str, str]) -> Sequence[str]:
    quoted = '"' + str(sockets).replace('"', '""') + '"'  # the setting is a list of folders
    given = {**_SETTINGS, "unix_socket_directories": quoted, **settings}
    declared = data.parent / _DECLARED
    if int(server_version(programs).partition(".")[0]) >= 18 and ":" not in str(declared):  # a list without quoting
        given["extension_control_path"] = f"$system:{declared}"
    options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(data), "-p", str(_PORT), *options]


def _declare_extensions(folder: Path, account: Account) -> None:
    """Copy the extensions that we declare, because the wheel lacks their libraries, to where the account can read them.

    The copies are the account's own, since it is the server's guard that removes them.
    """
    target = folder / "extension"  # PostgreSQL looks into a folder of this name
    for step in (folder, target):
        if not step.is_dir():
            step.mkdir()
            account.own(step)
    for source in (Path(__file__).parent / "extension").iterdir():
        copy = target / source.name
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            copy.unlink(missing_ok=True)
            copy.write_bytes(source.read_bytes())
            account.own(copy)
