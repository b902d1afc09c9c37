"""A run from its launch to its end, with real processes."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, start_methods
from poolscope.engine.names import LIFELINE_FILE
from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.processes import group_members
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run, Status
from poolscope.engine.trace.layout import NO_CHUNK, Phase

MakeRun = Callable[..., Run]
WaitUntil = Callable[..., None]
Semaphores = Callable[[], set[str]]
LIMIT_S = 5.0  # of a fault; the promise is 2 s on a machine that has nothing else to do

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a lifeline")
needs_fork = pytest.mark.skipif("fork" not in start_methods(), reason="needs fork")


def values_of(run: Run) -> list[str | None]:
    results = run.recording.results
    return [results[row] for row in range(len(results))]


def group_of(run: Run) -> list[psutil.Process]:
    return group_members(run.host_pid)


def trace_of(run: Run) -> Any:
    assert run.recording.trace is not None
    return run.recording.trace


def running(run: Run) -> int:
    run.poll()
    return run.recording.counts.running


def after_poll(run: Run, condition: Callable[[], object]) -> Callable[[], object]:
    """For `wait_until`: poll, then look."""
    return lambda: (run.poll(), condition())[1]


def assert_every_task_has_one_end(run: Run) -> None:
    counts = run.recording.counts
    assert counts.done + counts.raised + counts.lost + counts.not_run == counts.total
    assert counts.running == 0


# --- healthy runs


def test_three_jobs_for_two_workers_give_one_of_them_two(
    finish: MakeRun, start_method: str
) -> None:
    run = finish("laborator", "(1, 2, 3)", start_method=start_method)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    lanes = trace_of(run).lanes
    assert sorted(len(lane) for lane in lanes) == [1, 2]
    assert len({lane.pid for lane in lanes}) == 2
    assert all(lane.exit_code == 0 and lane.phase is Phase.LEAVING for lane in lanes)
    assert run.recording.counts.done == 3
    printed = [line for line in run.recording.output.update(ended=True) if line.ordinal]
    pids = {lane.ordinal: lane.pid for lane in lanes}
    assert len(printed) == 6
    assert all(f"process {pids[line.ordinal]}" in line.text for line in printed)


def test_results_are_those_of_a_plain_map(finish: MakeRun, start_method: str) -> None:
    run = finish(":square", "range(-50, 150)", chunksize=7, start_method=start_method)
    assert values_of(run) == [str(number * number) for number in range(-50, 150)]
    assert [run.recording.inputs[row] for row in (0, 199)] == ["-50", "149"]


@pytest.mark.parametrize(
    ("inputs", "count", "settings"),
    [
        ("[]", 0, {}),
        ("()", 0, {"chunksize": 5, "processes": 3}),
        ("[7]", 1, {"processes": 6}),
        ("range(2)", 2, {"processes": 16}),
        ("range(10)", 10, {"chunksize": 1_000_000_000}),
        ("range(30_000)", 30_000, {"chunksize": 30_000}),
        ("(n for n in range(9))", 9, {}),
        ("{'a': 1, 'b': 2}", 2, {}),
        ("'word'", 4, {}),
        ("itertools.repeat(1, 5)", 5, {}),
    ],
)
def test_any_shape_of_inputs_runs_to_its_end(
    finish: MakeRun, inputs: str, count: int, settings: dict[str, int]
) -> None:
    run = finish(":same", inputs, **settings)
    assert (run.status, run.problem) == (Status.FINISHED, None)
    assert run.recording.counts.total == run.recording.counts.done == count
    assert len(run.recording.results) == len(run.recording.inputs) == count
    assert len(trace_of(run).lanes) == settings.get("processes", 2)


def test_a_pool_of_many_workers_starts_and_leaves(finish: MakeRun) -> None:
    run = finish(":same", "range(640)", processes=64)
    assert run.status is Status.FINISHED
    lanes = trace_of(run).lanes
    assert len({lane.pid for lane in lanes}) == 64
    assert sorted(lane.slot for lane in lanes) == list(range(64))


@pytest.mark.skipif(os.name != "posix", reason="has no such limit")
def test_many_workers_do_not_need_a_higher_limit_of_open_files(finish: MakeRun) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
    try:
        run = finish(":same", "range(100)", processes=64)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (run.status, run.problem) == (Status.FINISHED, None)


def test_a_large_result_is_recorded_with_its_size(finish: MakeRun) -> None:
    run = finish(":big", "[20, 20]", chunksize=1)
    assert run.status is Status.FINISHED
    chunks = trace_of(run).chunks
    assert (chunks["bytes_out"] > 20_000_000).all() and (chunks["bytes_in"] < 1000).all()
    assert values_of(run) == ["b'" + "\\x00" * 24 + "'… (20,000,000 bytes)"] * 2


def test_a_result_that_takes_long_to_cross_is_no_fault(finish: MakeRun) -> None:
    run = finish(":slow_to_cross", "[1.4]", processes=1)
    assert (run.status, run.recording.journal.fault_count) == (Status.FINISHED, 0)
    chunks = trace_of(run).chunks
    assert chunks["pickled"][0] - chunks["ran"][0] >= 1.4e9


def test_the_times_of_a_chunk_are_in_the_order_of_its_way(finish: MakeRun) -> None:
    run = finish("count_primes", "range(300)", chunksize=7, processes=3)
    trace = trace_of(run)
    steps = ("pickling", "handed", "taken", "unpickled", "ran", "pickled", "sent")
    for earlier, later in itertools.pairwise(steps):
        assert (trace.chunks[earlier] <= trace.chunks[later]).all(), (earlier, later)
    assert (trace.chunks["received"] >= trace.chunks["pickled"]).all()
    assert (trace.chunks["cpu"] >= 0).all() and trace.chunks["cpu"].any()
    for lane in trace.lanes:
        assert lane.born_ns < lane.ready_ns < lane.begun[0] and lane.ended[-1] < lane.died_ns
        assert (lane.begun[1:] >= lane.ended[:-1]).all(), "two tasks of a worker at a time"


def test_texts_that_cannot_be_made_are_said_and_harm_nothing(finish: MakeRun) -> None:
    for task, word in ((":bad_repr", "<BadRepr"), (":exit_repr", "<ExitRepr")):
        run = finish(task, "range(3)")
        assert run.status is Status.FINISHED
        assert all(word in (text or "") for text in values_of(run)) and len(values_of(run)) == 3


# --- bad experiments


@pytest.mark.parametrize(
    ("task", "inputs", "kind", "field"),
    [
        ("nosuch", "range(3)", Kind.UNKNOWN_TASK, "task"),
        ("folder/nosuch", "range(3)", Kind.UNKNOWN_TASK, "task"),
        ("nosuch_task", "range(3)", Kind.UNKNOWN_TASK, "task"),
        ("nosuch.py:same", "range(3)", Kind.TASK_NOT_LOADED, "task"),
        (":nosuch", "range(3)", Kind.TASK_NOT_LOADED, "task"),
        (":same", "1/0", Kind.INPUTS_RAISED, "inputs"),
        (":same", "5", Kind.INPUTS_NOT_ITERABLE, "inputs"),
        (":same", "range(", Kind.INPUTS_SYNTAX, "inputs"),
        (":same", "(1 / n for n in (1, 0))", Kind.INPUTS_RAISED, "inputs"),
        (":same", "exit(3)", Kind.INPUTS_RAISED, "inputs"),
    ],
)
def test_a_bad_experiment_fails_and_names_the_field(
    finish: MakeRun, task: str, inputs: str, kind: Kind, field: str
) -> None:
    run = finish(task, inputs)
    assert run.status is Status.FAILED and run.problem is not None
    assert (run.problem.kind, run.problem.field) == (kind, field)


def test_a_folder_that_cannot_be_made_is_a_problem_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProblemError) as caught:
        Run(Experiment(), parent=tmp_path / "file")
    assert caught.value.problem.kind is Kind.NOT_WRITABLE
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_host_that_cannot_start_is_a_problem_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    before = psutil.Process().num_fds() if os.name == "posix" else 0
    with pytest.raises(ProblemError) as caught:
        Run(Experiment(), parent=tmp_path)
    assert caught.value.problem.kind is Kind.HOST_NOT_STARTED
    assert not list(tmp_path.iterdir())
    assert os.name != "posix" or psutil.Process().num_fds() == before


# --- tasks that raise


@pytest.mark.parametrize(
    ("task", "type_name"),
    [(":raise_at_3", "ValueError"), (":stop_iteration_at_3", "StopIteration")],
)
def test_an_exception_ends_its_chunk_and_no_other(
    finish: MakeRun, start_method: str, task: str, type_name: str
) -> None:
    run = finish(task, "range(10)", chunksize=5, start_method=start_method)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.TASK_RAISED and run.problem.values["task"] == 3
    assert type_name in run.problem.values["error"]
    counts = run.recording.counts
    assert (counts.done, counts.raised, counts.not_run, counts.result_lost) == (8, 1, 1, 3)
    failure = run.recording.failures[3]
    assert failure.type == type_name and f"in {task[1:]}" in failure.traceback
    assert values_of(run) == [None] * 5 + ["5", "6", "7", "8", "9"]
    assert_every_task_has_one_end(run)


def test_every_task_may_raise_even_without_a_text(finish: MakeRun) -> None:
    run = finish(":raise_without_text", "range(200)", chunksize=1, processes=4)
    assert run.recording.counts.raised == 200 and len(run.recording.failures) == 200
    assert "RuntimeError" in run.recording.failures[0].message


# --- workers that die


# Each fault under each start method and each method: tests/engine/faults.


def test_a_lost_task_lasts_until_its_worker_was_gone(finish: MakeRun) -> None:
    run = finish(":end_process_at_3", "range(12)", chunksize=6)
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.WORKER_DIED
    facts = run.problem.values
    assert (facts["cause"], facts["phase"], facts["task"]) == ("exit status 3", "running", 3)
    assert (facts["first"], facts["last"]) == (4, 5)
    (dead,) = (lane for lane in trace_of(run).lanes if lane.pid == facts["pid"])
    assert dead.rows[-1] == 3 and dead.ended[-1] == dead.died_ns > dead.begun[-1]


def test_every_death_is_recorded_with_its_own_exit_code(finish: MakeRun, start_method: str) -> None:
    run = finish(":end_every_third", "range(30)", chunksize=1, start_method=start_method)
    lanes = trace_of(run).lanes
    assert [lane.exit_code for lane in lanes].count(3) == 10
    assert all(lane.slot in (0, 1) for lane in lanes), "a successor takes over the slot"
    assert (run.recording.counts.done, run.recording.counts.lost) == (20, 10)


def test_an_input_that_ends_its_worker_while_it_is_unpickled_is_told(finish: MakeRun) -> None:
    inputs = "[1, __import__('faults').Calls(__import__('sys').exit, 5), 2]"
    run = finish(":same", inputs, chunksize=1)
    assert run.problem is not None and run.problem.kind is Kind.WORKER_DIED
    facts = run.problem.values
    assert (facts["phase"], facts["cause"]) == ("unpickling", "SystemExit: 5")
    assert facts["first"] == facts["last"] == 1


def test_a_result_that_only_another_protocol_can_pickle_is_not_sent(finish: MakeRun) -> None:
    run = finish(":pickle_buffer", "range(3, 4)", chunksize=1)
    assert run.problem is not None and run.problem.kind is Kind.RESULT_NOT_SENT
    assert run.problem.values["task"] == 0


def test_an_input_that_ends_the_host_s_own_thread_is_said(finish: MakeRun) -> None:
    run = finish(":same", "[0, __import__('faults').ExitsWhenPickled(), 2, 3]", chunksize=2)
    assert run.status is Status.FAILED and run.problem is not None
    assert (run.problem.kind, run.problem.field) == (Kind.INPUT_NOT_SENT, "inputs")
    assert run.problem.values["chunk"] == 0
    assert_every_task_has_one_end(run)


@needs_fork
def test_a_pool_that_cannot_replace_its_dead_is_not_waited_for(finish: MakeRun, data: Path) -> None:
    run = finish(f"{data / 'fork_fails.py'}:end_process", "range(8)", start_method="fork")
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.WORKER_DIED
    counts = run.recording.counts
    assert 1 <= counts.lost <= 2 and counts.lost + counts.not_run == 8


@needs_fork
def test_a_pool_that_cannot_start_is_said(finish: MakeRun, data: Path) -> None:
    task = f"{data / 'fork_fails.py'}:end_process"
    run = finish(task, "range(8)", processes=5, start_method="fork")
    assert run.problem is not None and run.problem.kind is Kind.POOL_NOT_STARTED
    assert "Resource temporarily unavailable" in run.problem.values["error"]
    assert run.recording.counts.not_run == 8


def test_a_host_that_does_not_exit_is_ended(finish: MakeRun, data: Path) -> None:
    run = finish(f"{data / 'leaves_a_thread.py'}:same", "range(5)", start_method="fork")
    assert (run.status, run.problem) == (Status.FINISHED, None)
    assert values_of(run) == ["0", "1", "2", "3", "4"]


# --- stop


def stopped_in_time(run: Run) -> None:
    began = time.monotonic()
    run.stop()
    assert run.wait(30) and run.status is Status.STOPPED
    assert time.monotonic() - began < LIMIT_S
    assert not group_of(run)
    assert_every_task_has_one_end(run)


def test_stop_right_after_the_launch(start: MakeRun, start_method: str) -> None:
    stopped_in_time(start(":deaf", "range(4)", start_method=start_method))


@pytest.mark.parametrize(
    "inputs",
    ["itertools.repeat(0)", "(n for n in iter(int, 1) if n)", "sum(itertools.repeat(1))"],
    ids=["endless", "endless without a value", "endless in C"],
)
def test_stop_while_the_inputs_are_listed(
    start: MakeRun, wait_until: WaitUntil, inputs: str
) -> None:
    run = start(":same", inputs)
    wait_until(after_poll(run, lambda: run.recording.journal.host))
    stopped_in_time(run)


def test_stop_while_the_pool_starts(
    start: MakeRun, wait_until: WaitUntil, start_method: str, semaphores: Semaphores
) -> None:
    run = start(":deaf", "range(48)", processes=48, start_method=start_method)
    wait_until(after_poll(run, lambda: run.recording.journal.pool_ns))
    stopped_in_time(run)
    wait_until(lambda: not semaphores())


@pytest.mark.parametrize("task", [":deaf", ":deep_in_c", ":subprocess_sleep", ":sleep"])
def test_stop_while_tasks_run(
    start: MakeRun, wait_until: WaitUntil, start_method: str, task: str
) -> None:
    run = start(task, "[60] * 5000", chunksize=1, start_method=start_method)
    if task == ":subprocess_sleep":
        wait_until(after_poll(run, lambda: run.recording.counts.done > 3))
    else:
        wait_until(lambda: running(run) == 2)
    stopped_in_time(run)
    assert task == ":subprocess_sleep" or run.recording.counts.lost == 2


def test_stop_while_the_workers_leave_keeps_the_results(
    start: MakeRun, wait_until: WaitUntil
) -> None:
    run = start(":same", "range(2000)", chunksize=1)
    wait_until(after_poll(run, lambda: run.recording.journal.returned_ns))
    run.stop()
    run.stop()
    assert run.wait(LIMIT_S) and run.status in (Status.FINISHED, Status.STOPPED)
    assert run.recording.counts.done == 2000
    assert values_of(run) == [str(number) for number in range(2000)]


def test_stop_after_the_end_changes_nothing(finish: MakeRun) -> None:
    run = finish(":same", "range(3)")
    run.stop()
    assert run.status is Status.FINISHED and not run.poll()


@needs_fork
def test_what_a_task_forked_is_gone_after_the_run(finish: MakeRun) -> None:
    run = finish(":fork", "range(4)", start_method="fork")
    assert run.status is Status.FINISHED and not group_of(run)


# --- the host or the app is killed


def test_a_killed_host_fails_the_run_and_keeps_its_rows(
    start: MakeRun, wait_until: WaitUntil, start_method: str, semaphores: Semaphores
) -> None:
    run = start(":sleep", "[0] * 20 + [60] * 20", chunksize=1, start_method=start_method)
    wait_until(lambda: running(run) == 2 and run.recording.counts.done == 20)
    began = time.monotonic()
    os.kill(run.host_pid, signal.SIGKILL)
    assert run.wait(30) and time.monotonic() - began < LIMIT_S
    assert run.status is Status.FAILED and run.problem is not None
    assert run.problem.kind is Kind.HOST_DIED and run.problem.values["cause"] == "SIGKILL"
    counts = run.recording.counts
    assert (counts.done, counts.lost, counts.not_run) == (20, 2, 18)
    assert not group_of(run)
    wait_until(lambda: not semaphores())


def test_a_host_killed_by_any_signal_is_said(start: MakeRun, wait_until: WaitUntil) -> None:
    run = start(":sleep", "[60]")
    wait_until(lambda: running(run) == 1)
    os.kill(run.host_pid, getattr(signal, "SIGRTMIN", signal.SIGTERM) + 1)
    assert run.wait(30)
    assert run.problem is not None and run.problem.kind is Kind.HOST_DIED


APP = """
import sys, time
from pathlib import Path
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.run import Run
task, method, parent = sys.argv[1:]
pool = PoolSettings(2, 1, method)
run = Run(Experiment(task, "[0] * 10 + [600] * 10", pool), parent=Path(parent))
while run.recording.counts.done < 10 or run.recording.counts.running < 2:
    run.poll()
    time.sleep(0.01)
