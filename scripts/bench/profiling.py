"""Where the microseconds of one call go, layer by layer: `make bench ARGS=--profile`.

In: a runner. Out: the time of a call when it is made by hand with one more layer each time, and of the same call by
generated functions. The surprise: what a layer costs is the median of differences between rounds, so a small one may
come out below zero on a busy machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.data import Plan
from bench.measuring import Quartiles, quartiles
from bench.results import Outcome
from bench.workloads import Workload

__all__ = ["LAYERS", "Layer", "Profile", "profiles", "steps"]


@dataclass(frozen=True)
class Layer:
    """One line of a profile: a contender, and the one whose work it does as well."""

    contender: str
    title: str
    beneath: str | None = None


#: By hand, then by generated functions.
LAYERS = (
    Layer("pgbench", "server and kernel (pgbench -M prepared)"),
    Layer("layer-libpq", "libpq: exec_prepared, which blocks", "pgbench"),
    Layer("layer-cursor", "psycopg: execute, on a cursor that is kept", "layer-libpq"),
    Layer("layer-loading", "values to Python, jsonb as bytes", "layer-cursor"),
    Layer("layer-model", "validated models, nested ones from the bytes", "layer-loading"),
    Layer("ours-tx", "sqlwright on a held transaction: what it adds to that", "layer-model"),
    Layer("ours", "sqlwright through the Database: the pool", "ours-tx"),
    Layer("layer-new-cursor", "for comparison: a new cursor for each call, by hand", "layer-model"),
    Layer("raw", "for comparison: raw, with tuples and json.loads"),
)


@dataclass(frozen=True)
class Profile:
    """One call, taken apart."""

    title: str
    #: microseconds, by contender
    whole: dict[str, float]
    #: microseconds that a layer adds to the one beneath it, by contender
    added: dict[str, Quartiles]

    def as_json(self) -> dict[str, Any]:
        """What can be set beside another run."""
        return {"title": self.title, "whole": self.whole, "added": {name: vars(it) for name, it in self.added.items()}}


def profiles(plan: Plan) -> list[Workload]:
    """What is taken apart."""
    names = tuple(layer.contender for layer in LAYERS)
    rows = min(1000, plan.projects_per_user)
    return [
        Workload("profile-get", "One project by key", "get", names),
        Workload("profile-list", f"A list of {rows:,} projects", "rows", names, rows=rows),
    ]


def steps(outcome: Outcome) -> Profile:
    """What each layer adds."""
    times = {name: [second * 1e6 for second in seconds] for name, seconds in outcome.times.items()}
    added: dict[str, Quartiles] = {}
    for layer in LAYERS:
        if layer.beneath in times and layer.contender in times:
            pairs = zip(times[layer.contender], times[layer.beneath], strict=True)
            added[layer.contender] = quartiles([above - beneath for above, beneath in pairs])
    whole = {name: quartiles(each).median for name, each in times.items()}
    return Profile(outcome.workload.title, whole, added)
