"""Processes, chunks and start methods that cannot do what they promise."""

from dataclasses import replace
from typing import Any

import pytest

from poolscope.engine import experiment
from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.checks.finding import Advice, Finding
from poolscope.engine.experiment import Experiment
from poolscope.engine.problem import Kind
from poolscope.engine.tasks.catalogue import CATALOGUE

from .conftest import Look, machine

OWN = "def f(x): return x"


def test_more_processes_than_tasks_are_idle(look: Look) -> None:
    found = look(processes=8, inputs="(1, 2, 3)")
    assert list(found) == [Advice.IDLE_WORKERS]
    assert found[Advice.IDLE_WORKERS] == Finding(
        Advice.IDLE_WORKERS, "processes", values={"processes": 8, "tasks": 3}
    )
    assert not look(processes=3, inputs="(1, 2, 3)")
    assert not look(processes=8, inputs="load()")
    assert Advice.IDLE_WORKERS not in look(processes=8, inputs="()")


def test_the_number_of_inputs_that_a_preview_told_counts(look: Look) -> None:
    eight = Experiment(inputs="load()").with_pool(processes=8)
    found = check(eight, Facts(machine(), inputs=5))
    assert [one.advice for one in found] == [Advice.IDLE_WORKERS]


def test_apply_runs_one_task_at_a_time(look: Look) -> None:
    found = look(method="apply", processes=16)
    assert list(found) == [Advice.ONE_AT_A_TIME]
    assert found[Advice.ONE_AT_A_TIME].field == "method"
    assert not look(method="apply", processes=1)
    assert not look(method="apply_async")


@pytest.mark.parametrize("task", CATALOGUE, ids=lambda task: task.name)
def test_only_tasks_that_compute_are_told_of_the_cpus(look: Look, task: Any) -> None:
    found = look(task=task.name, inputs="range(100)", processes=4, cpus=2)
    assert (Advice.MORE_THAN_CPUS in found) == (task.kind == "CPU")


@pytest.mark.parametrize(
    ("changes", "cpus", "cause"),
    [
        ({}, 8, ""),
        ({"affinity": 4}, 4, "affinity"),
        ({"quota": 2.5}, 2, "quota"),
        ({"affinity": 4, "quota": 2.0}, 2, "quota"),
        ({"affinity": 2, "quota": 4.0}, 2, "affinity"),
        ({"quota": 16.0}, 8, ""),
    ],
)
def test_more_processes_than_cpus_say_what_grants_no_more(
    look: Look, changes: dict[str, Any], cpus: int, cause: str
) -> None:
    here = machine(8, **changes)
    found = look(OWN, task="f", inputs="range(99)", processes=9, machine=here)
    assert found[Advice.MORE_THAN_CPUS].values == {
        "processes": 9,
        "cpus": cpus,
        "logical": 8,
        "cause": cause,
    }
    assert not look(OWN, task="f", inputs="range(99)", processes=cpus, machine=here)


def test_workers_that_get_nothing_do_not_count_against_the_cpus(look: Look) -> None:
    found = look(OWN, task="f", inputs="range(3)", processes=16, cpus=8)
    assert list(found) == [Advice.IDLE_WORKERS]


def test_what_this_platform_cannot_run_is_its_problem(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "PROCESSES_HERE", 60)
    found = look(inputs="range(99)", processes=61)[Advice.PROBLEM]
    assert found.field == "processes" and found.stops
    assert found.values["problem"].kind is Kind.OUT_OF_RANGE
    assert not look(inputs="range(99)", processes=60)
    monkeypatch.setattr(experiment, "start_methods", lambda: ("spawn",))
    assert look(start_method="forkserver")[Advice.PROBLEM].field == "start_method"


def test_a_chunksize_may_leave_workers_with_nothing(look: Look) -> None:
    found = look(inputs="range(100)", processes=4, chunksize=50)
    assert list(found) == [Advice.IDLE_CHUNKS]
    values = {"chunks": 2, "chunksize": 50, "processes": 4, "better": 25}
    assert found[Advice.IDLE_CHUNKS].values == values
    assert not look(inputs="range(100)", processes=4, chunksize=25)
    assert not look(inputs="range(100)", processes=4, chunksize=50, method="apply_async")
    assert not look(inputs="load()", processes=4, chunksize=50)


@pytest.mark.parametrize("tasks", [1, 2, 5, 17, 100, 1001])
@pytest.mark.parametrize("processes", [1, 2, 4, 7])
def test_the_chunksize_that_is_advised_leaves_nobody_idle(
    look: Look, tasks: int, processes: int
) -> None:
    found = look(inputs=f"range({tasks})", processes=processes, chunksize=tasks)
    if Advice.IDLE_CHUNKS in found:
        better = found[Advice.IDLE_CHUNKS].values["better"]
        found = look(inputs=f"range({tasks})", processes=processes, chunksize=better)
    assert Advice.IDLE_CHUNKS not in found


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"method": "imap"}, True),
        ({"method": "imap_unordered", "chunksize": 1}, True),
        ({"method": "map", "chunksize": 1}, True),
        ({"method": "map"}, False),
        ({"method": "imap", "chunksize": 100}, False),
        ({"method": "imap", "inputs": "range(10_000)"}, False),
        ({"method": "apply_async"}, False),
    ],
)
def test_very_many_tasks_one_by_one_are_round_trips(
    look: Look, names: dict[str, Any], expected: bool
) -> None:
    found = look(**{"inputs": "range(20_000)", **names})
    assert list(found) == ([Advice.ROUND_TRIPS] if expected else [])
    if expected:
        assert found[Advice.ROUND_TRIPS].values == {"tasks": 20_000, "better": 1000}


@pytest.mark.parametrize(
    ("start_method", "tasks", "expected"),
    [("spawn", 51, True), ("spawn", 50, False), ("fork", 1001, True), ("fork", 1000, False)],
)
def test_many_short_lived_workers_are_counted_by_chunks(
    look: Look, start_method: str, tasks: int, expected: bool
) -> None:
    names = {"start_method": start_method, "maxtasksperchild": 1, "chunksize": 4}
    found = look(inputs=f"range({tasks * 4})", **names)
    assert (Advice.WORKERS_BORN in found) == expected
    if expected:
        values = {"born": tasks, "start_method": start_method}
        assert found[Advice.WORKERS_BORN].values == values
    assert Advice.WORKERS_BORN not in look(inputs="range(9)", **names)


def test_fork_on_macos_is_advised_against(look: Look) -> None:
    mac = replace(machine(), system="macOS-15.1-arm64-arm-64bit")
    assert list(look(start_method="fork", machine=mac)) == [Advice.FORK_ON_MACOS]
    assert not look(start_method="spawn", machine=mac)
    assert not look(start_method="fork")
