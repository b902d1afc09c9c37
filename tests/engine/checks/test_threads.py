"""Libraries with threads of their own are told how many CPUs each worker has."""

from dataclasses import replace
from typing import Any

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.checks.threads import LIBRARIES, THREAD_VARIABLES

from .conftest import Look, machine

TASK = "def f(x):\n  import {}\n"
MANY = {"task": "f", "inputs": "range(99)", "processes": 4}


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_library_is_told_to_share_the_cpus(look: Look, library: str) -> None:
    text = TASK.format(library)
    found = look(text, **MANY, start_method="spawn")
    assert list(found) == [Advice.MANY_THREADS]
    finding = found[Advice.MANY_THREADS]
    assert finding.field == "env" and not finding.stops
    values = {"libraries": [library], "threads": 8, "processes": 4, "cpus": 8, "number": 2}
    assert {name: finding.values[name] for name in values} == values
    (variable,) = finding.values["variables"]
    assert not look(text, **MANY, start_method="spawn", env=((variable, "2"),))
    assert not look(text, **MANY, start_method="spawn", environment={variable: "1"})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, 8),
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "2"}, None),
        ({"OMP_NUM_THREADS": "2,4"}, None),
        ({"OMP_NUM_THREADS": "many"}, 8),
        ({"OMP_NUM_THREADS": "0"}, 8),
        ({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "8"}, 8),
        ({"MKL_NUM_THREADS": "1"}, None),
        ({"NUMBA_NUM_THREADS": "1"}, 8),
    ],
)
def test_a_variable_that_is_set_counts_as_the_library_reads_it(
    look: Look, environment: dict[str, str], expected: int | None
) -> None:
    found = look(TASK.format("numpy"), **MANY, environment=environment)
    threads = found[Advice.MANY_THREADS].values["threads"] if found else None
    assert threads == expected


def test_the_experiment_s_own_variables_win(look: Look) -> None:
    names = {"environment": {"OMP_NUM_THREADS": "1"}, "env": (("OMP_NUM_THREADS", "8"),)}
    assert Advice.MANY_THREADS in look(TASK.format("numpy"), **MANY, **names)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"processes": 1}, False),
        ({"inputs": "[1]", "processes": 1}, False),
        ({"method": "apply"}, False),
        ({"processes": 1, "machine": machine(8, quota=2.0)}, True),
        ({"processes": 1, "cpus": 1}, False),
    ],
)
def test_threads_that_the_cpus_can_bear_are_left_alone(
    look: Look, names: dict[str, Any], expected: bool
) -> None:
    found = look(TASK.format("numpy"), **{**MANY, **names})
    assert (Advice.MANY_THREADS in found) == expected


def test_several_libraries_are_one_finding(look: Look) -> None:
    found = look(TASK.format("numpy, scipy, numba, json"), **MANY)[Advice.MANY_THREADS]
    assert found.values["libraries"] == ["numba", "numpy", "scipy"]
    assert found.values["variables"] == ["NUMBA_NUM_THREADS", "OMP_NUM_THREADS"]


def test_the_module_of_a_task_counts_as_imported(look: Look) -> None:
    assert Advice.MANY_THREADS in look(**{**MANY, "task": "numpy.linalg:inv"})
    assert not look(**{**MANY, "task": "json:loads"})


def test_numpy_on_macos_looks_at_accelerate_s_variable(look: Look) -> None:
    mac = replace(machine(), system="macOS-15.1-arm64-arm-64bit")
    found = look(TASK.format("numpy"), **MANY, machine=mac, start_method="spawn")
    assert found[Advice.MANY_THREADS].values["variables"] == ["VECLIB_MAXIMUM_THREADS"]


@pytest.mark.parametrize("library", ["polars", "jax"])
def test_libraries_that_must_not_be_forked_are_named(look: Look, library: str) -> None:
    names = {**MANY, "processes": 1}
    found = look(TASK.format(library), **names, start_method="fork")
    assert found[Advice.FORK_WITH_THREADS].values == {"library": library}
    assert not look(TASK.format(library), **names, start_method="forkserver")
    assert not look(TASK.format("json"), **names, start_method="fork")


def test_every_variable_that_can_be_advised_is_among_those_offered() -> None:
    assert {name for names in LIBRARIES.values() for name in names} == set(THREAD_VARIABLES)
