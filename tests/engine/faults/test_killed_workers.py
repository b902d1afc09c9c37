"""Workers that somebody else kills, at a moment that no task can choose."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.experiment import STAR_METHODS, start_methods
from poolscope.engine.names import HOST_OUTPUT_FILE, OUTPUT_FOLDER
from poolscope.engine.problem import Kind
from poolscope.engine.run import Run, Status
from poolscope.engine.trace.lane import Lane
from poolscope.engine.trace.layout import Phase, clock_ns
from poolscope.gui.wording import sentence

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
LIMIT_S = 5.0
"""From a fault to its sentence; the promise is 2 s on a machine that has nothing else to do."""
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")


@pytest.fixture
def begin(start: MakeRun, wait_until: WaitUntil, tmp_path: Path) -> MakeRun:
    """Start a run of one task that waits for the file `go`, and wait until it runs."""

    def make(start_method: str, method: str, **settings: Any) -> Run:
        inputs = repr([str(tmp_path / "go")])
        if method in STAR_METHODS:
            inputs = repr([(str(tmp_path / "go"),)])
        run = start(":until_there", inputs, start_method=start_method, method=method, **settings)
        wait_until(lambda: (run.poll(), run.recording.counts.running == 1)[1])
        return run

    return make


def lanes_of(run: Run) -> list[Lane]:
    run.poll()
    assert run.recording.trace is not None
    return run.recording.trace.living


def in_phase(run: Run, phase: Phase) -> Lane | None:
    return next((lane for lane in lanes_of(run) if lane.phase is phase), None)


def kill(run: Run, wait_until: WaitUntil, phase: Phase) -> int:
    """Kill a worker that is in `phase`; returns its PID when its death has been told, in time."""
    wait_until(lambda: in_phase(run, phase) is not None)
    victim = in_phase(run, phase)
    assert victim is not None
    killed_ns = clock_ns()
    os.kill(victim.pid, signal.SIGKILL)
    wait_until(lambda: (run.poll(), run.recording.journal.faults)[1], LIMIT_S)
    assert run.recording.journal.faults[0].at_ns >= killed_ns
    return victim.pid


def test_one_that_waits_without_the_lock_costs_nothing_and_the_run_ends_well(
    begin: MakeRun, wait_until: WaitUntil, tmp_path: Path, start_method: str, method: str
) -> None:
    run = begin(start_method, method, processes=3)
    wait_until(lambda: in_phase(run, Phase.RECEIVING) is not None)
    pid = kill(run, wait_until, Phase.WAITING)
    assert run.recording.counts.running == 1, "it is told while the run goes on"
    (fault,) = run.recording.journal.faults
    assert sentence(fault.problem).startswith(
        f"Worker {pid} died (SIGKILL) while waiting for a task."
    )
    assert "wait for ever" not in sentence(fault.problem)
    wait_until(lambda: len(lanes_of(run)) == 3)  # Pool has started another
    (tmp_path / "go").touch()
    assert run.wait(30)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    assert run.recording.counts.done == 1 and run.recording.journal.fault_count == 1


def test_one_that_holds_the_lock_of_the_tasks_ends_the_run_and_what_runs_may_come_home(
    begin: MakeRun, wait_until: WaitUntil, tmp_path: Path, start_method: str, method: str
) -> None:
    run = begin(start_method, method, processes=3)
    pid = kill(run, wait_until, Phase.RECEIVING)
    (tmp_path / "go").touch()
    assert run.wait(LIMIT_S)
    assert (run.status, run.recording.counts.done) == (Status.FINISHED, 1)
    said = sentence(run.recording.journal.faults[0].problem)
    assert said.startswith(f"Worker {pid} died (SIGKILL) while holding the lock of the task queue")
    assert "wait for ever" in said


def test_when_nobody_can_take_a_task_that_is_there_a_long_one_is_not_waited_for(
    start: MakeRun, wait_until: WaitUntil, tmp_path: Path, start_method: str
) -> None:
    never, later = tmp_path / "never", tmp_path / "later"
    inputs = f"[{str(never)!r}, SlowToPickle({str(later)!r})]"
    settings = {"processes": 2, "chunksize": 1, "start_method": start_method}
    run = start(":until_there", inputs, **settings)
    wait_until(lambda: (run.poll(), run.recording.counts.running == 1)[1])
    pid = kill(run, wait_until, Phase.RECEIVING)
    later.touch()
    assert run.wait(LIMIT_S)
    assert run.status is Status.FAILED and run.problem is not None
    assert (run.problem.kind, run.problem.values["pid"]) == (Kind.WORKER_DIED, pid)
    assert run.problem.values["phase"] == "receiving"
    assert (run.recording.counts.lost, run.recording.counts.not_run) == (1, 1)


def test_when_every_task_is_taken_a_long_one_comes_home_as_it_does_to_a_plain_pool(
    start: MakeRun, wait_until: WaitUntil
) -> None:
    run = start(":sleep", "[2.0]", processes=2)
    wait_until(lambda: (run.poll(), run.recording.counts.running == 1)[1])
    kill(run, wait_until, Phase.RECEIVING)
    assert run.wait(30)
    assert (run.status, run.recording.counts.done) == (Status.FINISHED, 1)
    assert run.recording.journal.fault_count == 1


@pytest.mark.skipif("forkserver" not in start_methods(), reason="has no fork server")
def test_workers_that_outlive_their_fork_server_are_not_taken_for_dead(
    begin: MakeRun, wait_until: WaitUntil, tmp_path: Path
) -> None:
    run = begin("forkserver", "map", processes=2)
    helpers = run.recording.journal.helpers
    os.kill(next(one["pid"] for one in helpers if one["role"] == "fork server"), signal.SIGKILL)
    said = run.folder / OUTPUT_FOLDER / HOST_OUTPUT_FILE

    def noticed() -> bool:  # by Pool, which starts others, or fails to: refused, or by EOFError
        run.poll()
        assert run.recording.trace is not None
        return len(run.recording.trace.lanes) == 4 or "_repopulate_pool" in said.read_text()

    wait_until(noticed)
    (tmp_path / "go").touch()
    assert run.wait(30)
    assert (run.status, run.recording.counts.done) == (Status.FINISHED, 1)
    assert run.recording.journal.fault_count == 0


@pytest.mark.skipif("fork" not in start_methods(), reason="only a fork inherits the pipe")
def test_a_death_is_found_out_though_pool_s_own_thread_is_blocked(start: MakeRun) -> None:
    run = start(":block_pool_and_die", "range(2)", processes=1, chunksize=1, start_method="fork")
    assert run.wait(30)
    assert run.status is Status.FAILED and run.problem is not None
    kinds = [fault.problem.kind for fault in run.recording.journal.faults]
    assert kinds == [Kind.WORKER_DIED, Kind.POOL_STALLED]
    assert (run.recording.counts.lost, run.recording.counts.not_run) == (1, 1)


def test_a_death_is_found_out_though_the_task_s_module_ignores_the_deaths_of_children(
    start: MakeRun, tmp_path: Path, start_method: str
) -> None:
    module = tmp_path / "ignores.py"
    module.write_text(
        "import os, signal\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "def end_at_3(number):\n"
        "    return os._exit(3) if number == 3 else number\n"
    )
    run = start(f"{module}:end_at_3", "range(6)", chunksize=1, start_method=start_method)
    assert run.wait(30)
    assert run.problem is not None and run.problem.kind is Kind.WORKER_DIED
    assert run.problem.values["task"] == 3 and run.recording.counts.lost == 1


def test_one_that_is_killed_in_the_middle_of_a_message_ends_the_run(
    start: MakeRun, wait_until: WaitUntil, start_method: str, method: str
) -> None:
    inputs = "[(0.3,)]" if method in STAR_METHODS else "[0.3]"
    settings = {"processes": 1, "start_method": start_method, "method": method}
    run = start(":big_after_a_while", inputs, **settings)
    wait_until(lambda: (run.poll(), run.recording.counts.running == 1)[1])
    host = run.recording.journal.host["pid"]
    os.kill(host, signal.SIGSTOP)
    wait_until(lambda: in_phase(run, Phase.SENDING) is not None)
    lane = lanes_of(run)[0]
    os.kill(lane.pid, signal.SIGKILL)
    os.kill(host, signal.SIGCONT)
    assert run.wait(LIMIT_S)
    assert run.problem is not None and run.problem.kind is Kind.WORKER_DIED
    assert (run.problem.values["phase"], run.problem.values["pid"]) == ("sending", lane.pid)
    assert (run.recording.counts.done, run.recording.counts.result_lost) == (1, 1)


def test_every_death_is_told_the_first_hundred_one_by_one(start: MakeRun) -> None:
    run = start(":end_every_third", "range(0, 450)", chunksize=1, start_method="fork")
    assert run.wait(30)
    journal = run.recording.journal
    assert (len(journal.faults), journal.fault_count) == (100, 150)
    told = [fault.problem.values["task"] for fault in journal.faults]
    assert sorted(told) == sorted(set(told)) and all(task % 3 == 0 for task in told)
    assert run.problem == journal.faults[0].problem
    assert (run.recording.counts.lost, run.recording.counts.done) == (150, 300)


def test_what_goes_down_after_the_method_has_raised_is_told(start: MakeRun) -> None:
    for method in ("imap", "imap_unordered", "apply_async"):
        run = start(":raise_at_0_die_at_3", "range(8)", method=method)
        assert run.wait(30)
        assert run.problem is not None and run.problem.kind is Kind.TASK_RAISED
        (fault,) = run.recording.journal.faults
        assert fault.problem.kind is Kind.WORKER_DIED and fault.problem.values["task"] == 3
        counts = run.recording.counts
        assert (counts.raised, counts.lost, counts.done) == (1, 1, 6)
        assert run.recording.journal.returned_ns is not None
        assert fault.at_ns - run.recording.journal.returned_ns < LIMIT_S * 1e9


@pytest.mark.skipif("fork" not in start_methods(), reason="needs fork")
def test_a_result_that_pool_takes_in_twice_keeps_nobody_waiting_for_another(
    start: MakeRun,
) -> None:
    """Pool counts it twice and reads no more, and one of its goodbyes goes to the fork."""
    run = start(":fork_and_go_on_at_3", "range(8)", chunksize=1, processes=2, start_method="fork")
    assert run.wait(LIMIT_S)
    assert (run.status, run.recording.counts.done) == (Status.FINISHED, 8)
    assert not run.recording.journal.faults
    trace = run.recording.trace
    assert trace is not None and trace.chunks["cpu"].min() >= 0
