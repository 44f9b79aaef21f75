"""What is measured of a whole process: the memory that streaming takes, and the time that importing takes.

In: an environment and a database. Out: mebibytes, milliseconds. The surprise: peaks of memory can only be compared
between processes, since a peak never goes down; so this module starts itself.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from bench.data import LARGE_ARCHIVE, SMALL_ARCHIVE, Plan
from bench.environment import Environment
from bench.measuring import Quartiles, quartiles

__all__ = ["Imports", "Memory", "measure_imports", "measure_memory"]

_BASE = "import psycopg; from pydantic import BaseModel, TypeAdapter"
_OURS = "from product_helper.sync import projects; from sqlwright.runtime import Database"
_BOTH = "import product_helper.sync, product_helper.aio; from sqlwright.runtime import AsyncDatabase, Database"


@dataclass(frozen=True)
class Memory:
    """Mebibytes at the peak of processes that stream so many rows."""

    few_rows: int
    many_rows: int
    few: float
    many: float

    @property
    def growth(self) -> float:
        """How much more the many rows take."""
        return self.many - self.few


@dataclass(frozen=True)
class Imports:
    """Milliseconds of importing, in a process of its own, less those of importing psycopg and pydantic."""

    base: Quartiles
    #: one module of product_helper.sync, and Database
    sync: Quartiles
    #: all of both sides
    both: Quartiles
    #: modules of the generator and other tools that got imported along
    tools: tuple[str, ...]


def measure_memory(environment: Environment, conninfo: str, plan: Plan) -> Memory:
    """Stream the small and the large archive through a generated cursor."""
    peaks: dict[str, tuple[int, float]] = {}
    for archive in (SMALL_ARCHIVE, LARGE_ARCHIVE):
        command = [str(environment.python), "-m", "bench.whole", archive, conninfo]
        said = subprocess.run(command, env=environment.variables, capture_output=True, text=True, check=True).stdout
        rows, peak = said.split()
        peaks[archive] = int(rows), float(peak)
    few, many = peaks[SMALL_ARCHIVE], peaks[LARGE_ARCHIVE]
    if few[0] != plan.few_messages or many[0] != plan.messages:
        raise AssertionError(f"streamed {few[0]} and {many[0]} rows")
    return Memory(few[0], many[0], few[1], many[1])


def measure_imports(environment: Environment, rounds: int) -> Imports:
    """Import in turn, each time in a new process."""
    _import_once(environment, _BOTH)  # writes what is compiled
    times: dict[str, list[float]] = {program: [] for program in (_BASE, _OURS, _BOTH)}
    for _ in range(rounds):
        for program in times:
            times[program].append(_import_once(environment, program))
    base = times[_BASE]

    def beyond(program: str) -> Quartiles:
        return quartiles([all - alone for all, alone in zip(times[program], base, strict=True)])

    tools = "codegen", "migrate", "embedded", "testing", "cli", "config", "diagnostics", "servers", "scaffold"
    names = [f"sqlwright.{tool}" for tool in tools] + ["yoyo", "pytest", "typer", "rich"]
    found = f"{_BOTH}; import sys; print(*(name for name in {names!r} if name in sys.modules))"
    said = _python(environment, found)
    return Imports(quartiles(base), beyond(_OURS), beyond(_BOTH), tuple(said.split()))


def _import_once(environment: Environment, program: str) -> float:
    clocked = f"import time; begun = time.perf_counter()\n{program}\nprint((time.perf_counter() - begun) * 1000)"
    return float(_python(environment, clocked))


def _python(environment: Environment, program: str) -> str:
    command = [str(environment.python), "-c", program]
    return subprocess.run(command, env=environment.variables, capture_output=True, text=True, check=True).stdout


def _stream(arguments: Sequence[str]) -> None:
    """The process whose peak is measured."""
    from product_helper.sync import messages
    from sqlwright.runtime import Database

    archive, conninfo = arguments
    count = 0
    with Database(conninfo) as db, messages.export_messages_cursor(db, project_id=UUID(archive)) as rows:
        for _ in rows:
            count += 1
    print(count, _peak())


def _peak() -> float:
    """Mebibytes at the peak of this process."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would begin with the peak of the process that started this one
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    _stream(sys.argv[1:])