print(run.folder, run.host_pid, flush=True)
time.sleep(600)
"""


@linux_only
def test_when_the_app_is_killed_nobody_outlives_it(
    data: Path, tmp_path: Path, start_method: str, wait_until: WaitUntil
) -> None:
    task = f"{data / 'faults.py'}:sleep"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", APP, task, start_method, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as app:
        assert app.stdout is not None
        folder, host = app.stdout.readline().split()
        assert len(group_members(int(host))) >= 3
        assert run_folder.owned(Path(folder))
        app.kill()
    wait_until(lambda: not group_members(int(host)), LIMIT_S)
    assert not run_folder.owned(Path(folder))
    recording = Recording(Path(folder))
    recording.update(ended=True)
    counts = recording.counts
    assert (counts.done, counts.lost, counts.not_run) == (10, 2, 8)
    assert LIFELINE_FILE in os.listdir(folder)


def test_a_worker_between_two_chunks_has_none_in_hand(
    start: MakeRun, wait_until: WaitUntil
) -> None:
    run = start(":sleep", "[0, 60]", chunksize=1, processes=2)
    wait_until(lambda: running(run) == 1 and run.recording.counts.done == 1)
    lanes = trace_of(run).lanes
    wait_until(after_poll(run, lambda: sum(lane.chunk is None for lane in lanes) == 1))
    assert [lane.chunk for lane in lanes if lane.chunk is not None] == [1]
    assert NO_CHUNK in trace_of(run).workers["chunk"]


def test_two_runs_at_once_do_not_touch_each_other(start: MakeRun, wait_until: WaitUntil) -> None:
    long, short = start(":sleep", "[60]"), start(":same", "range(10)")
    wait_until(lambda: running(long) == 1)
    assert short.wait(30) and short.status is Status.FINISHED
    assert running(long) == 1
    stopped_in_time(long)


def test_the_experiment_of_a_run_is_read_back_from_its_folder(finish: MakeRun) -> None:
    run = finish(":same", "range(4)", chunksize=2, processes=3)
    assert Recording(run.folder).experiment == run.experiment
    events = (run.folder / "events.jsonl").read_text().splitlines()
    names = [json.loads(line)["event"] for line in events if "helper" not in line]
    assert names == ["host", "loaded", "inputs", "trace", "pool", "called", "returned", "ended"]
