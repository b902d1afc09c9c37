"""What chunks cost on their way, the CPU time that they had, and the gaps between them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.breaking_off import go_on
from poolscope.engine.experiment import Experiment
from poolscope.engine.host import worker
from poolscope.engine.journal import Status
from poolscope.engine.metrics import cpu
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.metrics.pickling import fitted
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace.layout import ChunkOutcome, TaskState
from poolscope.engine.trace.trace import Trace

MS = 1_000_000
MakeTale = Callable[..., Any]


def trace_of(recording: Recording) -> Trace:
    assert recording.trace is not None
    return recording.trace


# --- what messages weigh


def weighing(tale: MakeTale, *weights: int, size: int = 4, last: int = 2) -> Trace:
    """Chunks of `size`, the last one of `last`, whose messages weigh so many bytes."""
    run = tale([size] * (len(weights) - 1) + [last], processes=1)
    one, at = run.worker(0), 20
    for number, weight in enumerate(weights):
        tasks = run.sizes[number]
        spans = [(at + n, at + n + 1) for n in range(tasks)]
        run.chunk(number, one, at - 1, spans, bytes_in=weight)
        at += tasks + 2
    return trace_of(run.recording(at))


def test_two_sizes_tell_what_is_in_each_message(tale: MakeTale) -> None:
    """9,000 and 100 for each input."""
    assert fitted(weighing(tale, 9_400, 9_400, 9_400, 9_200), go_on) == 9_000


def test_one_size_tells_nothing(tale: MakeTale) -> None:
    assert fitted(weighing(tale, 9_400, 9_400, 9_400, last=4), go_on) is None
    assert fitted(weighing(tale, 9_400, last=1), go_on) is None


def test_what_is_lighter_than_names_and_numbers_is_not_told_apart(tale: MakeTale) -> None:
    assert fitted(weighing(tale, 700, 700, 700, 500), go_on) is None


def test_inputs_that_differ_as_much_tell_nothing(tale: MakeTale) -> None:
    assert fitted(weighing(tale, 9_000, 2_000, 14_000, 5_000), go_on) is None


def test_inputs_that_weigh_nearly_nothing_leave_it_all_to_the_function(tale: MakeTale) -> None:
    assert fitted(weighing(tale, 50_008, 50_008, 50_010, 50_004), go_on) == pytest.approx(
        50_000, rel=0.001
    )


def test_what_the_host_has_told_is_not_fitted(two_workers: Recording) -> None:
    assert measure_run(two_workers).pickling.function_bytes == 700
    two_workers.journal.function_bytes = None
    assert measure_run(two_workers).pickling.function_bytes == 1_000, "2,000 for two, 1,500 for one"


def test_a_real_host_tells_what_the_function_weighs(tmp_path: Path) -> None:
    """A partial carries its arguments in each chunk; chunks of one size could not tell it."""
    source = (
        "from functools import partial\n"
        "def length(data, x): return len(data)\n"
        "heavy = partial(length, bytes(50_000))\n"
    )
    experiment = Experiment("heavy", "range(6)", source=source).with_pool(chunksize=1)
    run = Run(experiment, parent=tmp_path)
    assert run.wait(30) and run.status is Status.FINISHED
    found = measure_run(run.recording).pickling
    assert found.function_bytes == pytest.approx(50_000, rel=0.01)
    assert 6 * 50_000 < found.bytes_in < 6 * 51_000


def test_what_is_not_known_of_a_chunk_takes_no_time(tale: MakeTale) -> None:
    run = tale([1, 1], processes=1)
    one = run.worker(0)
    run.chunk(0, one, 15, [(20, 30)], pickling=0, handed=14, pickled=0, sent=33)
    run.chunk(1, one, 35, [(40, 50)], handed=12, pickling=13)
    found = measure_run(run.recording(60)).pickling
    assert found.pickled_s == 0.0, "no begin of the first; the second would have ended before"
    assert found.results_pickled_s == found.results_sent_s == 0.0
    assert found.unpickled_s == pytest.approx(0.010)


# --- CPU time


def test_the_gap_is_that_of_the_recorder() -> None:
    assert cpu.CPU_GAP_NS == worker.CPU_GAP_NS


def in_ns(run: Any, chunk: int, worker: int, begun: int, took: int, used: int) -> None:
    """A chunk of one task, in ns instead of ms."""
    run.chunk(chunk, worker, 0, [(1, 1)], cpu=used)
    columns = {"begun": begun, "ended": begun + took}
    for name, value in columns.items():
        run._tasks[name][chunk] = value
    for name in ("taken", "unpickled", "ran", "pickled", "sent", "received"):
        run._chunks[name][chunk] = begun if name in ("taken", "unpickled") else begun + took


def test_chunks_whose_reading_is_exact_stand_for_all(tale: MakeTale) -> None:
    """The second follows on a short one at once: what is between them counts as its own."""
    run = tale([1, 1, 1, 1], processes=1)
    one = run.worker(0)
    in_ns(run, 0, one, 20_000_000, 40_000, 10_000)  # the first of its worker
    in_ns(run, 1, one, 20_050_000, 20_000, 20_000)  # 10 µs after a short one: not exact
    in_ns(run, 2, one, 20_200_000, 160_000, 40_000)  # after a pause of 130 µs
    in_ns(run, 3, one, 20_361_000, 20_000, 5_000)  # after a long one
    figures = measure_run(run.recording(60))
    assert figures.cpu_s == pytest.approx(75e-6)
    assert figures.cpu_share == pytest.approx(55 / 220)


def test_where_hardly_any_reading_is_exact_all_count(tale: MakeTale) -> None:
    run = tale([1] * 5, processes=1)
    one = run.worker(0)
    for chunk in range(5):
        in_ns(run, chunk, one, 20_000_000 + chunk * 60_000, 50_000, 20_000 + chunk)
    figures = measure_run(run.recording(60))
    assert figures.cpu_share == pytest.approx(100_010 / 250_000)


def test_no_chunk_had_more_cpu_time_than_it_took(tale: MakeTale) -> None:
    run = tale([1], processes=1)
    run.chunk(0, run.worker(0), 15, [(20, 30)], cpu=99 * MS)
    figures = measure_run(run.recording(60))
    assert figures.cpu_share == 1.0 and figures.cpu_s == pytest.approx(0.010)


# --- gaps


def test_each_worker_has_gaps_of_its_own(tale: MakeTale) -> None:
    """worker 1: 20 30 | 34 40 | 47 50; worker 2: 21 33 | 45 46."""
    run = tale([1] * 5)
    one, two = run.worker(0), run.worker(1)
    run.chunk(0, one, 19, [(20, 30)])
    run.chunk(1, two, 19, [(21, 33)])
    run.chunk(2, one, 31, [(34, 40)])
    run.chunk(3, two, 41, [(45, 46)])
    run.chunk(4, one, 42, [(47, 50)])
    between = measure_run(run.recording(60)).between
    assert between.count == 3
    assert between.total_s == pytest.approx(0.004 + 0.007 + 0.012)
    assert between.median_s == pytest.approx(0.007)


def test_pauses_within_a_chunk_are_told_where_there_are_any(tale: MakeTale) -> None:
    run = tale([4, 2], processes=1)
    one = run.worker(0)
    run.chunk(0, one, 19, [(20, 30), (33, 40), (40, 44), (45, 50)])
    run.chunk(1, one, 51, [(60, 70), (75, 80)])
    figures = measure_run(run.recording(90))
    assert figures.within.count == 4 and figures.within.total_s == pytest.approx(0.009)
    assert figures.within.median_s == pytest.approx(0.002)
    assert figures.between.count == 1 and figures.between.total_s == pytest.approx(0.010)


def test_a_chunk_that_raised_ends_where_that_was_noted(tale: MakeTale) -> None:
    run = tale([3, 1], processes=1)
    one = run.worker(0)
    raised = [(20, 30), (30, 34, TaskState.RAISED)]
    run.chunk(0, one, 15, raised, outcome=ChunkOutcome.RAISED, ran=36)
    run.chunk(1, one, 38, [(40, 50)])
    between = measure_run(run.recording(60)).between
    assert between.count == 1 and between.total_s == pytest.approx(0.004)
