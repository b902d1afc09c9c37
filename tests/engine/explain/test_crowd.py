"""Reasons in the number of workers, by what their tasks did and what was seen of them."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from poolscope.engine.experiment import Experiment
from poolscope.engine.explain import crowd
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.explain.seen import Seen, look
from poolscope.engine.recording import Recording
from poolscope.engine.sampling.layout import ProcessState, Role
from poolscope.engine.sampling.samples import Reading, Series

Play = Callable[..., Recording]
MakeCase = Callable[..., Case]
COMPUTING = Seen(runnable=1.0, machine_busy=1.0)


def only(case: Case, seen: Seen) -> Reason:
    (reason,) = crowd.reasons(case, seen)
    return reason


def test_computing_workers_beyond_the_cpus_are_too_many(play: Play, case: MakeCase) -> None:
    run = play([40] * 80, processes=8, cpu=0.25, ready=80)
    reason = only(case(run), COMPUTING)
    assert reason.cause is Cause.TOO_MANY_WORKERS
    assert reason.values["cpu_share"] == pytest.approx(0.25)
    assert (reason.values["processes"], reason.values["cpus"]) == (8, 2)
    assert reason.remedy is not None
    assert reason.remedy.applied(run.experiment).pool.processes == 2
    assert reason.cost_s == pytest.approx(0.079 * 6 / 8)  # of the start, six of eight for nothing


def test_what_the_first_workers_did_meanwhile_is_no_cost(play: Play, case: MakeCase) -> None:
    """Two were ready at once and computed on both CPUs until the last were ready."""
    run = play([40] * 80, processes=8, cpu=0.25, ready=[1, 1] + [80] * 6)
    all_at_once = only(case(play([40] * 80, processes=8, cpu=0.25, ready=80)), COMPUTING)
    assert only(case(run), COMPUTING).cost_s < all_at_once.cost_s


def test_tasks_that_wait_for_something_else_may_be_more_than_the_cpus(
    play: Play, case: MakeCase
) -> None:
    """Half of their time they compute: four keep two CPUs busy."""
    four = play([20] * 80, processes=4, cpu=0.45)
    assert list(crowd.reasons(case(four), Seen(runnable=0.5, machine_busy=1.0))) == []
    eight = case(play([40] * 80, processes=8, cpu=0.25))
    reason = only(eight, Seen(runnable=0.75, machine_busy=1.0))
    assert reason.values["better"] == 4


def test_nobody_says_too_many_where_nobody_has_looked(play: Play, case: MakeCase) -> None:
    run = case(play([40] * 80, processes=8, cpu=0.25))
    assert list(crowd.reasons(run, Seen())) == []


def test_of_a_task_of_the_catalogue_it_is_known_that_it_computes(
    play: Play, case: MakeCase
) -> None:
    run = play([40] * 80, processes=8, cpu=0.25, experiment=Experiment("count_primes", "range(9)"))
    assert only(case(run), Seen()).values["better"] == 2


def test_sleeping_workers_may_be_many(play: Play, case: MakeCase) -> None:
    run = case(play([40] * 16, processes=16, cpu=0.01))
    assert list(crowd.reasons(run, Seen(runnable=0.0, machine_busy=1.0))) == []


def test_waiting_tasks_want_more_workers(play: Play, case: MakeCase) -> None:
    run = play([20] * 60, processes=2, cpu=0.01)
    reason = only(case(run), Seen())
    assert reason.cause is Cause.TOO_FEW_WORKERS
    assert reason.values["better"] == 16, "eight times as many, and no more is foretold"
    assert reason.cost_s == pytest.approx(0.6 - 0.08 - 14 * 0.0005), "each starts in 0.5 ms"
    assert reason.remedy is not None
    assert reason.remedy.applied(run.experiment).pool.processes == 16


def test_never_more_workers_than_tasks(play: Play, case: MakeCase) -> None:
    reason = only(case(play([20] * 6, processes=2, cpu=0.01)), Seen())
    assert reason.values["better"] == 6


def test_computing_tasks_want_a_worker_for_each_cpu(play: Play, case: MakeCase) -> None:
    reason = only(case(play([20] * 60, processes=1, cpus=4)), COMPUTING)
    assert reason.cause is Cause.TOO_FEW_WORKERS
    assert reason.values["better"] == 4 and reason.cost_s == pytest.approx(0.9 - 3 * 0.001)


def test_a_worker_for_each_cpu_is_enough_for_computing(play: Play, case: MakeCase) -> None:
    assert list(crowd.reasons(case(play([20] * 60)), COMPUTING)) == []


def test_computing_tasks_that_others_keep_waiting_want_no_more_workers(
    play: Play, case: MakeCase
) -> None:
    """Other programs took a third of the CPUs: the tasks wanted them all the time."""
    run = case(play([20] * 60, cpu=0.66))
    assert list(crowd.reasons(run, COMPUTING)) == []
    assert list(crowd.reasons(run, Seen())) == [], "or nobody knows"


def test_workers_that_wait_for_their_tasks_are_no_reason_for_more(
    play: Play, case: MakeCase
) -> None:
    run = case(play([5] * 60, cpu=0.01, way_in=5))
    assert list(crowd.reasons(run, Seen())) == []


def test_threads_that_compute_beside_the_tasks_are_too_many(play: Play, case: MakeCase) -> None:
    run = play([20] * 60, cpu=0.5, experiment=Experiment("numpy.linalg:inv", "range(9)"))
    reason = only(case(run), Seen(cpu_s=1.2, threads=2, runnable=1.0))
    assert reason.cause is Cause.THREADS
    assert reason.values["libraries"] == ["numpy"]
    assert reason.cost_s == pytest.approx((1.2 - 0.6) / 2)
    assert reason.remedy is not None
    other = reason.remedy.applied(run.experiment)
    assert dict(other.place.env) == {"OMP_NUM_THREADS": "1"}


def test_threads_of_nobody_knows_what_have_no_remedy(play: Play, case: MakeCase) -> None:
    """A task may start its own: no variable ends these."""
    run = play([20] * 60, cpu=0.5, experiment=Experiment("mine:work", "range(9)"))
    reason = only(case(run), Seen(cpu_s=1.2, threads=2, runnable=1.0))
    assert reason.values["libraries"] == [] and reason.remedy is None


def test_threads_that_do_nothing_are_no_reason(play: Play, case: MakeCase) -> None:
    run = case(play([20] * 60))
    assert list(crowd.reasons(run, Seen(cpu_s=1.25, threads=8, runnable=1.0))) == []


def test_threads_of_one_worker_may_have_the_other_cpus(play: Play, case: MakeCase) -> None:
    run = case(play([20] * 60, processes=1, cpus=4, cpu=0.9))
    causes = [one.cause for one in crowd.reasons(run, Seen(cpu_s=4.0, threads=4, runnable=1.0))]
    assert Cause.THREADS not in causes


def test_what_was_seen_is_that_of_the_time_of_the_tasks(play: Play, case: MakeCase) -> None:
    made = case(play([100] * 10))
    first, last = made.first_ns, made.last_ns
    at_ns = np.array([first - 1, first + 1, (first + last) // 2, last, last + 1])

    def series(*values: float) -> Series:
        return Series(at_ns, np.array(values))

    made.recording.samples = SimpleNamespace(  # type: ignore[attr-defined, assignment]
        processes=[SimpleNamespace(number=0, role=Role.WORKER)],
        last=lambda number: Reading(0, 1.0, 5, 3, ProcessState.RUNNING),
        workers_cpu=lambda: series(9, 1, 2, 2, 9),
        workers_rss=lambda: series(99, 10, 30, 20, 99),
        workers_runnable=lambda: series(0, 1, 1, 0.5, 0),
        machine_cpu=lambda: series(0, 0.9, 0.9, float("nan"), 0),
        available=lambda: series(0, 80, 60, 70, 0),
        limit_bytes=100,
        own_cpu=lambda: series(9, 0.5, 1.4, 1.6, 9),
        started_cpu_s=0.25,
    )
    seen = look(made)
    assert seen.runnable == pytest.approx(2.5 / 3) and seen.machine_busy == pytest.approx(0.9)
    assert (seen.rss, seen.rss_at_ns, seen.available, seen.limit) == (30, at_ns[2], 60, 100)
    assert seen.threads == 3 and (seen.starts, seen.started_s) == (True, 0.25)
    assert seen.others_cpus == pytest.approx(2 * 0.9 - 1.4)
    assert seen.cpu_s == pytest.approx(2 * (last - first - 1) / 1e9)


def test_without_samples_nothing_was_seen(play: Play, case: MakeCase) -> None:
    assert look(case(play([10] * 4))).runnable is None


def test_never_more_workers_than_the_memory_holds(play: Play, case: MakeCase) -> None:
    run = case(play([20] * 60, processes=2, cpu=0.01))
    reason = only(run, Seen(rss=20, rss_at_ns=1, limit=100, available=50))
    assert reason.values["better"] == 7
    full = Seen(rss=60, rss_at_ns=1, limit=100, available=50)
    assert list(crowd.reasons(run, full)) == []


def test_who_is_idle_at_the_end_leaves_the_cpus_to_the_others(
    play: Play, why: Callable[..., Explanation]
) -> None:
    """More workers than CPUs, which are full: nothing is lost when some have no task."""
    found = why(play([100] * 12, processes=8, cpu=0.25))
    assert Cause.UNEVEN_CHUNKS not in [one.cause for one in found.reasons]
    found = why(play([100] * 12, processes=8, cpu=0.01))
    assert Cause.UNEVEN_CHUNKS in [one.cause for one in found.reasons]


def test_more_workers_come_with_chunks_for_all_of_them(play: Play, case: MakeCase) -> None:
    """By themselves, 16 workers would leave four without a chunk."""
    run = play([20] * 40 + [500] * 8, cpu=0.01, chunksize=4)
    reason = only(case(run), Seen())
    assert reason.cause is Cause.TOO_FEW_WORKERS and reason.remedy is not None
    assert reason.remedy.pool == {"processes": 16, "chunksize": 1}
    assert reason.cost_s == pytest.approx(2.4 - 0.56, abs=0.1)


def test_chunks_that_go_well_with_more_workers_stay(play: Play, case: MakeCase) -> None:
    reason = only(case(play([20] * 160, cpu=0.01, chunksize=2)), Seen())
    assert reason.remedy is not None and list(reason.remedy.pool) == ["processes"]


def test_workers_that_an_uneven_end_left_idle_were_busy_before(play: Play, case: MakeCase) -> None:
    """Of all their time they were in tasks for 71 % of it: the last chunk is six long ones."""
    run = case(play([20] * 40 + [500] * 8, cpu=0.01, chunksize=None))
    assert run.numbers.utilisation is not None and run.numbers.utilisation < crowd.AT_WORK
    assert only(run, Seen()).cause is Cause.TOO_FEW_WORKERS


def test_too_many_workers_are_shown_where_their_tasks_shared_the_cpus(
    play: Play, case: MakeCase
) -> None:
    run = case(
        play(
            [40] * 80,
            processes=8,
            cpu=0.25,
            ready=80,
            experiment=Experiment("count_primes", "range(9)"),
        )
    )
    (span,) = only(run, Seen()).evidence.spans
    assert span.begin_ns <= run.first_ns and span.end_ns == run.last_ns
