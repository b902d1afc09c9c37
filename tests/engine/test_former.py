"""The longest tasks first, as an earlier run knows them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine import former
from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.run import Run

SLEEPS = Experiment("sleep", "(0.05, 0.2, 0.01, 0.1)")


def run(experiment: Experiment, folder: Path) -> Run:
    started = Run(experiment, parent=folder)
    assert started.wait(30)
    return started


def test_without_a_former_run_it_cannot_be_told(tmp_path: Path) -> None:
    assert former.order_of(SLEEPS, tmp_path) is None
    with pytest.raises(ProblemError) as caught:
        Run(replace(SLEEPS, order="longest"), parent=tmp_path)
    assert caught.value.problem.kind is Kind.NO_FORMER_RUN
    assert not list(tmp_path.iterdir())


def test_the_longest_task_of_the_former_run_comes_first(tmp_path: Path) -> None:
    run(SLEEPS, tmp_path)
    assert former.order_of(SLEEPS, tmp_path) == [1, 3, 0, 2]
    ordered = run(replace(SLEEPS, order="longest"), tmp_path)
    recording = ordered.recording
    assert ordered.status is Status.FINISHED
    assert [recording.index_of(row) for row in range(4)] == [1, 3, 0, 2]
    assert [recording.inputs[row] for row in range(4)] == ["0.2", "0.1", "0.05", "0.01"]


def test_a_shuffled_run_knows_the_durations_too(tmp_path: Path) -> None:
    run(replace(SLEEPS, order="shuffled", seed=3), tmp_path)
    assert former.order_of(SLEEPS, tmp_path) == [1, 3, 0, 2]


@pytest.mark.parametrize(
    "other",
    [
        Experiment("sleep", "(0.05, 0.2, 0.01)"),
        Experiment("mixed", "(0.05, 0.2, 0.01, 0.1)"),
        Experiment("sleep", SLEEPS.inputs, source="def sleep(x): return x"),
    ],
)
def test_a_run_of_something_else_does_not_count(tmp_path: Path, other: Experiment) -> None:
    run(SLEEPS, tmp_path)
    assert former.order_of(other, tmp_path) is None


def test_a_run_that_failed_does_not_count(tmp_path: Path) -> None:
    failing = Experiment("sleep", "(0, 'x')")
    assert run(failing, tmp_path).status is Status.FAILED
    assert former.order_of(failing, tmp_path) is None


def test_inputs_that_have_become_others_are_said(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    numbers = tmp_path / "numbers.txt"
    experiment = Experiment("builtins:len", f"lines({str(numbers)!r})")
    numbers.write_text("a\nbb\n")
    run(experiment, tmp_path / "runs")
    numbers.write_text("a\nbb\nccc\n")
    failed = run(replace(experiment, order="longest"), tmp_path / "runs")
    assert failed.problem is not None and failed.problem.kind is Kind.ORDER_MISFIT


def test_a_run_in_another_folder_does_not_count(tmp_path: Path) -> None:
    """Its inputs may have been read from other files."""
    run(SLEEPS, tmp_path)
    assert former.order_of(SLEEPS.with_place(cwd="/"), tmp_path) is None


def test_a_damaged_run_is_passed_over(tmp_path: Path) -> None:
    whole = run(SLEEPS, tmp_path)
    damaged = run(replace(SLEEPS, order="shuffled"), tmp_path)
    order = np.load(damaged.folder / "order.npy", mmap_mode="r+")
    order[:] = 99
    order.flush()
    assert whole.status is Status.FINISHED and former.order_of(SLEEPS, tmp_path) == [1, 3, 0, 2]
