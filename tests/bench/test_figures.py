"""What `make bench` makes of times and rows: ratios, comparisons, verdicts, charts, pages."""

from __future__ import annotations

import json
import xml.etree.ElementTree
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from types import ModuleType
from uuid import UUID

import pytest

from product_helper.types import Actor, CollectedData

_KEY = UUID("00000000-0000-4000-8000-100000000001")


def bench(name: str) -> ModuleType:
    return import_module(f"bench.{name}")


class _Steady:
    """Takes so long for each call, and so much longer with every round."""

    def __init__(self, seconds: float, log: list[float]) -> None:
        self.seconds = seconds
        self.log = log

    def round(self, count: int) -> float:
        self.log.append(self.seconds)
        return self.seconds * count


# ------------------------------------------------------------------------------------------------------------- figures


def test_quartiles_enclose_the_middle_half() -> None:
    found = bench("measuring").quartiles([5.0, 1.0, 2.0, 4.0, 3.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)


def test_quartiles_of_one_value_are_that_value() -> None:
    found = bench("measuring").quartiles([2.0])
    assert (found.low, found.median, found.high) == (2.0, 2.0, 2.0)


def test_quartiles_of_nothing_are_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        bench("measuring").quartiles([])


def test_a_ratio_is_taken_round_by_round() -> None:
    """The machine is ten times slower in the second round, and the ratio does not notice."""
    found = bench("measuring").ratio([1.0, 10.0, 1.0], [2.0, 20.0, 2.0])
    assert (found.low, found.median, found.high) == (0.5, 0.5, 0.5)


def test_the_inverse_of_quartiles_is_still_in_order() -> None:
    found = bench("measuring").Quartiles(0.25, 0.5, 1.0).inverse()
    assert (found.low, found.median, found.high) == (1.0, 2.0, 4.0)


def test_every_round_has_all_contenders_and_begins_with_another_one() -> None:
    log: list[float] = []
    contenders = {"a": _Steady(0.5, log), "b": _Steady(0.25, log)}
    times = bench("measuring").interleave(contenders, rounds=3, seconds=1.0)
    assert times == {"a": [0.5] * 3, "b": [0.25] * 3}
    assert log[-6:] == [0.5, 0.25, 0.25, 0.5, 0.5, 0.25]


# ---------------------------------------------------------------------------------------------------------- comparison


def test_a_value_has_one_text_whatever_it_came_as() -> None:
    canonical = bench("canonical")
    data = {"actors": [{"name": "Zoë", "type": "person"}], "use_cases": [], "boundaries": [], "entities": []}
    model = CollectedData(actors=[Actor(name="Zoë", type="person")])
    assert canonical.canonical(canonical.plain(model)) == canonical.canonical(canonical.plain(data))
    assert '"name":"Zoë"' in canonical.canonical(canonical.plain(data))


def test_times_are_those_that_javascript_writes() -> None:
    at = datetime(2024, 1, 1, 1, 2, 3, 45678, tzinfo=timezone(timedelta(hours=1)))
    assert bench("canonical").plain((_KEY, Decimal("87.50"), at, None)) == [
        str(_KEY),
        "87.50",
        "2024-01-01T00:02:03.045Z",
        None,
    ]


def test_a_float_has_no_plain_form() -> None:
    with pytest.raises(TypeError, match="float"):
        bench("canonical").plain(0.1)


def test_fields_that_differ_by_nature_are_left_out_at_any_depth() -> None:
    found = bench("canonical").without([{"id": 1, "of": {"id": 2, "name": "x"}}], frozenset({"id"}))
    assert found == [{"of": {"name": "x"}}]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ([{"a": 1}], [{"a": 1}], None),
        ([{"a": 1}], [{"a": 1}, {"a": 2}], "1 rows against 2"),
        ([{"a": 1}], [{"a": "1"}], 'row 0: {"a":1} against {"a":"1"}'),
        ([1, 2, 3, 4], [1, 2, 3, 5], "a row after the first 3"),
    ],
)
def test_a_difference_is_said_in_words(one: Sequence[object], other: Sequence[object], said: str | None) -> None:
    canonical = bench("canonical")
    assert canonical.difference(canonical.summarise(one), canonical.summarise(other)) == said


# ------------------------------------------------------------------------------------------------- verdicts and reports


def _outcome(**times: list[float]) -> object:
    workload = next(each for each in bench("workloads").workloads(_plan()) if each.name == "get")
    return bench("results").Outcome(workload, times)


