"""A worker is killed on purpose: that worker, and nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import psutil
import pytest

from poolscope.engine import killing
from poolscope.engine.killing import POSIX, Obstacle, kill_worker, obstacle
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run, Status
from poolscope.engine.trace.lane import Lane
from poolscope.engine.trace.layout import WORKERS

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
LIMIT_S = 10.0

posix_only = pytest.mark.skipif(not POSIX, reason="signals of POSIX")


def running(run: Run) -> int:
    run.poll()
    return run.recording.counts.running


def on_first_task(run: Run) -> Lane | None:
    """The lane of the worker that runs the first task."""
    run.poll()
    lanes = [] if run.recording.trace is None else run.recording.trace.lanes
    return next((lane for lane in lanes if lane.running is not None and not lane.running[0]), None)


@posix_only
def test_a_killed_worker_loses_its_chunk_and_the_rest_runs_on(
    start: MakeRun, wait_until: WaitUntil, start_method: str
) -> None:
    run = start(":sleep", "[60] + [0.01] * 11", chunksize=3, start_method=start_method)
    wait_until(lambda: on_first_task(run) is not None)
    first = on_first_task(run)
    assert first is not None and run.recording.trace is not None
    kill_worker(run.recording, first.ordinal)
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED
    assert run.problem is not None and run.problem.kind is Kind.WORKER_DIED
    assert run.problem.values["pid"] == first.pid
    (kill,) = run.recording.journal.kills
    assert (kill.ordinal, kill.pid, kill.signal) == (first.ordinal, first.pid, signal.SIGKILL)
    counts = run.recording.counts
    assert (counts.lost, counts.not_run, counts.done) == (1, 2, 9)
    assert [lane.replaces for lane in run.recording.trace.lanes[2:]] == [first]
    assert first.exit_code == -signal.SIGKILL
    assert (first.never_run.tolist(), first.never_run_count.tolist()) == ([1], [2])
    assert first.broken_at.tolist() == [first.died_ns]
    for sign in killing.SIGNALS:
        with pytest.raises(ProblemError) as caught:
            kill_worker(run.recording, first.ordinal, sign)
        assert caught.value.problem.kind is Kind.WORKER_GONE
    assert len(run.recording.journal.kills) == 1
    assert obstacle(run.recording, 1) is Obstacle.RUN_OVER


@posix_only
def test_a_worker_can_be_asked_to_end(start: MakeRun, wait_until: WaitUntil) -> None:
    run = start(":sleep", "[60]")
    wait_until(lambda: running(run) == 1)
    assert run.recording.trace is not None
    (busy,) = (lane for lane in run.recording.trace.lanes if lane.running is not None)
    kill_worker(run.recording, busy.ordinal, signal.SIGTERM)
    assert run.wait(LIMIT_S)
    assert busy.exit_code == -signal.SIGTERM


@pytest.fixture
def stranger(start: MakeRun, wait_until: WaitUntil) -> "tuple[Run, Callable[[int], Recording]]":
    """A run, and its recording as if the PID of the first worker were another one by now."""
    run = start(":sleep", "[60] * 2")
    wait_until(lambda: running(run) == 2)

    def with_pid(pid: int) -> Recording:
        workers = np.load(run.folder / WORKERS.file_name, mmap_mode="r+")
        workers[0, WORKERS.columns.index("pid")] = pid
        workers.flush()
        recording = Recording(run.folder)
        recording.update()
        return recording

    return run, with_pid


@posix_only
def test_nobody_but_the_worker_is_signalled(stranger) -> None:  # type: ignore[no-untyped-def]
    run, with_pid = stranger
    host = psutil.Process(run.host_pid)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        second = next(child.pid for child in host.children() if child.pid != 0)
        for pid in (os.getpid(), run.host_pid, bystander.pid, gone.pid):
            with pytest.raises(ProblemError) as caught:
                kill_worker(with_pid(pid), 1)
            assert caught.value.problem.kind is Kind.WORKER_GONE
        assert bystander.poll() is None and host.is_running()
        assert psutil.pid_exists(second)
        assert not with_pid(1).journal.kills
    finally:
        bystander.communicate(b"\n")


@posix_only
def test_a_pid_that_a_later_worker_has_is_not_the_earlier_one_s(stranger) -> None:  # type: ignore[no-untyped-def]
    run, with_pid = stranger
    later = run.recording.trace.lanes[1].pid
    with pytest.raises(ProblemError):
        kill_worker(with_pid(later), 1)
    assert psutil.pid_exists(later)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the clocks of Linux")
def test_a_process_that_is_younger_than_the_worker_is_another_one(
    start: MakeRun, wait_until: WaitUntil
) -> None:
    run = start(":sleep", "[60] * 2")
    wait_until(lambda: running(run) == 2)
    trace = run.recording.trace
    assert trace is not None
    lane = trace.lanes[0]
    assert killing._has_age(lane.pid, lane)
    workers = np.load(run.folder / WORKERS.file_name, mmap_mode="r+")
    born, ready = WORKERS.columns.index("born"), WORKERS.columns.index("ready")
    workers[0, [born, ready]] -= 60_000_000_000  # the worker was at work a minute before
    assert not killing._has_age(lane.pid, lane)
    workers[0, [born, ready]] += 120_000_000_000  # it will be born in a minute
    assert not killing._has_age(lane.pid, lane)
