"""`make bench`: measure generated functions beside other ways to do the same, and say which goals are reached."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import psycopg

from bench.data import Plan, bench_server, filled_database, jsonb_size
from bench.environment import Environment, set_up
from bench.processes import Failed, pgbench_version
from bench.profiling import Profile, profiles, steps
from bench.report import charts, goal_lines, outcome_lines, page, profile_lines, profile_page
from bench.results import Run
from bench.running import DifferentData, Pace, Runner
from bench.styles import generate_styles
from bench.whole import measure_imports, measure_memory
from bench.workloads import CONTENDERS, workloads
from sqlwright.embedded import EmbeddedError, binary

ROOT = Path(__file__).resolve().parents[2]

FULL = Plan(projects=100_000, messages=1_000_000)
QUICK = Plan(projects=5_000, messages=50_000, batches=(100, 1000, 5000), copied=10_000)

_WHOLE = ("memory", "import")
_PACKAGES = (
    "psycopg",
    "psycopg-binary",
    "psycopg-pool",
    "pydantic",
    "pydantic_core",
    "aiosql",
    "SQLAlchemy",
    "sqlmodel",
    "asyncpg",
)
_MODULES = ("drizzle-orm", "pg", "postgres")


def main() -> int:
    names = [workload.name for workload in workloads(FULL)] + list(_WHOLE)
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less data and fewer rounds; writes no page")
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="WORKLOAD",
        default=[],
        help=f"only this workload, and others that are named as well: {', '.join(names)}",
    )
    parser.add_argument(
        "--contender",
        action="append",
        choices=list(CONTENDERS),
        metavar="NAME",
        default=[],
        help=f"only this contender and the base: {', '.join(CONTENDERS)}",
    )
    parser.add_argument("--rounds", type=int, help="rounds of each contender (21, quick 5)")
    parser.add_argument("--seconds", type=float, help="of each round, about (0.2, quick 0.03)")
    parser.add_argument("--profile", action="store_true", help="where the microseconds go, instead")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="with --profile: keep the figures, as those before")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all times of all rounds")
    parser.add_argument("--url", help="the server to use (a throw-away embedded one)")
    parser.add_argument("--source", type=Path, metavar="FOLDER", help="measure what is in another checkout's src")
    parser.add_argument("--no-peers", action="store_true", help="install nothing, leave out what is not here")
    parser.add_argument("--no-page", action="store_true", help="write no page")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    pace = Pace(
        rounds=options.rounds or (5 if options.quick else 21),
        heavy_rounds=options.rounds or (3 if options.quick else 9),
        seconds=options.seconds or (0.03 if options.quick else 0.2),
    )
    try:
        environment = _environment(peers=not options.no_peers, source=options.source)
        with _runner(environment, plan, pace, options.url) as (runner, run):
            if options.profile:
                _profile(runner, run, keep=options.keep, write=not (options.quick or options.no_page or options.source))
            else:
                _measure(runner, run, options.only, options.contender)
    except (DifferentData, Failed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    if options.json is not None:
        options.json.write_text(json.dumps(run.as_json(), indent=1) + "\n", encoding="utf-8")
    partial = options.source or options.quick or options.only or options.contender or options.profile or options.no_page
    if not partial:
        _write(run)
    return 0


def _environment(*, peers: bool, source: Path | None) -> Environment:
    if peers:
        print("Peers are in .bench; the first time they are installed, which takes a minute.", flush=True)
    environment = set_up(ROOT, peers=peers)
    for name, reason in environment.absent.items():
        print(f"!! {name} is absent: {reason}", flush=True)
    return environment if source is None else replace(environment, source=source.resolve())


@contextmanager
def _runner(environment: Environment, plan: Plan, pace: Pace, url: str | None) -> Generator[tuple[Runner, Run]]:
    with bench_server(url) as server:
        print(
            f"Loading {plan.projects:,} projects and {plan.messages:,} messages into {server.description}", flush=True
        )
        with filled_database(server, plan, ROOT) as conninfo:
            if environment.source is None:  # an earlier checkout may know one kind of rows only
                generate_styles(ROOT, environment.sources, conninfo)
            runner = Runner(environment, conninfo, plan, pace, _pgbench(), lambda text: print(text, flush=True))
            yield runner, Run(plan, _facts(runner, server.version), absent=environment.absent)


def _measure(runner: Runner, run: Run, only: Sequence[str], contenders: Sequence[str]) -> None:
    for workload in workloads(runner.plan):
        if (not only or workload.name in only) and (not contenders or set(contenders) & set(workload.contenders)):
            outcome = runner.run(workload, contenders)
            run.outcomes.append(outcome)
            print(*outcome_lines(outcome), sep="\n", flush=True)
    if "memory" in only or not (only or contenders):
        run.memory = measure_memory(runner.environment, runner.conninfo, runner.plan)
    if "import" in only or not (only or contenders):
        run.imports = measure_imports(runner.environment, runner.pace.heavy_rounds)
    print(*goal_lines(run.verdicts()), sep="\n", flush=True)


def _profile(runner: Runner, run: Run, *, keep: Path | None, write: bool) -> None:
    found: list[Profile] = []
    for workload in profiles(runner.plan):
        outcome = runner.run(workload)
        run.outcomes.append(outcome)
        found.append(steps(outcome))
        print(*profile_lines(found[-1]), sep="\n", flush=True)
    before = ROOT / "docs" / "benchmarks" / "profile-before.json"
    if keep is not None:
        kept = {profile.title: profile.as_json() for profile in found}
        keep.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if write:
        earlier = json.loads(before.read_text(encoding="utf-8")) if before.is_file() else None
        path = ROOT / "docs" / "profile.md"
        path.write_text(profile_page(found, run.facts, earlier), encoding="utf-8")
        print(f"\nWrote {path.relative_to(ROOT)}")


def _write(run: Run) -> None:
    folder = ROOT / "docs" / "benchmarks"
    folder.mkdir(exist_ok=True)
    for name, svg in charts(run).items():
        (folder / name).write_text(svg, encoding="utf-8")
    path = ROOT / "docs" / "benchmarks.md"
    path.write_text(page(run), encoding="utf-8")
    print(f"\nWrote {path.relative_to(ROOT)} and its charts")


def _pgbench() -> Path | None:
    try:
        return binary("pgbench")
    except EmbeddedError:
        found = shutil.which("pgbench")
        return None if found is None else Path(found)


def _facts(runner: Runner, server: str) -> dict[str, str]:
    with psycopg.connect(runner.conninfo) as connection:
        size = jsonb_size(connection)
    plan = runner.plan
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    facts = {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} processors ({_processor()}), {memory:.0f} GiB of memory, {platform.machine()}",
        "system": f"{platform.system()}, {platform.freedesktop_os_release().get('PRETTY_NAME', '?')}"
        if sys.platform == "linux"
        else platform.system(),
        "data": f"{plan.projects:,} projects, collected_data of {size} bytes on average, {plan.messages:,} messages",
        "rounds": f"{runner.pace.rounds} of about {runner.pace.seconds:g} s ({runner.pace.heavy_rounds} where calls "
        "are long)",
        "PostgreSQL": server,
        "Python": platform.python_version(),
    }
    if runner.pgbench is not None:
        facts["pgbench"] = pgbench_version(runner.pgbench)
    return {**facts, **runner.versions(_PACKAGES, _MODULES)}


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


if __name__ == "__main__":
    sys.exit(main())
