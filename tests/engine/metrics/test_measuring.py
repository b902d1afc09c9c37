"""Figures of runs that were written by hand, against what is worked out by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.breaking_off import BrokenOff
from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.engine.machine import Machine
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.metrics.numbers import Numbers, Serial, WorkerNumbers
from poolscope.engine.problem import Problem
from poolscope.engine.recording import Recording, read_whole
from poolscope.engine.run import Run
from poolscope.engine.run_folder import create
from poolscope.engine.trace.layout import ChunkOutcome, TaskState

MS = 1_000_000
MakeTale = Callable[..., Any]


@pytest.fixture
def figures(two_workers: Recording) -> Numbers:
    return measure_run(two_workers)


def test_makespan_and_work_are_those_of_the_clock(figures: Numbers) -> None:
    assert figures.makespan_s == pytest.approx(0.100)
    assert figures.work_s == pytest.approx(0.030 + 0.040 + 0.030)
    assert (figures.processes, figures.cpus, figures.tasks) == (2, 8, 5)


def test_speed_up_of_the_sum_efficiency_and_utilisation(figures: Numbers) -> None:
    assert figures.speed_up_of_sum == pytest.approx(1.0)
    assert figures.speed_up is None and figures.serial is None
    assert figures.efficiency == pytest.approx(0.5)
    assert figures.utilisation == pytest.approx(0.5)


def test_a_measured_serial_run_makes_the_speed_up_and_the_efficiency(
    two_workers: Recording,
) -> None:
    serial = Serial(0.160, "2026-11-22T10:00:00+00:00")
    figures = measure_run(two_workers, serial=serial)
    assert figures.serial == serial
    assert figures.speed_up == pytest.approx(1.6) and figures.efficiency == pytest.approx(0.8)
    assert figures.speed_up_of_sum == pytest.approx(1.0)


def test_each_worker_is_measured_by_its_own_life(figures: Numbers) -> None:
    assert figures.workers == (
        WorkerNumbers(1, 101, 3, pytest.approx(0.070), pytest.approx(0.7)),
        WorkerNumbers(2, 102, 2, pytest.approx(0.030), pytest.approx(0.3)),
    )
    assert figures.imbalance == pytest.approx(0.070 / 0.050 - 1)


def test_the_tail_begins_when_nothing_is_left_to_be_taken(figures: Numbers) -> None:
    """Worker 2 has sent its result at 55, the last chunk is taken at 56, its task ends at 100."""
    assert figures.tail_begin_ns == 56 * MS
    assert figures.tail_s == pytest.approx(0.044) and figures.tail_workers == pytest.approx(1.0)


def test_the_start_up_is_told_in_its_parts(figures: Numbers) -> None:
    start = figures.start_up
    assert start.whole_s == pytest.approx(0.019), "made at 1, the first task begins at 20"
    assert start.starting_s == pytest.approx(0.005), "between 4 and 6"
    assert start.initializer_s is None and start.all_s == pytest.approx(0.010)


def test_gaps_within_a_chunk_and_between_chunks_are_told_apart(figures: Numbers) -> None:
    within, between = figures.within, figures.between
    assert (within.count, within.total_s, within.median_s) == (2, 0.0, 0.0)
    assert between.count == 1
    assert between.total_s == between.median_s == pytest.approx(0.010), "from 50 to 60"


def test_pickling_is_added_up_over_all_chunks(figures: Numbers) -> None:
    found = figures.pickling
    assert found.chunks == 3
    assert found.pickled_s == pytest.approx(0.002)
    assert found.unpickled_s == pytest.approx(0.002 + 0.005 + 0.004)
    assert found.results_pickled_s == pytest.approx(0.001 + 0.000 + 0.002)
    assert found.results_sent_s == pytest.approx(0.002 + 0.001 + 0.003)
    assert (found.bytes_in, found.bytes_out, found.function_bytes) == (5_500, 800, 700)


def test_the_cpu_share_is_that_of_the_tasks_time(figures: Numbers) -> None:
    assert figures.cpu_s == pytest.approx(0.065)
    assert figures.cpu_share == pytest.approx(0.065 / 0.100)


def test_how_long_tasks_took(figures: Numbers) -> None:
    found = figures.durations
    assert found is not None and found.count == 5
    assert found.mean_s == pytest.approx(0.020) and found.median_s == pytest.approx(0.020)
    assert found.longest_s == pytest.approx(0.040) and found.longest_row == 4
    assert found.p95_s == pytest.approx(0.036)
    assert sum(found.counts) == 5 and len(found.edges_s) == len(found.counts) + 1


def test_the_cut_is_told(figures: Numbers) -> None:
    cut = figures.chunking
    assert cut is not None and (cut.chunks, cut.chunksize, cut.last) == (3, 2, 1)
    assert cut.ade == pytest.approx(5 / 6), "a round of two, and one of the last: (2 + 1) * 2"
    assert cut.rde == pytest.approx(1.0)


def test_nothing_was_respawned(figures: Numbers) -> None:
    assert figures.respawn_s == 0.0


def test_all_of_it_is_plain_facts(figures: Numbers) -> None:
    facts = figures.to_json()
    assert facts["workers"][0]["pid"] == 101 and facts["chunking"]["last"] == 1
    assert facts["start_up"]["whole_s"] == pytest.approx(0.019)


# --- runs that are not as they should be


def test_a_run_that_raised_has_sums_and_compares_nothing(tale: MakeTale, problem: Problem) -> None:
    run = tale([2, 2])
    one, two = run.worker(0), run.worker(1)
    raised = [(20, 30), (30, 34, TaskState.RAISED)]
    run.chunk(0, one, 15, raised, outcome=ChunkOutcome.RAISED, ran=35)
    run.chunk(1, two, 15, [(20, 60), (60, 90)])
    figures = measure_run(run.recording(50, problem=problem))
    assert figures.makespan_s == pytest.approx(0.040), "until the method raised"
    assert figures.work_s == pytest.approx(0.014 + 0.030), "and no further"
    assert figures.durations is not None and figures.durations.count == 4
    assert figures.speed_up_of_sum == pytest.approx(44 / 40), "so many were busy until then"
    assert figures.speed_up is figures.efficiency is figures.chunking is None
    assert figures.tail_s is figures.tail_begin_ns is figures.tail_workers is None


def test_a_lost_task_has_no_duration_and_its_chunk_no_cpu_time(
    tale: MakeTale, problem: Problem
) -> None:
    run = tale([2, 1])
    one, two = run.worker(0, died=70), run.worker(1)
    run.chunk(0, one, 15, [(20, 30), (30, 70, TaskState.LOST)], outcome=ChunkOutcome.LOST)
    run.chunk(1, two, 15, [(20, 60)], cpu=10 * MS)
    figures = measure_run(run.recording(None, problem=problem))
    assert figures.makespan_s is None and figures.efficiency is None
    assert figures.durations is not None
    assert (figures.durations.count, figures.durations.longest_row) == (2, 2)
    assert figures.cpu_s == pytest.approx(0.010) and figures.cpu_share == pytest.approx(0.25)


def test_a_stopped_run_has_no_makespan_and_no_tail(tale: MakeTale) -> None:
    run = tale([1, 1, 1])
    run.chunk(0, run.worker(0), 15, [(20, 60)])
    figures = measure_run(run.recording(None, stopped=80))
    assert figures.makespan_s is None and figures.tail_s is None and figures.speed_up is None
    assert figures.tasks == 3 and figures.work_s == pytest.approx(0.040)
    assert figures.start_up.whole_s == pytest.approx(0.019)


def test_a_run_without_tasks_has_figures_that_say_nothing(tale: MakeTale) -> None:
    run = tale([], chunksize=1)
    run.worker(0)
    figures = measure_run(run.recording(12))
    assert figures.makespan_s == pytest.approx(0.002) and figures.work_s == 0
    assert figures.durations is figures.chunking is figures.imbalance is figures.cpu_share is None
    assert figures.tail_s is None and figures.start_up.whole_s is None


def test_a_run_that_never_had_a_pool_knows_its_settings_only(tmp_path: Path) -> None:
    machine = Machine("Linux", "3.13.1", 4, 8, 8, None)
    folder = create(Experiment("sleep", "(1, 2)"), machine, tmp_path)
    assert measure_run(read_whole(folder)) == Numbers(processes=2, cpus=8)


@pytest.mark.parametrize("usable", ["eight", None, 0, -3, 10**9, 2.5])
def test_an_opened_file_may_say_anything_of_its_machine(
    two_workers: Recording, usable: object
) -> None:
    two_workers.machine = {"usable": usable}
    assert measure_run(two_workers).cpus == 1


# --- and those that are


def test_workers_that_replaced_one_another_share_the_time_of_their_slot(tale: MakeTale) -> None:
    """Slot 0: 20 to 40, a pause without any worker, 70 to 90. Slot 1: 20 to 100."""
    run = tale([1, 1, 1], maxtasksperchild=1)
    first, other = run.worker(0, died=45), run.worker(1)
    run.chunk(0, first, 15, [(20, 40)], pickled=41, sent=42)
    run.chunk(1, other, 15, [(20, 100)])
    run.chunk(2, run.worker(0, born=50, ready=64), 66, [(70, 90)])
    figures = measure_run(run.recording(110))
    assert figures.imbalance == pytest.approx(0.080 / 0.060 - 1)
    assert figures.respawn_s == pytest.approx(0.022), "nothing in hand at 42, another asks at 64"
    assert [worker.tasks for worker in figures.workers] == [1, 1, 1]
    assert figures.workers[0].utilisation == pytest.approx(20 / 35), "it lived from 10 to 45"
    assert figures.workers[2].utilisation == pytest.approx(20 / 60)
    assert figures.tail_begin_ns == 90 * MS and figures.tail_s == pytest.approx(0.010)
    assert figures.start_up.all_s == pytest.approx(0.003 + 0.003 + 0.014)
    assert figures.between.count == 0, "another worker's chunk is no neighbour"


def test_what_is_started_when_nothing_is_left_is_no_loss(tale: MakeTale) -> None:
    run = tale([1], maxtasksperchild=1)
    run.chunk(0, run.worker(0, died=45), 15, [(20, 40)])
    run.worker(0, born=50, ready=60)
    assert measure_run(run.recording(110)).respawn_s == 0.0


def test_workers_without_a_task_are_idle_from_when_they_ask(tale: MakeTale) -> None:
    run = tale([1], processes=3)
    run.chunk(0, run.worker(0), 15, [(20, 60)])
    run.worker(1, ready=5)
    run.worker(2, ready=40)
    figures = measure_run(run.recording(70))
    assert figures.tail_begin_ns == 15 * MS and figures.tail_s == pytest.approx(0.045)
    assert figures.tail_workers == pytest.approx((45 + 20) / 45)
    assert figures.imbalance == pytest.approx(2.0), "a third each would be even"


def test_who_has_not_asked_for_work_yet_is_not_idle_but_starting(tale: MakeTale) -> None:
    run = tale([1])
    run.chunk(0, run.worker(0), 15, [(20, 60)])
    run.worker(1, ready=0)
    figures = measure_run(run.recording(70))
    assert figures.tail_s == 0.0 and figures.tail_workers == 0.0
    assert figures.start_up.starting_s == pytest.approx(0.003)
    assert figures.start_up.all_s == pytest.approx(0.003 + 0.068), "it is still at it"


def test_the_initializer_is_no_part_of_the_start(tale: MakeTale) -> None:
    run = tale([1, 1], processes=2)
    one = run.worker(0, born=2, ready=30, initializing=6, initialized=26)
    two = run.worker(1, born=2, ready=50, initializing=8, initialized=48)
    run.chunk(0, one, 31, [(32, 60)])
    run.chunk(1, two, 51, [(52, 60)])
    start = measure_run(run.recording(70)).start_up
    assert start.starting_s == pytest.approx(0.005) and start.initializer_s == pytest.approx(0.030)
    assert start.all_s == pytest.approx(0.028 + 0.048)


def test_a_method_that_hands_out_one_at_a_time_has_no_efficiency_of_its_cut(
    tale: MakeTale,
) -> None:
    run = tale([1, 1], method="apply", chunksize=1)
    one = run.worker(0)
    run.chunk(0, one, 15, [(20, 30)])
    run.chunk(1, one, 35, [(40, 50)])
    assert measure_run(run.recording(60)).chunking is None


# --- asking whether to go on, and real runs


def test_whoever_asked_for_it_may_break_it_off(two_workers: Recording) -> None:
    asked = 0

    def watch() -> None:
        nonlocal asked
        asked += 1
        if asked == limit:
            raise BrokenOff

    limit = 0
    measure_run(two_workers, watch=watch)
    for limit in range(1, asked + 1):  # noqa: B007 - `watch` reads it
        asked = 0
        with pytest.raises(BrokenOff):
            measure_run(two_workers, watch=watch)


def test_a_real_run_by_two_of_tasks_that_wait(tmp_path: Path) -> None:
    run = Run(Experiment("sleep", "[0.02] * 12").with_pool(chunksize=2), parent=tmp_path)
    assert run.wait(30) and run.status is Status.FINISHED
    figures = measure_run(run.recording)
    assert figures.makespan_s == run.recording.journal.makespan_s
    assert figures.work_s >= 12 * 0.02 and figures.cpu_share is not None
    assert figures.cpu_share < 0.5, "they wait"
    assert figures.efficiency is not None and 0 < figures.efficiency <= 1
    assert figures.pickling.chunks == 6 and figures.pickling.bytes_in > 0
    assert figures.pickling.function_bytes, "the host has told it"
    assert figures.within.count == 6 and figures.within.total_s == 0.0
    assert figures.between.count == 4 and figures.between.total_s > 0
    assert figures.workers and sum(worker.tasks for worker in figures.workers) == 12
