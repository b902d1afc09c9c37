"""The checks together: quiet where all is well, and never in the way of typing."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.experiment import METHODS, Experiment, start_methods
from poolscope.engine.problem import Problem, ProblemError
from poolscope.engine.tasks.catalogue import CATALOGUE
from poolscope.engine.tasks.reading import Source, read_text

from .conftest import Look, machine

MARKING = "import pathlib\npathlib.Path({!r}).touch()\ndef f(x): return x\n"


@pytest.mark.parametrize("cpus", [1, 2, 8])
def test_the_first_experiment_has_nothing_to_be_said(cpus: int) -> None:
    assert check(Experiment(), Facts(machine(cpus), available_bytes=10**9)) == []


@pytest.mark.parametrize("cpus", [2, 8])
@pytest.mark.parametrize("task", CATALOGUE, ids=lambda task: task.name)
def test_no_task_of_the_catalogue_has_anything_to_be_said_as_it_comes(task: Any, cpus: int) -> None:
    for start_method in start_methods():
        experiment = Experiment(task.name, task.inputs).with_pool(start_method=start_method)
        assert check(experiment, Facts(machine(cpus), available_bytes=2 * 10**9)) == []


def test_what_stops_the_run_comes_first(look: Look) -> None:
    found = list(look(inputs="(1, 2)", processes=8, cwd="/no/such/folder").values())
    assert [finding.stops for finding in found] == [True, False]


def test_nothing_of_the_user_s_own_runs(look: Look, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    file = tmp_path / "jobs.py"
    file.write_text(MARKING.format(str(mark)))
    inputs = f"[open({str(mark)!r}, 'w')]"
    look(file, task="f", inputs=inputs, initializer="f", initargs=inputs)
    look(file, task="f", inputs=f"lines({str(mark)!r})", method="starmap")
    look(task="jobs:f", cwd=str(tmp_path), start_method="forkserver", preload=("jobs",))
    assert not mark.exists()


def test_a_working_directory_that_has_gone_ends_no_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name != "posix":
        pytest.skip("a folder in use cannot be removed here")
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    found = check(Experiment("jobs.py:f", "lines('a')"), Facts(machine(), source=Source()))
    assert found


names = st.sampled_from(["f", "g", "jobs.py:f", "os.path:f", "a.b.py:", ":", "é:é", "\ud800:f"])
texts = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["(" * 300 + ")" * 300, "-" * 2000 + "1", "[1]" + "+[1]" * 2000, "[0] * " + "9" * 5000]
    ),
    st.lists(
        st.sampled_from(
            [
                *"()[]{},:.*=@1af \n",
                "def f(",
                "lambda ",
                "range(",
                "lines('a')",
                "bytes(9**9)",
                "import ",
                "numpy",
                " for x in ",
                "'\ud800'",
                "async ",
                "yield ",
            ]
        ),
        max_size=12,
    ).map("".join),
)


def _source(text: str) -> Source | Problem:
    try:
        return read_text(text)
    except ProblemError as error:
        return error.problem


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    task=names,
    inputs=texts,
    source=texts,
    in_window=st.booleans(),
    initializer=st.one_of(names, texts),
    initargs=texts,
    path=st.sampled_from(["", "/", "\ud800", "a" * 5000, "~nobody/x"]),
    numbers=st.tuples(*[st.integers(1, 512)] * 3),
    count=st.one_of(st.none(), st.integers(0, 10**9)),
    method=st.sampled_from(METHODS),
    start_method=st.sampled_from(start_methods()),
)
def test_no_text_and_no_setting_makes_a_check_raise(
    task: str,
    inputs: str,
    source: str,
    in_window: bool,
    initializer: str,
    initargs: str,
    path: str,
    numbers: tuple[int, int, int],
    count: int | None,
    method: str,
    start_method: str,
) -> None:
    try:
        experiment = Experiment(task, inputs, source=source if in_window else "")
        experiment = experiment.with_place(cwd=path, python=path).with_pool(
            processes=numbers[0],
            chunksize=numbers[1],
            maxtasksperchild=numbers[2],
            initializer=initializer,
            initargs=initargs,
            method=method,
            start_method=start_method,
            preload=("os.path", "no.such"),
        )
    except ProblemError:
        return  # it never gets into the form
    facts = Facts(
        machine(), count, count, _source(source), knows_durations=False, available_bytes=10**9
    )
    for finding in check(experiment, facts):
        assert finding.field
