"""Contenders in processes of their own: workers that take commands, and pgbench.

In: a command line, or a script for pgbench. Out: objects with `check` and `round`. The surprise: pgbench throws its
results away as they arrive, so nothing that returns values can be faster; that makes it the limit, and exempts it from
the comparison of data.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.canonical import Summary
from bench.measuring import Timed

__all__ = ["Failed", "Pgbench", "Seat", "Worker", "pgbench_version"]


_TRANSACTIONS = 50


class Failed(Exception):
    """A contender could not do what it was asked; says why."""


class Worker:
    """A process with contenders in it."""

    def __init__(self, command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env=dict(environment),
            cwd=folder,
        )

    def ask(self, **request: object) -> dict[str, Any]:
        """The answer to a command.

        Raises Failed when the contender did, or the process ended.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        line = ""
        with suppress(BrokenPipeError):
            print(json.dumps(request), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        if not line:
            self._process.wait(10)
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip().splitlines()
            raise Failed("its process ended: " + " | ".join(said[-3:]))
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()


class Seat(Timed):
    """A contender in a worker."""

    def __init__(self, worker: Worker, name: str, **opening: object) -> None:
        self._worker, self._name = worker, name
        self._worker.ask(do="open", **{"as": name}, **opening)

    def check(self, without: Sequence[str]) -> Summary:
        """What its next call returns, except for fields that differ by nature."""
        return self._worker.ask(do="check", **{"as": self._name}, without=list(without))

    def round(self, count: int) -> float:
        seconds: float = self._worker.ask(do="round", **{"as": self._name}, count=count)["seconds"]
        return seconds

    def close(self) -> None:
        """Give its connections back."""
        self._worker.ask(do="close", **{"as": self._name})


class Pgbench(Timed):
    """`pgbench -M prepared` with a script, so many times for one call, by so many clients side by side."""

    def __init__(
        self, program: Path, conninfo: str, script: str, folder: Path, *, scripts: float = 1, clients: int = 1
    ) -> None:
        self._path = folder / "script.sql"
        self._path.write_text(script, encoding="utf-8")
        self._scripts, self._clients = scripts, clients
        fixed = ["--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--file={self._path}"]
        self._command = [str(program), *fixed]
        self._conninfo = conninfo

    def round(self, count: int) -> float:
        # Each run of it prepares the statements anew, so few transactions would say little about prepared ones.
        each = max(_TRANSACTIONS, round(count * self._scripts / self._clients))
        done = subprocess.run(
            [*self._command, f"--transactions={each}", self._conninfo], capture_output=True, text=True
        )
        found = re.search(r"^tps = ([\d.]+) \(without initial", done.stdout, re.MULTILINE)
        if done.returncode != 0 or found is None:
            raise Failed(f"pgbench: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
        return count * self._scripts / float(found[1])


def pgbench_version(program: Path) -> str:
    """As it says itself: "18.6"."""
    return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[2]
