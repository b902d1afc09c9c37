"""Real runs that were made to go wrong in one way: that is what is said of them, and the remedy
helps. And runs of which there is nothing to say."""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from poolscope.engine.experiment import Experiment, PoolSettings, start_methods
from poolscope.engine.explain.explain import explain
from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.journal import Status
from poolscope.engine.machine import describe
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run

LIMIT_S = 60
FASTER = 1.15
"""So many times at least; each case is made for 1.5 and more, and machines are noisy."""
PAIRS, FEWER_PAIRS = 3, 2
SOURCE = '''
import functools, subprocess, sys, time

def burn(milliseconds):
    """Computes for so long, by its own CPU time."""
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        sum(range(200))

def nothing(number):
    return number

def load():
    burn(60)

ELSEWHERE = "import time\\nwhile time.process_time() < 0.3: pass"

def elsewhere(number):
    subprocess.run([sys.executable, "-c", ELSEWHERE], check=True)

def _length(data, number):
    return len(data)

heavy = functools.partial(_length, bytes(3_000_000))
'''

fork_only = pytest.mark.skipif("fork" not in start_methods(), reason="this platform has no fork")


class Explained(NamedTuple):
    run: Run
    explanation: Explanation

    @property
    def first(self) -> Reason:
        assert self.own, "nothing was found"
        return self.own[0]

    @property
    def own(self) -> list[Reason]:
        """Not of the machine, which others use, too."""
        found = self.explanation.reasons
        return [one for one in found if one.cause is not Cause.BUSY_MACHINE]


Explain = Callable[..., Explained]


@pytest.fixture
def explained(tmp_path: Path) -> Explain:
    """`explained(task, inputs, **pool)` runs it and explains it."""

    def made(task: str, inputs: str, **settings: object) -> Explained:
        source = "" if "_" in task or task == "sleep" else SOURCE
        pool = PoolSettings(**settings)  # type: ignore[arg-type]
        run = whole(Experiment(task, inputs, pool, source=source), tmp_path)
        return Explained(run, explain(run.recording, measure_run(run.recording)))

    return made


def whole(experiment: Experiment, folder: Path) -> Run:
    run = Run(experiment, parent=folder)
    assert run.wait(LIMIT_S)
    assert run.status is Status.FINISHED, run.problem
    return run


def took_s(recording: Recording) -> float:
    """From the making of the pool to the return of its method."""
    journal = recording.journal
    assert journal.returned_ns is not None and journal.pool_ns is not None
    return (journal.returned_ns - journal.pool_ns) / 1e9


def times_faster(found: Explained, folder: Path, pairs: int = FEWER_PAIRS) -> float:
    """With the remedy; one after the other, so that what else the machine does meets both."""
    assert found.first.remedy is not None
    before = found.run.experiment
    after = found.first.remedy.applied(before)
    times = [
        (took_s(whole(before, folder).recording), took_s(whole(after, folder).recording))
        for _ in range(pairs)
    ]
    return statistics.median(one for one, _ in times) / statistics.median(two for _, two in times)


# --- the five of the issue


def test_uneven_chunks(explained: Explain, tmp_path: Path) -> None:
    found = explained("sleep", "[0.01] * 40", processes=2, chunksize=36)
    assert found.first.cause is Cause.UNEVEN_CHUNKS
    assert times_faster(found, tmp_path, PAIRS) > FASTER


def test_tiny_tasks(explained: Explain, tmp_path: Path) -> None:
    found = explained("nothing", "range(6000)", processes=2, chunksize=1)
    assert found.first.cause is Cause.TINY_TASKS
    assert times_faster(found, tmp_path, PAIRS) > FASTER


@fork_only
def test_oversubscribed(explained: Explain, tmp_path: Path) -> None:
    """Each worker loads what it needs, and all of them share the CPUs."""
    settings = {"processes": 16, "chunksize": 1, "initializer": "load", "start_method": "fork"}
    found = explained("burn", "[10] * 60", **settings)
    assert found.first.cause is Cause.TOO_MANY_WORKERS
    assert found.first.values["better"] < 8
    assert times_faster(found, tmp_path, PAIRS) > FASTER


