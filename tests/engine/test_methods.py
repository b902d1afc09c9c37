"""Every method of Pool, under every start method: the same results, and all of it recorded."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.experiment import (
    METHODS,
    SINGLE_CALLS,
    STAR_METHODS,
    Experiment,
    PoolSettings,
    start_methods,
)
from poolscope.engine.journal import Status
from poolscope.engine.problem import Kind
from poolscope.engine.run import Run
from poolscope.engine.trace.layout import NO_CHUNK, TaskState
from poolscope.engine.trace.trace import Trace

PLAIN = Path(__file__).parent.parent / "data" / "plain_pool.py"
MakeRun = Callable[..., Run]


@cache
def plain(start_method: str, most: int | None, chunksize: int | None) -> dict[str, list[int]]:
    """What the bare Pool gives, in a process of its own."""
    command = [sys.executable, str(PLAIN), start_method, json.dumps(most), json.dumps(chunksize)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def run_of(finish: MakeRun, method: str, **settings: Any) -> Run:
    star = method in STAR_METHODS
    inputs = "[(number, 2 * number) for number in range(11)]" if star else "range(11)"
    task = f"{PLAIN}:{'subtract' if star else 'square'}"
    return finish(task, inputs, method=method, **settings)


def texts_of(run: Run) -> list[str | None]:
    results = run.recording.results
    return [results[row] for row in range(len(results))]


def trace_of(run: Run) -> Trace:
    assert run.recording.trace is not None
    return run.recording.trace


@pytest.mark.parametrize("most", [None, 1, 2])
@pytest.mark.parametrize("method", METHODS)
def test_results_equal_those_of_the_plain_pool_and_every_task_is_recorded(
    finish: MakeRun, method: str, start_method: str, most: int | None
) -> None:
    chunksize = 3 if most == 2 else None
    given = None if method in SINGLE_CALLS else chunksize
    run = run_of(finish, method, start_method=start_method, maxtasksperchild=most, chunksize=given)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    expected = plain(start_method, most, chunksize)[method]
    texts = texts_of(run)
    if method == "imap_unordered":  # the program sees them as they come; a row keeps its own
        assert sorted(texts) == sorted(map(str, expected))
        expected = sorted(expected)
    assert texts == list(map(str, expected))

    trace = trace_of(run)
    assert trace.counts.done == trace.total == 11
    tasks = trace.tasks
    assert (tasks["state"] == TaskState.DONE).all()
    assert (tasks["begun"] > 0).all() and (tasks["begun"] <= tasks["ended"]).all()
    assert set(tasks["worker"]) <= {lane.ordinal for lane in trace.lanes}
    assert sum(len(lane) for lane in trace.lanes) == 11
    assert [lane.exit_code for lane in trace.lanes] == [0] * len(trace.lanes)

    size = run.experiment.pool.chunksize_for(11)
    assert (trace.chunks["size"][:-1] == size).all() and trace.chunks["size"].sum() == 11
    assert (tasks["chunk"] == np.arange(11) // size).all()
    assert (trace.chunks["received"] > 0).all() and (trace.chunks["bytes_out"] > 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_maxtasksperchild_counts_chunks_and_replaced_workers_keep_their_slot(
    finish: MakeRun, method: str
) -> None:
    given = None if method in SINGLE_CALLS else 4
    trace = trace_of(run_of(finish, method, processes=2, maxtasksperchild=1, chunksize=given))
    chunks = trace.chunks.rows
    assert chunks == (11 if method in SINGLE_CALLS else 3)
    workers = [int(worker) for worker in trace.chunks["worker"]]
    assert len(set(workers)) == chunks  # a worker a chunk, however many tasks are in it
    assert len(trace.lanes) >= chunks
    assert {lane.slot for lane in trace.lanes} <= {0, 1}


@pytest.mark.parametrize("method", METHODS)
def test_no_inputs_give_no_results_and_no_wait(finish: MakeRun, method: str) -> None:
    run = finish(":same", "[]", method=method)
    assert run.status is Status.FINISHED and trace_of(run).total == 0


def test_apply_runs_one_task_at_a_time(finish: MakeRun) -> None:
    tasks = trace_of(finish(":sleep", "[0.02] * 8", method="apply", processes=4)).tasks
    assert (tasks["begun"][1:] >= tasks["ended"][:-1]).all()


def test_apply_async_hands_all_in_at_once(finish: MakeRun) -> None:
    trace = trace_of(finish(":sleep", "[0.2] * 4", method="apply_async", processes=4))
    assert trace.tasks["begun"].max() < trace.tasks["ended"].min()


@pytest.mark.parametrize("chunksize", [1, 2])
def test_imap_gives_results_in_order_however_they_come(finish: MakeRun, chunksize: int) -> None:
    settings = {"processes": 2, "chunksize": chunksize}
    trace = trace_of(finish(":sleep", "[0.4, 0, 0, 0, 0, 0]", method="imap", **settings))
    fetched = trace.fetched
    assert fetched is not None and (fetched > 0).all()
    assert (np.diff(fetched) >= 0).all()
    assert fetched[-1] >= trace.tasks["ended"][0]  # quick ones wait for the slow first one
    assert (fetched >= trace.tasks["ended"]).all()


@pytest.mark.parametrize("chunksize", [1, 2])
def test_imap_unordered_gives_them_as_they_come(finish: MakeRun, chunksize: int) -> None:
    settings = {"processes": 2, "chunksize": chunksize}
    trace = trace_of(finish(":sleep", "[0.4, 0, 0, 0, 0, 0]", method="imap_unordered", **settings))
    fetched = trace.fetched
    assert fetched is not None and (fetched >= trace.tasks["ended"]).all()
    assert fetched[0] == fetched.max() and fetched[-1] < trace.tasks["ended"][0]


def test_only_iterators_have_a_time_of_fetching(finish: MakeRun) -> None:
    assert trace_of(finish(":same", "[1]")).fetched is None


@pytest.mark.parametrize("method", ["imap", "imap_unordered", "apply", "apply_async"])
@pytest.mark.parametrize("error", ["StopIteration", "TimeoutError"])
def test_a_task_may_raise_what_the_machinery_raises_itself(
    finish: MakeRun, method: str, error: str
) -> None:
    run = finish(":raise_called", f"['', '', '{error}', '']", method=method)
    assert run.problem is not None and run.problem.kind is Kind.TASK_RAISED
    assert str(run.problem.values["error"]).startswith(error)


def test_an_initializer_runs_in_each_worker_before_its_first_task(
    finish: MakeRun, start_method: str
) -> None:
    settings = {"initializer": "remember", "initargs": "('a', 2)", "start_method": start_method}
    run = finish(":remembered", "range(4)", **settings)
    assert set(texts_of(run)) == {"('a', 2)"}
    for lane in trace_of(run).lanes:
        begun, ended = lane.initializing_ns
        assert 0 < begun <= ended <= lane.ready_ns
        assert all(ended <= first for first in lane.begun[:1])


@pytest.mark.parametrize(
    ("settings", "kind", "field"),
    [
        ({"initializer": "nosuch"}, Kind.INITIALIZER_NOT_LOADED, "initializer"),
        ({"initializer": "nosuch_module:f"}, Kind.INITIALIZER_NOT_LOADED, "initializer"),
        ({"initializer": "absolute", "initargs": "nosuch"}, Kind.INITARGS_RAISED, "initargs"),
        (
            {"initializer": "a_lambda", "start_method": "spawn"},
            Kind.INITIALIZER_NOT_SENT,
            "initializer",
        ),
        (
            {"initializer": "same", "initargs": "(lambda: 0,)", "start_method": "spawn"},
            Kind.INITIALIZER_NOT_SENT,
            "initargs",
        ),
    ],
)
def test_an_initializer_that_cannot_be_is_said_before_the_pool(
    finish: MakeRun, settings: dict[str, str], kind: Kind, field: str
) -> None:
    run = finish(":same", "[1]", **settings)
    assert run.problem is not None and run.recording.trace is None
    assert (run.problem.kind, run.problem.field) == (kind, field)


def test_locks_and_queues_travel_to_an_initializer(finish: MakeRun, start_method: str) -> None:
    context = f"__import__('multiprocessing').get_context('{start_method}')"
    arguments = f"({context}.Lock(), {context}.Queue())"
    settings = {"initializer": "remember", "initargs": arguments, "start_method": start_method}
    run = finish(":remembered_names", "range(2)", **settings)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    assert set(texts_of(run)) == {"['Lock', 'Queue']"}


@pytest.mark.skipif("fork" not in start_methods(), reason="needs fork")
def test_with_fork_nothing_of_an_initializer_is_pickled(finish: MakeRun) -> None:
    settings = {"initializer": "a_lambda", "initargs": "(lambda: 0,)", "start_method": "fork"}
    assert finish(":same", "range(2)", **settings).status is Status.FINISHED


@pytest.mark.parametrize("start_method", [m for m in start_methods() if m != "fork"])
def test_a_lock_of_another_context_is_said(finish: MakeRun, start_method: str) -> None:
    lock = "(__import__('multiprocessing').get_context('fork').Lock(),)"
    run = finish(":same", "[1]", initializer="remember", initargs=lock, start_method=start_method)
    assert run.problem is not None and run.problem.kind is Kind.INITIALIZER_NOT_SENT
    assert "fork context" in run.problem.values["error"]


@pytest.mark.parametrize(
    ("task", "inputs", "kind", "field"),
    [
        (":a_lambda", "range(3)", Kind.TASK_NOT_SENT, "task"),
        (":same", "[lambda: 0]", Kind.INPUT_NOT_SENT, "inputs"),
        (":same", "[unreadable()]", Kind.INPUT_NOT_READ, "inputs"),
    ],
)
def test_what_cannot_travel_is_said_before_the_pool(
    finish: MakeRun, task: str, inputs: str, kind: Kind, field: str
) -> None:
    run = finish(task, inputs)
    assert run.problem is not None and run.recording.trace is None
    assert (run.problem.kind, run.problem.field) == (kind, field)


@pytest.mark.skipif("forkserver" not in start_methods(), reason="no fork server here")
def test_the_fork_server_has_loaded_what_it_was_told_to(finish: MakeRun) -> None:
    settings = {"start_method": "forkserver", "processes": 1}
    loaded = finish(":loaded", "['colorsys']", preload=("colorsys",), **settings)
    assert texts_of(loaded) == ["True"]
    bare = finish(":loaded", "['colorsys']", **settings)
    assert texts_of(bare) == ["False"]


@pytest.mark.parametrize("method", ["map", "imap_unordered", "apply"])
def test_shuffled_inputs_keep_the_index_of_their_place(tmp_path: Path, method: str) -> None:
    pool = PoolSettings(method=method)
    run = Run(
        Experiment(f"{PLAIN}:square", "range(11)", pool, order="shuffled", seed=5), parent=tmp_path
    )
    assert run.wait(30) and run.status is Status.FINISHED
    recording = run.recording
    assert recording.reordered
    rows = [recording.row_of(index) for index in range(11)]
    assert rows != list(range(11)) and [recording.index_of(row) for row in rows] == list(range(11))
    assert [recording.results[row] for row in rows] == [str(n * n) for n in range(11)]
    assert [recording.inputs[row] for row in rows] == [str(n) for n in range(11)]


def test_a_task_that_raises_is_named_by_the_place_of_its_input(tmp_path: Path) -> None:
    faults = PLAIN.parent / "faults.py"
    run = Run(Experiment(f"{faults}:raise_at_3", "range(8)", order="shuffled"), parent=tmp_path)
    assert run.wait(30) and run.problem is not None
    assert run.problem.values["task"] == 3


def test_no_chunk_is_in_hand_when_it_is_over(finish: MakeRun) -> None:
    trace = trace_of(finish(":same", "range(4)", method="imap"))
    assert set(trace.workers["chunk"][: len(trace.lanes)]) == {NO_CHUNK}


def test_an_initializer_that_fails_now_and_then_does_not_end_the_run(finish: MakeRun) -> None:
    """Pool starts another worker then, and gets through; so does the run."""
    settings = {"initializer": "refuse_every_third", "maxtasksperchild": 1, "chunksize": 1}
    run = finish(":same", "range(40)", **settings)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    assert run.recording.counts.done == 40


def test_workers_that_keep_dying_do_not_end_a_run_in_which_another_works(finish: MakeRun) -> None:
    run = finish(":sleep", "[1.5]", initializer="refuse_all_but_the_first", processes=2)
    assert (run.status, run.problem) == (Status.FINISHED, None)


@pytest.mark.parametrize(("chunksize", "task"), [(1, 2), (2, None)])
def test_an_input_that_a_worker_cannot_unpickle_is_said(
    finish: MakeRun, chunksize: int, task: int | None
) -> None:
    run = finish(":same", "[0, 1, unreadable(), 3]", chunksize=chunksize)
    assert run.problem is not None and run.problem.kind is Kind.INPUT_NOT_READ
    assert run.problem.values["task"] == task
    assert "this cannot be read" in str(run.problem.values["error"])


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ("Iterable(RuntimeError('mine'))", Kind.INPUTS_RAISED),
        ("Iterable(SystemExit(3))", Kind.INPUTS_RAISED),
        ("Iterable(TypeError('mine'))", Kind.INPUTS_RAISED),
        ("(raise_it(KeyboardInterrupt()) for _ in [1])", Kind.INPUTS_RAISED),
        ("[Unpicklable(KeyboardInterrupt())]", Kind.INPUT_NOT_SENT),
    ],
)
def test_whatever_the_inputs_raise_is_said_to_be_theirs(
    finish: MakeRun, inputs: str, kind: Kind
) -> None:
    run = finish(":same", inputs)
    assert run.problem is not None and (run.problem.kind, run.problem.field) == (kind, "inputs")


def test_endless_initargs_are_said(finish: MakeRun) -> None:
    run = finish(":same", "[1]", initializer="same", initargs="itertools.count()")
    assert run.problem is not None and run.problem.kind is Kind.INITARGS_RAISED


def test_an_os_error_while_unpickling_makes_pool_s_worker_leave_and_is_said(
    finish: MakeRun,
) -> None:
    """Pool takes it for a closed pipe: the worker leaves in peace, and its chunk is lost."""
    run = finish(":same", "[1, __import__('faults').Calls(open, '/no/such'), 2]", chunksize=1)
    assert run.problem is not None and run.problem.kind is Kind.INPUT_NOT_READ
    assert run.problem.values["task"] == 1
    assert run.recording.counts.done == 2
