"""A workload from start to end: seat the contenders, compare what they return, let them do rounds in turn.

In: an environment, a database, a workload. Out: its outcome. The surprise: contenders that return different data are no
contenders, and the run stops there. Those that are not installed, or fail, are left out loudly.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.arguments import arguments, pgbench_script
from bench.canonical import Summary, difference
from bench.data import Plan, sweep
from bench.environment import Environment
from bench.measuring import Timed, interleave
from bench.processes import Failed, Pgbench, Seat, Worker
from bench.results import Outcome
from bench.workloads import CONTENDERS, Workload

__all__ = ["DifferentData", "Pace", "Runner"]


class DifferentData(Exception):
    """Two contenders did not return the same."""


@dataclass(frozen=True)
class Pace:
    """How long to measure."""

    rounds: int
    #: for workloads whose calls are long
    heavy_rounds: int
    #: of each contender in each round, about
    seconds: float


@dataclass(frozen=True)
class Runner:
    """Runs workloads on one database."""

    environment: Environment
    conninfo: str
    plan: Plan
    pace: Pace
    pgbench: Path | None
    say: Callable[[str], None]

    def run(self, workload: Workload, only: Sequence[str] = ()) -> Outcome:
        """Measure one workload; `only` restricts it to these contenders and the base.

        Raises DifferentData.
        """
        wanted = [name for name in workload.contenders if not only or name in (*only, workload.base)]
        absent: dict[str, str] = {}
        with psycopg.connect(self.conninfo, autocommit=True) as connection, ExitStack() as stack:
            seats = self._seat(workload, wanted, stack, absent)
            self._compare(workload, seats, connection, absent)
            rounds = self.pace.heavy_rounds if workload.heavy else self.pace.rounds
            between = (lambda: sweep(connection)) if workload.writes else (lambda: None)
            times = interleave(seats, rounds=rounds, seconds=self.pace.seconds, between=between)
        for name, reason in absent.items():
            self.say(f"!! {workload.name}: {CONTENDERS[name].title} is left out: {reason}")
        return Outcome(workload, times, absent)

    def versions(self, packages: Sequence[str], modules: Sequence[str]) -> dict[str, str]:
        """Of what contenders are made of; what is absent is not in it."""
        with self._worker("python") as worker:
            found: dict[str, str | None] = worker.ask(do="versions", of=list(packages))["versions"]
        if self.environment.node_worker is not None:
            with self._worker("node") as worker:
                found |= worker.ask(do="versions", of=list(modules))["versions"]
        return {name: version for name, version in found.items() if version is not None}

    # ---------------------------------------------------------------------------------------------------- seating

    def _seat(
        self, workload: Workload, wanted: Sequence[str], stack: ExitStack, absent: dict[str, str]
    ) -> dict[str, Timed]:
        workers: dict[str, Worker] = {}
        seats: dict[str, Timed] = {}
        for name in wanted:
            contender = CONTENDERS[name]
            place = workload.contenders.index(name)
            missing = [need for need in contender.needs if need in self.environment.absent]
            if missing:
                absent[name] = f"{missing[0]}: {self.environment.absent[missing[0]]}"
                continue
            if contender.place == "pgbench":
                if self.pgbench is None:
                    absent[name] = "there is no pgbench"
                else:
                    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                    script, scripts, clients = pgbench_script(workload, self.plan, place)
                    seats[name] = Pgbench(self.pgbench, self.conninfo, script, folder, scripts=scripts, clients=clients)
                continue
            if contender.place not in workers:
                workers[contender.place] = stack.enter_context(self._worker(contender.place))
            try:
                seat = Seat(
                    workers[contender.place],
                    name,
                    conninfo=self.conninfo,
                    connection=_for_node(self.conninfo),
                    call=workload.call,
                    arguments=arguments(workload, self.plan, place),
                    **{"class": contender.code},
                )
            except Failed as failure:
                absent[name] = str(failure)
                continue
            stack.callback(seat.close)
            seats[name] = seat
        return seats

    @contextmanager
    def _worker(self, place: str) -> Generator[Worker]:
        command = self.environment.python_worker if place == "python" else self.environment.node_worker
        assert command is not None, place
        with Worker(command, self.environment.variables, self.environment.root) as worker:
            yield worker

    # -------------------------------------------------------------------------------------------------- comparing

    def _compare(
        self,
        workload: Workload,
        seats: dict[str, Timed],
        connection: psycopg.Connection[Any],
        absent: dict[str, str],
    ) -> None:
        """Make sure that all return the same; unseat those that fail."""
        first: tuple[str, Summary] | None = None
        effects: dict[str, str] = {}
        for name, seat in list(seats.items()):
            if not isinstance(seat, Seat) or CONTENDERS[name].mute:
                continue
            try:
                summary = seat.check(workload.without)
            except Failed as failure:
                del seats[name]
                absent[name] = str(failure)
                continue
            if workload.effect is not None:
                given = arguments(workload, self.plan, workload.contenders.index(name))[0][0]
                row = connection.execute(workload.effect.encode(), {"key": given}).fetchone()
                effects[name] = "nothing" if row is None else str(row[0])
                if workload.swings:
                    seat.round(1)
                sweep(connection)
            if first is None:
                first = name, summary
            elif (found := difference(first[1], summary)) is not None:
                raise DifferentData(f"{workload.name}: {name} does not return what {first[0]} does: {found}")
        if len(set(effects.values())) > 1:
            raise DifferentData(f"{workload.name}: the contenders did different things: {effects}")


def _for_node(conninfo: str) -> dict[str, Any]:
    """A connection string as node-postgres and postgres.js take it."""
    given = conninfo_to_dict(conninfo)
    names = {"host": "host", "port": "port", "user": "user", "dbname": "database", "password": "password"}
    found: dict[str, Any] = {names[name]: value for name, value in given.items() if name in names}
    return {**found, "port": int(found.get("port", 5432))}
