"""A trace that is read while it is written, and the same one read afterwards."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.run import Run, Status
from poolscope.engine.trace import ending
from poolscope.engine.trace.layout import (
    CHUNKS,
    NO_CHUNK,
    TASKS,
    WORKERS,
    ChunkOutcome,
    Phase,
    TaskState,
)
from poolscope.engine.trace.trace import Trace

MakeRun = Callable[..., Run]
MakeTables = Callable[..., Any]
Counted = Callable[[Trace], Any]
WaitUntil = Callable[..., None]


def contents(trace: Trace) -> list[Any]:
    """All that a trace says, as plain values."""
    lanes = [
        (
            lane.ordinal,
            lane.pid,
            lane.slot,
            lane.exit_code,
            lane.busy_ns,
            *(column.tolist() for column in (lane.rows, lane.begun, lane.ended, lane.busy_before)),
        )
        for lane in trace.lanes
    ]
    return [trace.counts, trace.end_ns, *lanes]


def assert_the_same_as_read_afresh(run: Run) -> None:
    live = run.recording.trace
    assert live is not None
    fresh = Trace(run.folder, live.origin_ns)
    fresh.update(ended=True)
    assert contents(live) == contents(fresh)
    states = np.bincount(np.load(run.folder / "tasks.npy")[:, 3], minlength=6).tolist()
    counts = live.counts
    expected = [counts.done, counts.raised, counts.lost, counts.not_run]
    assert states[TaskState.DONE :] == expected and states[TaskState.OPEN] == 0
    for lane in live.lanes:
        assert (np.diff(lane.rows) > 0).all(), "rows in the order in which they ran"
        assert (lane.ended >= lane.begun).all() and (lane.begun[1:] >= lane.ended[:-1]).all()
        assert lane.running is None


# --- live runs of many kinds


@pytest.mark.parametrize(
    ("task", "inputs", "settings"),
    [
        (":same", "range(20_000)", {"chunksize": 1, "processes": 8}),
        (":same", "range(20_000)", {"chunksize": 7, "processes": 3}),
        (":same", "range(300_000)", {"processes": 2}),
        (":same", "[]", {}),
        (":raise_always", "range(500)", {"chunksize": 1, "processes": 4}),
        (":raise_at_3", "range(2000)", {"chunksize": 50}),
        (":end_every_third", "range(60)", {"chunksize": 2, "processes": 4}),
        (":kill_at_3", "range(4000)", {"chunksize": 5, "processes": 4}),
        (":function_at_3", "range(500)", {"chunksize": 5}),
        (":raise_unreadable_at_3", "range(500)", {"chunksize": 5}),
        (":sleep", "[0.001] * 200", {"chunksize": 3, "processes": 6}),
        ("uneven", "range(40)", {"chunksize": 1}),
    ],
)
def test_what_was_gathered_live_is_what_the_folder_says(
    start: MakeRun, task: str, inputs: str, settings: dict[str, int]
) -> None:
    run = start(task, inputs, **settings)
    assert run.wait(60, interval_s=0)
    assert_the_same_as_read_afresh(run)


@pytest.mark.parametrize("ending_of", ["stop", "kill"])
def test_so_it_is_when_the_run_is_cut_short(
    start: MakeRun, wait_until: WaitUntil, ending_of: str
) -> None:
    run = start(":sleep", "[0.0005] * 50_000", chunksize=2, processes=4)
    wait_until(lambda: (run.poll(), run.recording.counts.done > 200)[1])
    if ending_of == "stop":
        run.stop()
    else:
        os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(30)
    assert run.status is (Status.STOPPED if ending_of == "stop" else Status.FAILED)
    assert_the_same_as_read_afresh(run)
    counts = run.recording.counts
    assert counts.not_run > 40_000 and counts.done > 200
    assert counts.done + counts.lost + counts.not_run == 50_000


def test_counts_only_grow_and_never_pass_the_total(start: MakeRun) -> None:
    run = start(":same", "range(5000)", chunksize=1, processes=4)
    seen = []
    while not run.over:
        run.poll()
        seen.append(run.recording.counts)
    over = [counts.over for counts in seen if counts.total]
    assert over == sorted(over) and over[-1] == 5000
    assert len(set(over)) > 2, "nothing was seen on the way"
    assert all(counts.over + counts.running <= 5000 for counts in seen if counts.total)


# --- hand-written tables: any moment can be made


@pytest.mark.parametrize("seed", range(12))
def test_looks_at_arbitrary_moments_add_up_to_the_whole(
    tmp_path: Path, tables: MakeTables, seed: int
) -> None:
    random = np.random.default_rng(seed)
    workers = int(random.integers(1, 9))
    table = tables(tmp_path, 300, int(random.integers(1, 40)), workers)
    live = Trace(tmp_path, 0)
    waiting = list(range(table.chunk_count))
    hands: dict[int, Iterator[None]] = {}
    chance = random.random() ** 2
    while waiting or hands:
        ordinal = int(random.integers(1, workers + 1))
        if ordinal not in hands and waiting:
            hands[ordinal] = table.run(ordinal, waiting.pop(0))
        if ordinal in hands and next(hands[ordinal], 1) == 1:
            del hands[ordinal]
        if random.random() < chance:
            live.update()
            assert live.counts.over <= 300
    live.update(ended=True)
    fresh = Trace(tmp_path, 0)
    fresh.update(ended=True)
    assert contents(live) == contents(fresh) and live.counts.done == 300


def test_a_running_task_is_its_lane_s_and_is_not_in_it_yet(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 4, 2)
    table.take(2, 0)
    table.begin(0)
    trace = Trace(tmp_path, 0)
    assert trace.update()
    assert trace.lanes[1].running == (0, table.tasks["begun"][0]) and len(trace.lanes[1]) == 0
    assert trace.counts.running == 1 and trace.find(0) is None
    table.end(0)
    table.begin(1)
    assert trace.update() and not trace.update()
    assert trace.lanes[1].running == (1, table.tasks["begun"][1])
    assert trace.find(0) == (trace.lanes[1], 0)


def test_a_raised_chunk_leaves_its_rest_not_run_and_its_results_lost(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 8, 4)
    table.take(1, 0)
    for row, state in ((0, TaskState.DONE), (1, TaskState.DONE), (2, TaskState.RAISED)):
        table.begin(row)
        table.end(row, state)
    trace = Trace(tmp_path, 0)
    trace.update()
    assert (trace.counts.not_run, trace.counts.result_lost) == (0, 0)
    table.close(0, ChunkOutcome.RAISED)
    trace.update()
    assert (trace.counts.done, trace.counts.raised) == (2, 1)
    assert (trace.counts.not_run, trace.counts.result_lost) == (1, 2)


def test_a_lost_task_ends_when_its_worker_died(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 2, 2)
    table.take(1, 0)
    table.begin(0)
    trace = Trace(tmp_path, 0)
    trace.update()
    table.workers.set(1, "exit_code", -9)
    table.workers.set(1, "died", died := table.now())
    table.close(0, ChunkOutcome.LOST)
    trace.update()
    assert trace.lanes[0].ended.tolist() == [died] and trace.lanes[0].exit_code == -9
    assert (trace.counts.lost, trace.counts.not_run) == (1, 1)
    assert trace.state_of(np.array([0])).tolist() == [TaskState.LOST]


def test_the_end_of_a_run_closes_every_row(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 6, 2)
    table.take(1, 0)
    table.begin(0)
    table.end(0)
    table.begin(1)
    table.take(2, 1)
    ending.finish(tmp_path)
    once = (tmp_path / "tasks.npy").read_bytes()
    ending.finish(tmp_path)
    assert (tmp_path / "tasks.npy").read_bytes() == once
    trace = Trace(tmp_path, 0)
    trace.update(ended=True)
    states = [TaskState.DONE, TaskState.LOST] + [TaskState.NOT_RUN] * 4
    assert trace.tasks["state"].tolist() == states
    assert (trace.counts.done, trace.counts.lost, trace.counts.not_run) == (1, 1, 4)
    assert trace.tasks["ended"][1] == trace.tasks["begun"][1], "the latest time that is known"


def test_a_result_that_never_arrived_is_lost(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 4, 2)
    for chunk in (0, 1):
        for _ in table.run(1, chunk):
            pass
    table.chunks["received"][1] = 0  # sent, and the host died
    trace = Trace(tmp_path, 0)
    trace.update()
    assert trace.counts.result_lost == 0
    trace.update(ended=True)
    assert (trace.counts.done, trace.counts.result_lost) == (4, 2)


@pytest.mark.parametrize("received", [0, 5_000])
@pytest.mark.parametrize("outcome", [ChunkOutcome.NOT_READ, ChunkOutcome.LOST])
def test_results_that_the_host_finds_lost_after_their_worker_had_said_done_are_counted(
    tmp_path: Path, tables: MakeTables, outcome: ChunkOutcome, received: int
) -> None:
    table = tables(tmp_path, 6, 2)
    for chunk in (0, 1):
        for _ in table.run(1, chunk):
            pass
    trace = Trace(tmp_path, 0)
    trace.update()
    assert (trace.counts.done, trace.counts.result_lost) == (4, 0)
    table.chunks["outcome"][1], table.chunks["received"][1] = outcome, received
    trace.update(ended=True)
    fresh = Trace(tmp_path, 0)
    fresh.update(ended=True)
    assert trace.counts == fresh.counts and trace.counts.result_lost == 2
    assert trace.results_lost(np.arange(4)).tolist() == [False, False, True, True]


def test_workers_that_were_replaced_get_lanes_of_their_own(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 600, 1, workers=1)
    trace = Trace(tmp_path, 0)
    for ordinal in range(1, 601):
        if ordinal > 1:
            table.workers.add(ordinal, 0, table.now())
            table.workers.set(ordinal, "pid", 7)  # PIDs repeat
        for _ in table.run(ordinal, ordinal - 1):
            pass
        if ordinal % 37 == 0:
            trace.update()
            assert len(trace.lanes) == ordinal
    trace.update(ended=True)
    assert [len(lane) for lane in trace.lanes] == [1] * 600
    assert [lane.slot for lane in trace.lanes] == [0] * 600 and trace.lanes[-1].pid == 7


def test_a_worker_that_has_not_begun_to_live_has_no_lane_yet(
    tmp_path: Path, tables: MakeTables
) -> None:
    table = tables(tmp_path, 1, 1, workers=1)
    table.workers.add(2, 1, table.now())
    trace = Trace(tmp_path, 0)
    trace.update()
    assert len(trace.lanes) == 1
    trace.update(ended=True)
    assert len(trace.lanes) == 2 and trace.lanes[1].phase is Phase.STARTING
    assert trace.lanes[1].chunk is None and trace.workers["chunk"][1] == NO_CHUNK


def test_a_row_of_a_worker_that_never_was_is_refused(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 2, 2)
    for _ in table.run(1, 0):
        pass
    table.tasks["worker"][1] = 10**15
    with pytest.raises(ProblemError) as caught:
        Trace(tmp_path, 0).update(ended=True)
    assert caught.value.problem.kind is Kind.NOT_A_RUN


# --- the work of an update


@pytest.mark.parametrize("slow_first_task", [False, True])
def test_the_work_of_an_update_follows_what_is_new_not_what_there_is(
    tmp_path: Path, tables: MakeTables, counted: Counted, slow_first_task: bool
) -> None:
    work = []
    for size in (2_000, 20_000):
        folder = tmp_path / str(size)
        folder.mkdir()
        table = tables(folder, size, 1)
        trace = Trace(folder, 0)
        if slow_first_task:
            table.take(2, 0)
            table.begin(0)
        for chunk in range(int(slow_first_task), size - 20):
            for _ in table.run(1, chunk):
                pass
        trace.update()
        counted_tasks = counted(trace).tasks
        for chunk in range(size - 20, size - 10):
            for _ in table.run(1, chunk):
                pass
        trace.update()
        assert trace.counts.done == size - 10 - slow_first_task
        work.append(counted_tasks.touched)
    assert work[0] == work[1] <= 20 * len(TASKS.columns)


def test_a_saved_folder_opens_with_plain_numpy(tmp_path: Path, tables: MakeTables) -> None:
    table = tables(tmp_path, 5, 2)
    for _ in table.run(2, 0):
        pass
    for kind in (TASKS, CHUNKS, WORKERS):
        array = np.load(tmp_path / kind.file_name, allow_pickle=False)
        assert array.dtype == np.int64 and array.shape[1] == len(kind.columns)
    tasks = np.load(tmp_path / TASKS.file_name)
    assert tasks[:2, TASKS.columns.index("worker")].tolist() == [2, 2]