def _plan() -> object:
    return bench("data").Plan(projects=100, messages=100)


def test_a_goal_is_judged_by_the_median_ratio() -> None:
    verdicts = bench("results").Outcome.verdicts(
        _outcome(**{"raw": [1.0] * 3, "ours": [0.9, 1.0, 3.0], "ours-tx": [0.81] * 3, "drizzle": [2.7, 3.0, 9.0]})
    )
    assert [(verdict.goal, verdict.measured, verdict.reached) for verdict in verdicts] == [
        ("≤ 1", "1.00 (0.95 to 2.00)", True),
        ("≤ 0.8", "0.81 (0.81 to 0.81)", False),
        ("≥ 5x as fast", "not measured", None),
        ("≥ 3x as fast", "3.00 (3.00 to 3.00)", True),
    ]


def test_workloads_name_only_contenders_that_exist() -> None:
    table = bench("workloads")
    for workload in table.workloads(_plan()):
        named = {
            *workload.contenders,
            workload.base,
            *(each for goal in workload.goals for each in vars(goal).values()),
        }
        assert {name for name in named if isinstance(name, str)} <= set(table.CONTENDERS), workload.name


def test_all_contenders_of_a_workload_get_the_same_arguments_every_time() -> None:
    given = bench("arguments").arguments
    for workload in bench("workloads").workloads(_plan()):
        if workload.name != "transfer":  # each gives a project of its own away
            assert given(workload, _plan(), 0) == given(workload, _plan(), 3)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(1.5, "1.50 s"), (0.0123, "12.3 ms"), (0.000_123_4, "123 µs"), (0.000_001_5, "1.50 µs"), (5e-8, "50 ns")],
)
def test_a_duration_has_three_digits_and_a_unit_that_fits(seconds: float, text: str) -> None:
    assert bench("report").duration(seconds) == text


def test_a_chart_is_one_bar_per_contender_and_well_formed() -> None:
    quartiles = bench("measuring").Quartiles
    bar = bench("chart").Bar
    bars = [bar("a & b", quartiles(0.9, 1.0, 1.1), "1.00", ours=True), bar("<c>", quartiles(1, 2, 300), "2.00")]
    svg = bench("chart").bar_chart("Title", "note", bars, base=1.0)
    root = xml.etree.ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert [each.get("class") for each in root.iter(f"{space}rect")] == ["ours", "bar"]
    assert [each.text for each in root.iter(f"{space}text")][2::2] == ["a & b", "<c>"]
    assert "prefers-color-scheme: dark" in svg


def test_a_page_has_each_contender_and_says_who_was_absent_and_why() -> None:
    results = bench("results")
    outcome = results.Outcome(
        bench("workloads").workloads(_plan())[0], {"raw": [1.0], "ours": [0.5]}, {"drizzle": "node: no npm"}
    )
    run = results.Run(_plan(), {"PostgreSQL": "18.6"}, [outcome])
    page = bench("report").page(run)
    assert "| **sqlwright, Database** | 500 ms | 500 ms to 500 ms | 0.50 | 0.50 to 0.50 |" in page
    assert "| Drizzle on node-postgres | absent: node: no npm | | | |" in page
    assert "| PostgreSQL | 18.6 |" in page
    assert list(bench("report").charts(run)) == ["get.svg"]
    json.dumps(run.as_json())


def test_a_page_says_who_is_faster_and_how_far_the_limit_is() -> None:
    times = {"raw": [1.0], "ours": [2.0], "ours-tx": [0.5], "postgresjs": [1.5], "core": [3.0], "pgbench": [0.5]}
    outcome = bench("results").Outcome(bench("workloads").workloads(_plan())[0], times)
    page = bench("report").page(bench("results").Run(_plan(), {}, [outcome]))
    assert "| One project by key | psycopg by hand (raw) 0.50; postgres.js 0.75 | 4.0 |" in page


def test_a_layer_costs_what_it_adds_to_the_one_beneath_it() -> None:
    profiling = bench("profiling")
    workload = profiling.profiles(_plan())[0]
    times = {"pgbench": [10e-6, 20e-6], "layer-libpq": [15e-6, 25e-6]}
    profile = profiling.steps(bench("results").Outcome(workload, times))
    assert profile.added["layer-libpq"].median == pytest.approx(5)
    assert list(profile.added) == ["layer-libpq"]
