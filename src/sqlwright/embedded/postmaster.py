"""The running server of a data directory: is there one, is it really ours, is it ready, how does it end.

In: a data directory with the `postmaster.pid` that PostgreSQL itself keeps there. Out: a verified process.
The surprise: after a crash or a reboot that file may name a process of somebody else's. A process counts as ours only
when its working directory is the data directory, which is where every postmaster works; no other is ever signalled.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlwright.embedded.programs import EmbeddedError

__all__ = ["Postmaster", "exists", "last_lines", "launch_environment", "wait_until_ready"]

_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 30.0
_HAS_PROC = Path("/proc/self/cwd").exists()


@dataclass(frozen=True)
class Postmaster:
    """What `postmaster.pid` says."""

    data: Path
    pid: int
    ready: bool

    @classmethod
    def read(cls, data: Path) -> Postmaster | None:
        """The postmaster of a data directory as its file tells, alive or not."""
        try:
            lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
            return cls(data, int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready")
        except (OSError, ValueError, IndexError):
            return None  # none, or being written this moment

    @classmethod
    def running(cls, data: Path) -> Postmaster | None:
        """The postmaster of a data directory, when it is alive."""
        found = cls.read(data)
        return found if found and found.is_ours() else None

    def is_ours(self) -> bool:
        """Whether the process of that number is alive and is the postmaster of this data directory."""
        if _HAS_PROC:
            try:
                return Path(f"/proc/{self.pid}/cwd").samefile(self.data)
            except OSError:  # no such process, a zombie, or one that is not ours to look at
                return False
        asked = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(self.pid)], capture_output=True, text=True)
        return f"-D {self.data}" in asked.stdout

    def is_outdated(self) -> bool:
        """Whether its program was removed or replaced on disk: it could not load its own libraries any more."""
        try:
            return Path(f"/proc/{self.pid}/exe").readlink().name.endswith(" (deleted)")
        except OSError:
            return False

    def stop(self) -> None:
        """End it: disconnect everybody and write everything down; if that takes too long, at once."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            if self.is_ours():
                os.kill(self.pid, how)
            deadline = time.monotonic() + _STOP_TIMEOUT
            while time.monotonic() < deadline:
                if not self.is_ours():
                    return
                time.sleep(0.01)
        raise EmbeddedError(f"The embedded PostgreSQL (process {self.pid}) does not stop.")


def exists(pid: int) -> bool:
    """Whether a process is alive. One that has ended and that nobody has waited for, as in many containers, is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # "123 (any name, also with brackets) Z …"
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return not _HAS_PROC


def wait_until_ready(data: Path, log: BinaryIO, ended: Callable[[], bool]) -> None:
    """Wait until the server takes connections. `ended` tells that it has given up.

    Raises EmbeddedError with the last lines of its log when it ends or takes too long.
    """
    deadline = time.monotonic() + _START_TIMEOUT
    while True:
        over = ended() or time.monotonic() > deadline
        running = Postmaster.running(data)
        if running and running.ready:
            return
        if over:
            log.seek(0)
            said = last_lines(log.read().decode(errors="replace"))
            raise EmbeddedError(
                f"The embedded PostgreSQL did not start in {data}. Its last words:\n{said}",
                help="Another place for its data, or a server of your own in DATABASE_URL, may help.",
            )
        time.sleep(0.01)


def launch_environment(data: Path) -> dict[str, str]:
    """What to add to the environment of a new server of a data directory that no server of ours is using.

    After a crash or a reboot the number in `postmaster.pid` may by now be that of another process of the same user,
    which PostgreSQL would take for a running server and refuse. Named as its grandparent it is not taken for one, and
    PostgreSQL's own check that no old backend is still at work is kept.
    """
    stale = Postmaster.read(data)
    return {"PG_GRANDPARENT_PID": str(stale.pid)} if stale else {}


def last_lines(text: str, count: int = 15) -> str:
    """The end of a log, indented."""
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-count:])
