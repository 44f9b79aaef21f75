"""Rounds in turn, and what their times come to.

In: contenders that can do a round of so many calls. Out: for each, seconds per call of each round; from those, medians,
quartiles, and ratios of two contenders. The surprise: a ratio is taken round by round, each time between neighbours in
time, and the median of those ratios is what counts. A machine that is slow for a second is slow for both.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Quartiles", "Timed", "interleave", "quartiles", "ratio"]


class Timed(Protocol):
    """Something to do over and over."""

    def round(self, count: int) -> float:
        """Do it so many times: seconds for all."""
        ...


@dataclass(frozen=True)
class Quartiles:
    """The middle of what was measured, and the half of it that is nearest to the middle."""

    low: float
    median: float
    high: float

    def inverse(self) -> Quartiles:
        """Of the inverses."""
        return Quartiles(1 / self.high, 1 / self.median, 1 / self.low)


def quartiles(values: Sequence[float]) -> Quartiles:
    """Median and quartiles; raises ValueError when there are no values."""
    if not values:
        raise ValueError("nothing was measured")
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Quartiles(low, median, high)


def ratio(times: Sequence[float], base: Sequence[float]) -> Quartiles:
    """Of the ratios of each round to the same round of another contender."""
    return quartiles([ours / theirs for ours, theirs in zip(times, base, strict=True)])


def interleave(
    contenders: Mapping[str, Timed], *, rounds: int, seconds: float, between: Callable[[], None] = lambda: None
) -> dict[str, list[float]]:
    """Seconds per call, for each contender and round.

    A round of each takes about so many seconds; every round begins with another contender.
    """
    counts = {name: _count(contender, seconds) for name, contender in contenders.items()}
    between()
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(rounds):
        first = turn % max(1, len(names))
        for name in (*names[first:], *names[:first]):
            times[name].append(contenders[name].round(counts[name]) / counts[name])
        between()
    return times


def _count(contender: Timed, seconds: float) -> int:
    """How many calls fill the time; finding out warms up caches, and prepares statements that wait to be asked for."""
    count, spent = 1, contender.round(1)
    while spent < seconds / 4 and count < 100_000:
        count = count * 10 if spent * 20 < seconds else max(count + 1, round(count * seconds / 2 / spent))
        spent = contender.round(count)
    return max(1, round(count * seconds / spent))
