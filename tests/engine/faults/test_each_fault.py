"""Every fault, made for real, under every start method and every method of Pool.

`FAULTS` in conftest.py says what is done and what a person must be told. Without `--all` each pair
of fault and start method, of fault and method, and of start method and method comes at least once.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from poolscope.engine import belonging
from poolscope.engine.experiment import STAR_METHODS
from poolscope.engine.problem import Kind
from poolscope.engine.processes import group_members
from poolscope.engine.run import Run, Status
from poolscope.engine.trace.layout import ChunkOutcome, TaskState, clock_ns
from poolscope.gui.wording import sentence

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
Fault = Any  # of conftest.py
LIMIT_S = 5.0
"""From a fault to its sentence; the promise is 2 s on a machine that has nothing else to do."""
TASKS, ROW = 8, 3
"""Of a run, and the one of them that is at fault."""
OUTCOMES = {
    Kind.WORKER_DIED: ChunkOutcome.LOST,
    Kind.RESULT_VANISHED: ChunkOutcome.LOST,
    Kind.INPUT_NOT_READ: ChunkOutcome.LOST,
    Kind.INPUT_NOT_SENT: ChunkOutcome.NOT_SENT,
    Kind.RESULT_NOT_SENT: ChunkOutcome.NOT_SENT,
    Kind.RESULT_NOT_READ: ChunkOutcome.NOT_READ,
    Kind.TASK_RAISED: ChunkOutcome.RAISED,
}
"""Of the chunk of task ROW."""


def test_a_choice_has_each_pair(choice: Callable[[bool], list[Any]]) -> None:
    few, all_of_them = choice(False), choice(True)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        pairs = {(case[one], case[other]) if one else (case[0].name, case[other]) for case in few}
        assert pairs == {
            (case[one], case[other]) if one else (case[0].name, case[other]) for case in all_of_them
        }


def test_a_fault_is_told_and_leaves_nothing(
    start: MakeRun, wait_until: WaitUntil, fault: Fault, start_method: str, method: str
) -> None:
    before = things()
    inputs = f"[(value,) for value in {fault.inputs}]" if method in STAR_METHODS else fault.inputs
    settings = {"chunksize": 5, "start_method": start_method, "method": method} | fault.settings
    run = start(fault.task, inputs, **settings)
    told_ns = follow(run)
    assert_told(run, fault, told_ns)
    assert_ends(run, fault)
    assert_nobody_left(run)
    wait_until(lambda: not things() - before)


def follow(run: Run) -> int:
    """To its end; returns when the first trouble was seen."""
    told_ns, deadline = 0, time.monotonic() + 30
    while not run.over:
        run.poll()
        journal = run.recording.journal
        if not told_ns and (journal.faults or journal.problem):
            told_ns = clock_ns()
        assert time.monotonic() < deadline, "the run hangs"
        time.sleep(0.005)
    return told_ns


def assert_told(run: Run, fault: Fault, told_ns: int) -> None:
    journal, problem = run.recording.journal, run.problem
    if fault.kind is None:
        assert (run.status, problem, journal.fault_count) == (Status.FINISHED, None, 0)
        return
    assert run.status is Status.FAILED and problem is not None
    said = sentence(problem)
    assert problem.kind is fault.kind, said
    assert all(words in said for words in fault.words), said
    kinds = [trouble.problem.kind for trouble in journal.faults]
    assert journal.fault_count == len(kinds)
    if fault.kind is Kind.TASK_RAISED:  # the task itself tells it
        assert not kinds and ROW in run.recording.failures
    else:
        assert kinds[0] is (fault.told or fault.kind), kinds
    since_ns = moment(run)
    assert journal.problem_ns is not None
    assert told_ns - since_ns < LIMIT_S * 1e9
    if not fault.goes_on or fault.where == "pool":
        assert journal.problem_ns - since_ns < LIMIT_S * 1e9


def moment(run: Run) -> int:
    """When the fault came, or a moment before: its task began, or the method was called."""
    assert run.recording.trace is not None and run.recording.journal.called_ns is not None
    return int(run.recording.trace.tasks["begun"][ROW]) or run.recording.journal.called_ns


def assert_ends(run: Run, fault: Fault) -> None:
    """Exactly one end for each task, and the right one."""
    trace = run.recording.trace
    assert trace is not None
    states = np.array(trace.tasks["state"])
    counts = trace.counts
    for name, state in (
        ("done", TaskState.DONE),
        ("raised", TaskState.RAISED),
        ("lost", TaskState.LOST),
        ("not_run", TaskState.NOT_RUN),
    ):
        assert getattr(counts, name) == np.count_nonzero(states == state)
    assert counts.done + counts.raised + counts.lost + counts.not_run == counts.total == TASKS
    expected = expected_states(run, fault)
    size = run.experiment.pool.chunksize_for(TASKS)
    first = ROW // size * size
    if fault.kind in OUTCOMES:
        assert trace.chunks["outcome"][ROW // size] == OUTCOMES[fault.kind]
    if fault.goes_on:
        assert states.tolist() == expected
        lost_too = range(first, min(first + size, TASKS))
        if fault.kind is not None:
            done = [row for row in lost_too if expected[row] == TaskState.DONE]
            assert counts.result_lost == len(done)
    else:
        assert states[first : first + size].tolist() == expected[first : first + size]


def expected_states(run: Run, fault: Fault) -> list[int]:
    size = run.experiment.pool.chunksize_for(TASKS)
    if fault.kind is None:
        return [TaskState.DONE] * TASKS
    if fault.where == "pool":
        return [TaskState.NOT_RUN] * TASKS
    states = [int(TaskState.DONE)] * TASKS
    for row in range(TASKS):
        if row // size == ROW // size:
            after = TaskState.NOT_RUN if row > ROW else TaskState.DONE
            ends = {"input": TaskState.NOT_RUN, "result": TaskState.DONE}
            states[row] = ends.get(fault.where, fault.end if row == ROW else after)
        elif run.experiment.pool.method == "apply" and row > ROW:
            states[row] = TaskState.NOT_RUN  # it was never handed out
    return states


def things() -> set[str]:
    """What the runs of this process lay into shared memory and the temporary folder."""
    own = belonging.this_process()
    places = (
        (belonging.SHARED, f"sem.mp-{own}-*"),
        (Path(tempfile.gettempdir()), f"{belonging.FOLDER_PREFIX}{own}-*"),
        (Path(tempfile.gettempdir()), "pymp-*"),
    )
    return {path.name for folder, pattern in places for path in folder.glob(pattern)}


def assert_nobody_left(run: Run) -> None:
    journal, trace = run.recording.journal, run.recording.trace
    assert trace is not None and not group_members(journal.host["pid"])
    pids = {lane.pid for lane in trace.lanes} | {helper["pid"] for helper in journal.helpers}
    over = time.time()
    for pid in pids | {journal.host["pid"]}:
        try:
            process = psutil.Process(pid)
            assert process.create_time() > over or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            continue
