"""How a run ended is true, and kept for whoever opens the run later."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine import run_folder
from poolscope.engine.journal import Status
from poolscope.engine.metrics.so_far import measure
from poolscope.engine.problem import Kind
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace.layout import TaskState

MakeRun = Callable[..., Run]


def reopened(run: Run) -> Recording:
    recording = Recording(run.folder)
    recording.update(ended=True)
    return recording


def test_a_method_that_never_returned_has_no_makespan(finish: MakeRun) -> None:
    run = finish(":kill_at_3", "range(6)", chunksize=1)
    assert run.status is Status.FAILED
    assert run.recording.journal.returned_ns is None
    assert run.recording.journal.makespan_s is None
    figures = measure(run.recording, 0)
    assert figures.makespan_s is None
    assert figures.elapsed_s is not None and figures.elapsed_s > 0


def test_a_method_that_raised_has_returned(finish: MakeRun) -> None:
    run = finish(":raise_at_3", "range(10)", chunksize=5)
    assert run.status is Status.FAILED
    assert run.recording.journal.makespan_s is not None


def test_a_killed_host_is_still_the_cause_when_the_run_is_opened_again(
    start: MakeRun, wait_until: Callable[..., None]
) -> None:
    run = start("sleep", "[600, 600]")
    wait_until(lambda: run.poll() is not None and run.recording.counts.running == 2)
    os.kill(run.host_pid, signal.SIGKILL)
    run.wait(10)
    assert run.problem is not None and run.problem.kind is Kind.HOST_DIED
    assert reopened(run).journal.conclusion() == (Status.FAILED, run.problem)


def test_a_stop_that_had_to_kill_the_host_is_still_a_stop_when_opened_again(
    start: MakeRun, wait_until: Callable[..., None]
) -> None:
    run = start("sleep", "[600, 600]")
    wait_until(lambda: run.poll() is not None and run.recording.counts.running == 2)
    os.kill(run.host_pid, signal.SIGSTOP)  # it cannot even be asked
    run.stop()
    run.wait(10)
    assert run.status is Status.STOPPED
    assert reopened(run).journal.conclusion() == (Status.STOPPED, None)


def test_a_run_whose_folder_goes_away_ends_as_failed_and_leaves_nobody(
    start: MakeRun, wait_until: Callable[..., None]
) -> None:
    run = start("sleep", "[600, 600]")
    wait_until(lambda: run.poll() is not None and run.recording.counts.running == 2)
    shutil.rmtree(run.folder)
    os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(10)
    assert run.status is Status.FAILED


def test_results_that_had_arrived_are_kept_when_the_run_is_stopped(
    start: MakeRun, wait_until: Callable[..., None]
) -> None:
    run = start("sleep", "[0] * 20_000 + [600, 600]", chunksize=1)
    wait_until(lambda: run.poll() is not None and run.recording.counts.done >= 20_000)
    run.stop()
    run.wait(10)
    assert run.status is Status.STOPPED
    assert run.recording.counts.result_lost == 0
    assert run.recording.results[0] == "0"
    assert run.recording.trace is not None and run.recording.trace.result_arrived(0)


def test_a_run_of_another_platform_opens(
    finish: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finish("sleep", "[0]", start_method="spawn")
    path = tmp_path / "there.poolscope"
    run_folder.save(run.folder, path)
    monkeypatch.setattr("poolscope.engine.experiment.start_methods", lambda: ("fork",))
    recording = run_folder.open_saved(path)
    run_folder.delete(recording.folder)
    assert recording.experiment.pool.start_method == "spawn"


def test_a_lost_task_ends_when_its_worker_was_replaced_not_when_somebody_looked(
    finish: MakeRun,
) -> None:
    run = finish(":kill_at_3", "range(6)", chunksize=1)
    trace = run.recording.trace
    assert trace is not None
    lost = int(np.flatnonzero(trace.tasks["state"] == TaskState.LOST)[0])
    worker = trace.lanes[int(trace.tasks["worker"][lost]) - 1]
    successor = next(lane for lane in trace.lanes[worker.ordinal :] if lane.slot == worker.slot)
    assert worker.died_ns == successor.born_ns
    assert trace.tasks["ended"][lost] == successor.born_ns
