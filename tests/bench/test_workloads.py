"""Every workload once, in small, with the contenders that need no peers: they must agree on the data."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sqlwright.embedded import binary
from sqlwright.servers import Server

_ROOT = Path(__file__).parents[2]
_NAMES = (
    *("get", "list-10", "list-100", "list-1000", "list-all", "insert", "batch-2", "batch-3", "batch-5", "copy"),
    *("transfer", "latest", "async"),
)


@pytest.fixture(scope="module")
def runner(scripts: Path, server: Server) -> Generator[Any]:
    data, running = import_module("bench.data"), import_module("bench.running")
    plan = data.Plan(projects=60, messages=2000, projects_per_user=20, few_messages=200, batches=(2, 3, 5), copied=20)
    environment = import_module("bench.environment").set_up(_ROOT, peers=False)
    with data.filled_database(server, plan, _ROOT) as conninfo:
        import_module("bench.styles").generate_styles(_ROOT, environment.sources, conninfo)
        yield running.Runner(environment, conninfo, plan, running.Pace(2, 2, 0.0001), binary("pgbench"), print)


@pytest.mark.parametrize("name", _NAMES)
def test_all_contenders_of_a_workload_return_the_same(name: str, runner: Any) -> None:
    workloads = import_module("bench.workloads").workloads(runner.plan)
    (workload,) = [each for each in workloads if each.name == name]
    outcome = runner.run(workload)
    table = import_module("bench.workloads").CONTENDERS
    assert {each for each in workload.contenders if not table[each].needs} == set(outcome.times)
    assert all(len(times) == 2 for times in outcome.times.values())
    assert set(outcome.times) | set(outcome.absent) == set(workload.contenders)


def test_no_workload_is_left_out_of_these_tests(runner: Any) -> None:
    assert [each.name for each in import_module("bench.workloads").workloads(runner.plan)] == list(_NAMES)


def test_contenders_that_return_different_data_end_the_run(runner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    running, tables = import_module("bench.running"), import_module("bench.workloads")
    honest = running.arguments
    monkeypatch.setattr(running, "arguments", lambda workload, plan, place: honest(workload, plan, 0)[place:])
    with pytest.raises(running.DifferentData, match="get: ours does not return what raw does: row 0"):
        runner.run(tables.workloads(runner.plan)[0])


def test_the_profile_takes_a_call_apart(runner: Any) -> None:
    profiling = import_module("bench.profiling")
    for workload in profiling.profiles(runner.plan):
        profile = profiling.steps(runner.run(workload))
        assert {"layer-loading", "layer-model", "ours-tx", "ours"} <= set(profile.added)


def test_memory_and_imports_are_measured_in_processes_of_their_own(runner: Any) -> None:
    whole = import_module("bench.whole")
    memory = whole.measure_memory(runner.environment, runner.conninfo, runner.plan)
    assert (memory.few_rows, memory.many_rows) == (200, 2000)
    assert whole.measure_imports(runner.environment, 1).tools == ()
