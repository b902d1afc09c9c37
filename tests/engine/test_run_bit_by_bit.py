"""A run that does more at once than one look takes in."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from poolscope.engine import run as run_module
from poolscope.engine.problem import Kind
from poolscope.engine.run import Run, Status
from poolscope.engine.trace import ending
from poolscope.engine.trace.layout import WORKERS
from poolscope.engine.trace.reader import Columns
from poolscope.engine.trace.trace import Trace

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
TASKS = 5_000


@pytest.fixture(autouse=True)
def little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "ROWS_AT_ONCE", 400)
    monkeypatch.setattr(run_module, "ENDED_AT_ONCE", 400)
    monkeypatch.setattr(ending, "BLOCK", 200)


def poll_to_the_end(run: Run, wait_until: WaitUntil) -> list[tuple[Status, int, bool]]:
    """Status, tasks that are over and whether it was behind, after each poll."""
    seen: list[tuple[Status, int, bool]] = []

    def poll() -> bool:
        run.poll()
        seen.append((run.status, run.recording.counts.over, run.behind))
        return run.over

    wait_until(poll)
    return seen


def assert_whole(run: Run) -> None:
    trace = run.recording.trace
    assert trace is not None and trace.ended and not run.behind
    fresh = Trace(run.folder, trace.origin_ns)
    fresh.update(ended=True)
    assert (trace.counts, trace.end_ns, trace.last_ns) == (
        fresh.counts,
        fresh.end_ns,
        fresh.last_ns,
    )
    assert trace.counts.over == trace.counts.total == TASKS


@pytest.mark.parametrize("chunksize", [1, 100, TASKS])
def test_it_is_over_when_all_of_it_is_there(
    start: MakeRun, wait_until: WaitUntil, chunksize: int
) -> None:
    run = start(":same", f"range({TASKS})", chunksize=chunksize, processes=2)
    seen = poll_to_the_end(run, wait_until)
    assert run.status is Status.FINISHED
    assert_whole(run)
    assert all(over <= TASKS for _, over, _ in seen)
    late = [(over, behind) for status, over, behind in seen if status is Status.ENDING]
    assert any(behind for _, behind in late), "it said that there was more"
    assert [run.recording.results[row] for row in (0, TASKS - 1)] == ["0", str(TASKS - 1)]
    assert len(run.recording.results) == len(run.recording.inputs) == TASKS


def test_a_look_at_a_time_is_small(
    start: MakeRun, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(":same", f"range({TASKS})", chunksize=50, processes=2)
    wait_until(lambda: run._host.gone)  # nobody has looked so far
    seen = [over for _, over, _ in poll_to_the_end(run, wait_until)]
    steps = [later - earlier for earlier, later in zip([0, *seen], seen, strict=False)]
    assert max(steps) <= 2 * 400 and seen[-1] == TASKS
    assert_whole(run)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_so_it_is_when_it_is_cut_short(start: MakeRun, wait_until: WaitUntil, how: str) -> None:
    run = start(":sleep", f"[0.0005] * {TASKS}", chunksize=2, processes=4)
    wait_until(lambda: (run.poll(), run.recording.counts.done > 200)[1])
    if how == "stop":
        run.stop()
    else:
        assert run.host_pid is not None
        os.kill(run.host_pid, signal.SIGKILL)
    poll_to_the_end(run, wait_until)
    assert run.status is (Status.STOPPED if how == "stop" else Status.FAILED)
    assert how == "stop" or (run.problem is not None and run.problem.kind is Kind.HOST_DIED)
    assert_whole(run)
    assert run.recording.counts.not_run


def test_who_waits_for_it_does_not_pause_while_there_is_more(
    start: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(":same", f"range({TASKS})", processes=2)
    paused: list[bool] = []
    sleep = run_module.time.sleep

    def note(seconds: float) -> None:
        paused.append(run.behind)
        sleep(seconds)

    monkeypatch.setattr(run_module.time, "sleep", note)
    assert run.wait(60)
    assert_whole(run)
    assert paused and not any(paused)


def test_a_folder_that_goes_in_the_middle_of_the_end_fails_the_run(
    start: MakeRun, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(":same", f"range({TASKS})", processes=2)
    wait_until(lambda: (run.poll(), run._ending is not None)[1])

    def torn(*_: Any, **__: Any) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(run.recording, "update", torn)
    while not run.over:
        run.poll()
    assert run.status is Status.FAILED and not run.behind
    assert run.problem is not None and run.problem.kind is Kind.RUN_NOT_RECORDED


def test_workers_that_no_look_has_come_to_were_not_left_by_tasks(
    start: MakeRun, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poolscope.engine.trace.trace.LANES_AT_ONCE", 1)
    run = start(":same", f"range({TASKS})", chunksize=TASKS // 6, processes=6)
    wait_until(lambda: run._host.gone)  # nobody has looked so far
    pids = list(filter(None, Columns(run.folder, WORKERS)["pid"].tolist()))
    run._host.left.add([(pid, "python") for pid in pids])  # who could not end them at once
    poll_to_the_end(run, wait_until)
    assert len(pids) == 6 and run.status is Status.FINISHED
    assert not run.recording.journal.faults
    assert_whole(run)
