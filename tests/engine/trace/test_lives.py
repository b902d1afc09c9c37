"""Workers that come and go, and what the trace knows of them."""

from array import array
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.metrics.so_far import mean_initializer_s, measure
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace.layout import FETCHED, ORDER, Table
from poolscope.engine.trace.mapping import MappedTable
from poolscope.engine.trace.trace import Trace
from poolscope.engine.trace.writer import create

MakeRun = Callable[..., Run]


def trace_of(run: Run) -> Trace:
    assert run.problem is None
    assert run.recording.trace is not None
    return run.recording.trace


def test_a_successor_knows_whom_it_replaces(finish: MakeRun, start_method: str) -> None:
    settings = {"maxtasksperchild": 1, "chunksize": 4, "start_method": start_method}
    trace = trace_of(finish(":same", "range(16)", processes=2, **settings))
    successors = [lane for lane in trace.lanes if lane.replaces is not None]
    assert len(trace.lanes) == 2 + len(successors) >= 4
    for lane in successors:
        assert lane.replaces is not None
        assert lane.replaces.slot == lane.slot and lane.replaces.ordinal < lane.ordinal
        assert lane.replaces.replaced and lane.replaces.left
        assert lane.replaces.died_ns <= lane.born_ns
    assert sum(lane.replaced for lane in trace.lanes) == len(successors)


def test_only_the_lanes_of_the_living_are_looked_at(start: MakeRun, wait_until) -> None:
    inputs = "[0] * 6 + [600]"
    run = start("sleep", inputs, processes=1, maxtasksperchild=1, chunksize=1)

    def only_the_last_lives() -> bool:
        run.poll()
        counts, trace = run.recording.counts, run.recording.trace
        return (
            (counts.done, counts.running) == (6, 1) and trace is not None and len(trace.living) == 1
        )

    wait_until(only_the_last_lives)
    trace = trace_of(run)
    assert [lane.over for lane in trace.lanes] == [True] * 6 + [False]
    assert trace.living == trace.lanes[-1:]
    run.stop()
    assert run.wait(60)
    assert trace.living == [] and all(lane.over for lane in trace.lanes)
    assert [len(lane) for lane in trace.lanes[:7]] == [1] * 7


def test_a_dead_worker_s_lane_is_over_only_when_its_chunk_is(finish: MakeRun) -> None:
    run = finish(":kill_at_3", "range(8)", processes=2, chunksize=1)
    assert run.recording.trace is not None
    assert run.recording.counts.lost == 1
    assert all(lane.over for lane in run.recording.trace.lanes)


def test_the_initializer_comes_before_the_first_task(finish: MakeRun, start_method: str) -> None:
    settings = {"initializer": "remember", "initargs": "(1, 2)", "start_method": start_method}
    run = finish(":remembered", "range(4)", processes=2, **settings)
    trace = trace_of(run)
    for lane in trace.lanes:
        called_ns, returned_ns = lane.initializing_ns
        assert lane.born_ns < called_ns <= returned_ns <= lane.ready_ns
        assert lane.initializer_ns == returned_ns - called_ns
        assert all(lane.begun > returned_ns)
    assert mean_initializer_s(trace) == pytest.approx(
        np.mean([lane.initializer_ns for lane in trace.lanes]) / 1e9
    )


def test_without_an_initializer_nothing_took_any_time(finish: MakeRun) -> None:
    trace = trace_of(finish("laborator", "(0, 0)"))
    assert [lane.initializer_ns for lane in trace.lanes] == [None, None]
    assert mean_initializer_s(trace) is None


def test_imap_gives_results_in_the_order_of_inputs_and_unordered_as_they_come(
    finish: MakeRun,
) -> None:
    inputs = "[0.2, 0, 0, 0, 0.1, 0]"
    for method in ("imap", "imap_unordered"):
        trace = trace_of(finish("sleep", inputs, processes=2, method=method))
        assert trace.fetched is not None
        came = trace.chunks["received"][trace.tasks["chunk"]]
        assert (trace.fetched >= came).all() and (came > trace.tasks["ended"]).all()
        in_order = np.arange(6) if method == "imap" else np.argsort(came)
        assert np.argsort(trace.fetched, kind="stable").tolist() == in_order.tolist()


def test_the_makespan_of_imap_reaches_to_the_end_of_the_loop(finish: MakeRun) -> None:
    run = finish("sleep", "[0.05, 0, 0]", processes=2, method="imap_unordered")
    trace, journal = trace_of(run), run.recording.journal
    assert trace.fetched is not None
    assert journal.called_ns is not None and journal.returned_ns is not None
    assert journal.called_ns < trace.fetched.min() <= trace.fetched.max() <= journal.returned_ns


def test_apply_keeps_one_worker_busy(finish: MakeRun) -> None:
    run = finish("sleep", "[0.02] * 6", processes=3, method="apply")
    trace = trace_of(run)
    begun, ended = trace.tasks["begun"], trace.tasks["ended"]
    assert (begun[1:] > ended[:-1]).all(), "one after the other"
    busy = measure(run.recording, 0).busy_workers
    assert busy is not None and 0.5 < busy <= 1


@pytest.mark.parametrize("rows", [2, 4])
@pytest.mark.parametrize("table", [FETCHED, ORDER])
def test_a_file_that_is_not_about_these_tasks_is_refused(
    tmp_path: Path, table: Table, rows: int
) -> None:
    pool = PoolSettings(2, method="imap")
    run = Run(Experiment("laborator", "(0, 0, 0)", pool, order="shuffled"), parent=tmp_path)
    assert run.wait(60)
    Recording(run.folder).update(ended=True)
    create(run.folder, table, rows)
    MappedTable(str(run.folder), table)[table.columns[0]][:] = memoryview(array("q", range(rows)))
    with pytest.raises(ProblemError) as caught:
        Recording(run.folder).update(ended=True)
    assert caught.value.problem.kind is Kind.NOT_A_RUN
