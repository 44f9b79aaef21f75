"""What came out: of one workload, and of the whole run.

In: times by contender and round. Out: ratios, and verdicts on goals. The surprise: a goal whose contender is absent is
neither reached nor missed, and is shown as not measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bench.data import Plan
from bench.measuring import Quartiles, quartiles, ratio
from bench.whole import Imports, Memory
from bench.workloads import CONTENDERS, Goal, Workload

__all__ = ["Outcome", "Run", "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """A goal, and what was measured."""

    workload: str
    claim: str
    goal: str
    measured: str
    #: None: it could not be measured
    reached: bool | None


@dataclass(frozen=True)
class Outcome:
    """One workload, measured."""

    workload: Workload
    #: seconds per call, by contender and round
    times: dict[str, list[float]]
    #: who was left out, and why
    absent: dict[str, str] = field(default_factory=dict[str, str])

    def seconds(self, contender: str) -> Quartiles:
        """Of one call."""
        return quartiles(self.times[contender])

    def ratio(self, contender: str, against: str | None = None) -> Quartiles | None:
        """Of its times to those of another, by default the base; None when one of the two was not measured."""
        base = against or self.workload.base
        if contender not in self.times or base not in self.times:
            return None
        return ratio(self.times[contender], self.times[base])

    def verdicts(self) -> list[Verdict]:
        """One for each goal."""
        return [self._verdict(goal) for goal in self.workload.goals]

    def _verdict(self, goal: Goal) -> Verdict:
        measured = self.ratio(goal.contender, goal.against)
        title, other = CONTENDERS[goal.contender].title, CONTENDERS[goal.against].title
        claim = f"{title}, against {other}"
        aim = f"≥ {1 / goal.at_most:g}x as fast" if goal.faster else f"≤ {goal.at_most:g}"
        if measured is None:
            return Verdict(self.workload.title, claim, aim, "not measured", None)
        shown = measured.inverse() if goal.faster else measured
        text = f"{shown.median:.2f} ({shown.low:.2f} to {shown.high:.2f})"
        return Verdict(self.workload.title, claim, aim, text, measured.median <= goal.at_most)


@dataclass
class Run:
    """Everything that was measured in one run."""

    plan: Plan
    #: what it ran on, and with: name to version or figure
    facts: dict[str, str]
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    memory: Memory | None = None
    imports: Imports | None = None
    absent: dict[str, str] = field(default_factory=dict[str, str])

    def verdicts(self) -> list[Verdict]:
        """All goals, in order."""
        found = [verdict for outcome in self.outcomes for verdict in outcome.verdicts()]
        if self.memory is not None:
            memory = self.memory
            title = f"Peak memory of streaming {memory.many_rows:,} rows"
            measured = f"{memory.growth:+.1f} MiB ({memory.few:.1f} and {memory.many:.1f})"
            against = f"sqlwright, _cursor, against {memory.few_rows:,} rows"
            found.append(Verdict(title, against, "≤ 30 MiB more", measured, memory.growth <= 30))
        if self.imports is not None:
            imports = self.imports
            for what, took in (("product_helper.sync", imports.sync), ("product_helper, both sides", imports.both)):
                measured = f"{took.median:.0f} ms ({took.low:.0f} to {took.high:.0f})"
                found.append(
                    Verdict(f"Import of {what}", "beyond psycopg + pydantic", "≤ 80 ms", measured, took.median <= 80)
                )
            tools = ", ".join(imports.tools) or "nothing of it"
            found.append(Verdict("Importing", "imports no generator", "nothing of it", tools, not imports.tools))
        return found

    def as_json(self) -> dict[str, Any]:
        """All that was measured."""
        return {
            "facts": self.facts,
            "absent": self.absent,
            "plan": vars(self.plan),
            "workloads": {
                outcome.workload.name: {"seconds per call": outcome.times, "absent": outcome.absent}
                for outcome in self.outcomes
            },
            "memory": None if self.memory is None else vars(self.memory),
            "imports": None
            if self.imports is None
            else {
                "milliseconds of the base": vars(self.imports.base),
                "one side beyond it": vars(self.imports.sync),
                "both sides beyond it": vars(self.imports.both),
            },
            "goals": [vars(verdict) for verdict in self.verdicts()],
        }