def test_heavy_pickling(explained: Explain) -> None:
    found = explained("big_argument", "[bytes(2_000_000) for _ in range(60)]", processes=2)
    assert found.first.cause is Cause.PICKLED_INPUTS
    assert found.first.remedy is None, "no setting of a pool makes them lighter"
    assert found.first.cost_s > 0.5 * found.explanation.numbers.makespan_s


def test_well_tuned(explained: Explain) -> None:
    """Of three runs on a machine that others use, too, one at least was left alone."""
    for _ in range(3):
        found = explained("burn", "[5] * 100", processes=2)
        if not found.own:
            break
    assert found.own == [] and found.explanation.silence is None
    assert found.explanation.numbers.efficiency is not None


# --- others


def test_a_long_task_at_the_end(explained: Explain, tmp_path: Path) -> None:
    found = explained("sleep", "[0.01] * 30 + [0.3]", processes=2, chunksize=1)
    reason = next(one for one in found.explanation.reasons if one.cause is Cause.LONG_TASK)
    assert reason.values["index"] == 30
    assert times_faster(found, tmp_path) > FASTER


def test_too_few_workers_for_tasks_that_wait(explained: Explain, tmp_path: Path) -> None:
    found = explained("sleep", "[0.05] * 16", processes=2, chunksize=1)
    assert found.first.cause is Cause.TOO_FEW_WORKERS
    assert times_faster(found, tmp_path) > FASTER


def test_large_results(explained: Explain) -> None:
    found = explained("big_result", "[4] * 30", processes=2)
    assert found.first.cause is Cause.PICKLED_RESULTS and found.first.remedy is None


def test_a_large_function(explained: Explain, tmp_path: Path) -> None:
    found = explained("heavy", "range(100)", processes=2, chunksize=1)
    assert found.first.cause is Cause.PICKLED_FUNCTION
    assert times_faster(found, tmp_path) > FASTER


@fork_only
def test_a_start_by_spawn_for_little_work(explained: Explain, tmp_path: Path) -> None:
    found = explained("burn", "[1] * 20", processes=2, start_method="spawn")
    assert found.first.cause is Cause.START_UP
    assert times_faster(found, tmp_path) > FASTER


@fork_only
def test_workers_that_are_replaced_after_each_task(explained: Explain, tmp_path: Path) -> None:
    found = explained("burn", "[2] * 80", processes=2, chunksize=1, maxtasksperchild=1)
    assert found.first.cause is Cause.RESPAWN
    assert times_faster(found, tmp_path) > FASTER


def test_apply(explained: Explain, tmp_path: Path) -> None:
    found = explained("sleep", "[0.03] * 12", processes=3, method="apply")
    assert found.first.cause is Cause.ONE_AT_A_TIME
    assert times_faster(found, tmp_path) > FASTER


def test_hardly_any_work_at_all(explained: Explain) -> None:
    found = explained("nothing", "range(10)", processes=2)
    assert found.first.cause is Cause.SLOWER_THAN_LOOP and found.first.remedy is None


@pytest.mark.skipif(sys.platform != "linux", reason="this system does not tell of them")
def test_programs_that_tasks_start_are_no_waiting(explained: Explain) -> None:
    """A worker for each CPU keeps them busy through them: more would help nobody."""
    cpus = describe().usable
    found = explained("elsewhere", f"range({4 * cpus})", processes=cpus, chunksize=1)
    assert Cause.TOO_FEW_WORKERS not in [one.cause for one in found.own]
    numbers = found.explanation.numbers
    computed, alone = found.explanation.cpu_share, numbers.cpu_share
    assert computed is not None and alone is not None
    assert (computed - alone) * numbers.work_s > 0.8 * 4 * cpus * 0.3
