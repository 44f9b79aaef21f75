"""What a run came to, for people: on the terminal, and as pages with charts.

In: a Run. Out: texts. The surprise: a page is written only by a full run of everything, so the figures on it always
belong together.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.chart import Bar, bar_chart
from bench.measuring import Quartiles
from bench.profiling import LAYERS, Profile
from bench.results import Outcome, Run, Verdict
from bench.workloads import CONTENDERS

__all__ = ["charts", "goal_lines", "outcome_lines", "page", "profile_lines", "profile_page"]


# ------------------------------------------------------------------------------------------------------------ terminal


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """One workload: each contender's time and its ratio to the base."""
    workload = outcome.workload
    yield f"\n{workload.title}  [{workload.name}]"
    for name in workload.contenders:
        title = CONTENDERS[name].title
        if name not in outcome.times:
            continue
        relative = outcome.ratio(name)
        share = "" if relative is None else f"{relative.median:6.2f}  ({relative.low:.2f} to {relative.high:.2f})"
        yield f"  {title:<44} {duration(outcome.seconds(name).median):>9}  {share}"


def goal_lines(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The table of goals."""
    reached = sum(verdict.reached is True for verdict in verdicts)
    yield f"\nGoals: {reached} of {len(verdicts)} reached"
    for verdict in verdicts:
        said = f"{verdict.workload}: {verdict.claim}"
        yield f"  {_word(verdict.reached):<12} {said:<96} {verdict.goal:<14} {verdict.measured}"


def profile_lines(profile: Profile) -> Iterator[str]:
    """One profile."""
    yield f"\n{profile.title}: microseconds"
    for layer in LAYERS:
        if layer.contender in profile.whole:
            added = profile.added.get(layer.contender)
            step = "" if added is None else f"{added.median:+9.1f}  ({added.low:+.1f} to {added.high:+.1f})"
            yield f"  {layer.title:<56} {profile.whole[layer.contender]:9.1f} {step}"


def duration(seconds: float) -> str:
    """With three digits and a unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            value = seconds / size
            return f"{value:.{max(0, 2 - len(str(int(value))) + 1)}f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _word(reached: bool | None) -> str:
    return {True: "reached", False: "not reached", None: "not measured"}[reached]


# --------------------------------------------------------------------------------------------------------------- pages


_INTRODUCTION = """\
# Benchmarks

```sh
make bench                      # everything, and writes this page
make bench ARGS=--quick         # less data, fewer rounds, under two minutes; writes nothing
make bench ARGS='--only get --only list-100 --contender ours'
make bench ARGS=--profile       # where the microseconds go: docs/profile.md
```

`--rounds N` and `--seconds S` choose how long, `--url URL` on which server; `--json FILE` keeps all times.

**raw**, the base of all ratios, is psycopg by hand: a held connection in autocommit mode, `conn.execute(…,
binary=True)`, tuples, psycopg's own loading of JSON, statements that psycopg prepares by itself. All others are written
as their users would write them and set up well: prepared statements where they have them, a pool where they come with
one, autocommit for the reads of SQLAlchemy, which saves it two round trips.

Contenders take turns, round by round; those in Python share one process per workload, those in JavaScript another. A
ratio is the median of the ratios of each round, in brackets the quartiles. Before anything is timed, all contenders
must return the same data. sqlwright returns validated pydantic models, with the jsonb column as nested models; most
others return tuples, records or entities with the jsonb column as dicts.

The server runs on the same machine, on a Unix socket, with `fsync` and `synchronous_commit` off: so writes show what
clients and protocol cost, and not the disk. pgbench throws its results away, and is the limit of what can be had.
"""

_NOTES = {
    "get": "asyncpg's pool resets a connection when it comes back, which is one more round trip; so it is used.",
    "transfer": "raw is BEGIN, SELECT … FOR NO KEY UPDATE, UPDATE, INSERT, COMMIT, and leaves the recipient to the "
    "foreign key. The procedure checks the recipient as well.",
    "copy": "raw is `executemany`, which psycopg pipelines.",
    "list-all": "`_cursor` reads the rows one by one and drops them; raw is `fetchall`.",
    "latest": "raw is one statement with LATERAL, as flat tuples. The ORM loads all conversations of the projects by "
    "`selectinload`, its usual way.",
    "async": "One call is 64 gets at once.",
}


def page(run: Run) -> str:
    """docs/benchmarks.md."""
    parts = (_goals(run.verdicts()), _losses(run.outcomes), _outcomes(run), _facts(run.facts, run.absent))
    return "\n".join((_INTRODUCTION, *(line for part in parts for line in part)))


def _goals(verdicts: Sequence[Verdict]) -> Iterator[str]:
    reached = sum(verdict.reached is True for verdict in verdicts)
    yield f"## Goals: {reached} of {len(verdicts)} reached\n"
    yield "| workload | who | goal | measured | |"
    yield "|---|---|---|---|---|"
    for it in verdicts:
        yield f"| {it.workload} | {it.claim} | {it.goal} | {it.measured} | {_word(it.reached)} |"
    yield ""


def _losses(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "## Where others are faster, and how far the limit is\n"
    yield "What is faster than sqlwright, as a share of its time; and its time as a multiple of pgbench's.\n"
    yield "| workload | faster | limit |"
    yield "|---|---|---|"
    for outcome in outcomes:
        ours = next((name for name in outcome.times if is_ours(name)), None)
        if ours is None:
            continue
        shares = {name: share.median for name in outcome.times if (share := outcome.ratio(name, ours)) is not None}
        limit = f"{1 / shares['pgbench']:.1f}" if "pgbench" in shares else ""
        faster = [
            f"{CONTENDERS[name].title} {share:.2f}"
            for name, share in sorted(shares.items(), key=lambda each: each[1])
            if share < 1 and name != "pgbench" and not is_ours(name)
        ]
        yield f"| {outcome.workload.title} | {'; '.join(faster) or 'nobody'} | {limit} |"
    yield ""


def _outcomes(run: Run) -> Iterator[str]:
    yield "## Figures\n"
    for outcome in run.outcomes:
        workload = outcome.workload
        yield f"### {workload.title}\n"
        if note := _NOTES.get(workload.name):
            yield textwrap.fill(note, 120) + "\n"
        yield f"![{workload.title}](benchmarks/{workload.name}.svg)\n"
        yield "| | one call | quartiles | ratio | quartiles |"
        yield "|---|---|---|---|---|"
        for name in workload.contenders:
            if name in outcome.times:
                yield _row(outcome, name)
        for name, reason in outcome.absent.items():
            yield f"| {CONTENDERS[name].title} | absent: {reason} | | | |"
        yield ""


def _row(outcome: Outcome, name: str) -> str:
    title = CONTENDERS[name].title
    spent, relative = outcome.seconds(name), outcome.ratio(name)
    cells = [f"**{title}**" if is_ours(name) else title, duration(spent.median)]
    cells.append(f"{duration(spent.low)} to {duration(spent.high)}")
    cells += ["", ""] if relative is None else [f"{relative.median:.2f}", f"{relative.low:.2f} to {relative.high:.2f}"]
    return f"| {' | '.join(cells)} |"


def _facts(facts: Mapping[str, str], absent: Mapping[str, str]) -> Iterator[str]:
    yield "## What it ran on\n"
    yield "| | |"
    yield "|---|---|"
    for name, value in facts.items():
        yield f"| {name} | {value} |"
    for name, reason in absent.items():
        yield f"| {name} | absent: {reason} |"
    yield ""


def charts(run: Run) -> dict[str, str]:
    """File names and SVGs, one for each workload."""
    return {f"{outcome.workload.name}.svg": _chart(outcome) for outcome in run.outcomes}


def _chart(outcome: Outcome) -> str:
    workload = outcome.workload
    bars = [
        Bar(CONTENDERS[name].title, relative, f"{relative.median:.2f}", ours=is_ours(name), limit=name == "pgbench")
        for name in workload.contenders
        if (relative := outcome.ratio(name)) is not None
    ]
    base = CONTENDERS[workload.base].title
    note = f"time of one call, as a ratio to {base}: shorter is faster"
    return bar_chart(workload.title, note, sorted(bars, key=lambda bar: bar.value.median), base=1.0)


def is_ours(name: str) -> bool:
    """Whether a contender is sqlwright."""
    return name.startswith("ours")


# ------------------------------------------------------------------------------------------------------------- profile

_PROFILE = """\
# Where the microseconds go

`make bench ARGS=--profile` measures this and writes this page. One call is made by hand with one more layer each time,
in turn with the generated function; what a layer adds is the median of the differences between rounds. pgbench reads
results as text and the others in binary, so what libpq adds to it can be less than nothing for a long list.

"Before" is the run time as it was before it was made faster, in November 2026, measured on the same machine by
`make bench ARGS='--profile --source OLD/src --keep docs/benchmarks/profile-before.json'`.
"""


def profile_page(found: Sequence[Profile], facts: Mapping[str, str], before: Mapping[str, Any] | None) -> str:
    """docs/profile.md; `before` is an earlier run, as it was kept."""
    lines = [_PROFILE]
    for profile in found:
        lines += _profile_table(profile, {} if before is None else before.get(profile.title, {}))
    lines += _facts(facts, {})
    return "\n".join(lines)


def _profile_table(profile: Profile, before: Mapping[str, Any]) -> Iterator[str]:
    whole_before: Mapping[str, float] = before.get("whole", {})
    added_before: Mapping[str, Mapping[str, float]] = before.get("added", {})
    yield f"## {profile.title}\n"
    yield "| µs | before: in all | this layer | now: in all | this layer | quartiles |"
    yield "|---|---|---|---|---|---|"
    for layer in LAYERS:
        name = layer.contender
        if name not in profile.whole:
            continue
        cells = [layer.title]
        cells.append(f"{whole_before[name]:.1f}" if name in whole_before else "")
        cells.append(f"{added_before[name]['median']:+.1f}" if name in added_before else "")
        cells.append(f"{profile.whole[name]:.1f}")
        added = profile.added.get(name)
        cells += ["", ""] if added is None else [f"{added.median:+.1f}", _span(added)]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _span(quartiles: Quartiles) -> str:
    return f"{quartiles.low:+.1f} to {quartiles.high:+.1f}"
