"""Stop ends a run soon, whatever its processes are doing, and nobody of it is left."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import lifeline
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.host_process import HostProcess
from poolscope.engine.problem import Kind
from poolscope.engine.processes import group_members
from poolscope.engine.run import Run, Status

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
LIMIT_S = 5.0  # the promise is 1 s on a machine that has nothing else to do

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def asleep(start: MakeRun, wait_until: WaitUntil) -> Callable[..., Run]:
    """Start a run whose two workers sleep in a task each."""

    def make(task: str = ":sleep", **settings: object) -> Run:
        run = start(task, "[600] * 6", chunksize=1, **settings)
        wait_until(lambda: (run.poll(), run.recording.counts.running == 2)[1])
        return run

    return make


def stop(run: Run) -> None:
    began = time.monotonic()
    run.stop()
    assert run.wait(60) and run.status is Status.STOPPED and run.problem is None
    assert time.monotonic() - began < LIMIT_S
    assert not group_members(run.host_pid)


def test_a_worker_that_is_stopped_itself_holds_up_nothing(
    asleep: Callable[..., Run], start_method: str
) -> None:
    run = asleep(start_method=start_method)
    assert run.recording.trace is not None
    os.kill(run.recording.trace.lanes[0].pid, signal.SIGSTOP)
    stop(run)


def test_a_host_that_is_stopped_is_ended(asleep: Callable[..., Run], start_method: str) -> None:
    run = asleep(start_method=start_method)
    assert run.host_pid is not None
    os.kill(run.host_pid, signal.SIGSTOP)
    stop(run)


def test_a_stopped_keeper_is_ended_as_well(asleep: Callable[..., Run]) -> None:
    run = asleep()
    assert run.host_pid is not None
    for pid in (run.host_pid, run._host._process.pid):
        os.kill(pid, signal.SIGSTOP)
    stop(run)


def test_tasks_that_fork_for_ever_are_ended_with_all_their_children(
    asleep: Callable[..., Run], data: Path, start_method: str
) -> None:
    stop(asleep(f"{data / 'leavers.py'}:fork_for_ever", start_method=start_method))


def test_a_host_deep_in_c_is_known_not_to_have_heard(start: MakeRun, wait_until: WaitUntil) -> None:
    run = start(":same", "[sum(itertools.repeat(1))]")
    wait_until(lambda: (run.poll(), run.recording.journal.loaded_ns)[1])
    assert not run._host.is_deaf
    run._host.ask_to_stop()
    assert run._host.is_deaf == sys.platform.startswith("linux")
    stop(run)


def test_a_host_that_pickles_for_long_is_ended(
    start: MakeRun, data: Path, wait_until: WaitUntil
) -> None:
    run = start(f"{data / 'leavers.py'}:same", "[Slow()]", start_method="spawn")
    wait_until(lambda: (run.poll(), run.recording.journal.inputs)[1])
    stop(run)


def test_before_there_is_a_host_everything_can_be_ended(tmp_path: Path) -> None:
    host = HostProcess(Experiment("sleep", "[600]"), _folder(tmp_path))
    host.kill()
    host.wait()
    assert host.gone and host.nobody_is_left()


def _folder(path: Path) -> Path:
    (path / "output").mkdir()
    return path


def test_without_a_lifeline_the_host_ends_its_run_when_the_app_lets_go(
    monkeypatch: pytest.MonkeyPatch, asleep: Callable[..., Run], start_method: str
) -> None:
    monkeypatch.setattr(lifeline, "create", lambda _: None)
    run = asleep(start_method=start_method)
    run._host.release()
    assert run.wait(60) and run.recording.journal.stopped, "the host has not said it itself"
    assert run.recording.journal.stopped_ns, "nobody knows when"
    assert not group_members(run.host_pid)


def test_without_a_lifeline_the_keeper_ends_a_host_that_does_not_look(
    monkeypatch: pytest.MonkeyPatch, start: MakeRun, wait_until: WaitUntil
) -> None:
    monkeypatch.setattr(lifeline, "create", lambda _: None)
    run = start(":same", "[sum(itertools.repeat(1))]")
    wait_until(lambda: (run.poll(), run.recording.journal.loaded_ns)[1])
    run._host.release()
    assert run.wait(60) and run.problem is not None and run.problem.kind is Kind.HOST_DIED
    assert not group_members(run.host_pid)


def test_one_that_nobody_can_end_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, asleep: Callable[..., Run], wait_until: WaitUntil
) -> None:
    run = asleep()
    monkeypatch.setattr("poolscope.engine.host_process.end_carriers", lambda *_: {1: "deep"})
    monkeypatch.setattr("poolscope.engine.host_process.GIVE_UP_S", 0.2)
    os.kill(run._host._process.pid, signal.SIGKILL)
    assert run.wait(60) and run.status is Status.FAILED
    monkeypatch.undo()
    wait_until(run._host.nobody_is_left)


def test_half_a_message_holds_up_nobody(finish: MakeRun, data: Path) -> None:
    run = finish(f"{data / 'leavers.py'}:half_a_message", "(1, 2)")
    assert (run.status, run.recording.counts.done) == (Status.FINISHED, 2)


def test_what_the_app_hears_it_never_waits_for(asleep: Callable[..., Run]) -> None:
    run = asleep()
    assert run._host._connection is not None
    assert not os.get_blocking(run._host._connection.fileno())
    stop(run)


def test_an_experiment_that_cannot_be_launched_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("poolscope.engine.host_process.append_line", fail)
    with pytest.raises(ValueError, match="host not started"):
        Run(Experiment("sleep", "[600]", PoolSettings()), parent=tmp_path)
    assert not list(tmp_path.iterdir())
