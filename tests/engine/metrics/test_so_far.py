from types import SimpleNamespace

import numpy as np
import pytest

from poolscope.engine.journal import Journal
from poolscope.engine.metrics.so_far import Metrics, busy_ns, measure
from poolscope.engine.trace.lane import Lane

S = 1_000_000_000


def recording(lanes, *, called_s=1.0, returned_s=None, ended=True, processes=2):
    """As much of a Recording as the figures read. lanes: of each, ns in tasks that are over, and
    the row and begin of the one in hand."""

    def busy_until(time_ns):
        in_hand = [max(time_ns - running[1], 0) for _, running in lanes if running is not None]
        return sum(busy for busy, _ in lanes) + sum(in_hand)

    trace = SimpleNamespace(
        busy_ns=busy_until,
        ended=ended,
        end_ns=5 * S,
    )
    journal = Journal(
        called_ns=None if called_s is None else round(called_s * S),
        returned_ns=None if returned_s is None else round(returned_s * S),
    )
    pool = SimpleNamespace(processes=processes)
    return SimpleNamespace(trace=trace, journal=journal, experiment=SimpleNamespace(pool=pool))


def test_a_finished_run_is_measured_from_the_call_to_the_return() -> None:
    figures = measure(recording([(3 * S, None), (1 * S, None)], returned_s=5.0), now_ns=99 * S)
    assert figures == Metrics(
        elapsed_s=4.0, makespan_s=4.0, work_s=4.0, busy_workers=1.0, utilisation=0.5
    )


def test_a_running_task_counts_up_to_now() -> None:
    run = recording([(1 * S, (0, 2 * S))], ended=False, processes=1)
    assert measure(run, now_ns=3 * S).work_s == pytest.approx(2.0)
    assert measure(run, now_ns=3 * S).makespan_s == pytest.approx(2.0)


def test_a_run_that_was_cut_off_has_no_makespan_and_ends_with_the_last_thing_known() -> None:
    figures = measure(recording([(2 * S, None)]), now_ns=99 * S)
    assert figures.elapsed_s == 4.0
    assert figures.makespan_s is None


def test_nothing_is_known_before_the_call() -> None:
    assert measure(recording([], called_s=None), now_ns=S) == Metrics()


def test_no_task_time_is_no_division_by_zero() -> None:
    assert measure(recording([], returned_s=1.0), now_ns=S).busy_workers is None


def test_what_a_task_took_after_the_end_does_not_count() -> None:
    worker = Lane(1, SimpleNamespace())
    worker.append(np.array([0, 1, 2]), np.array([10, 30, 60]), np.array([20, 50, 90]))
    assert [busy_ns(worker, now) for now in (0, 15, 20, 25, 40, 50, 70, 100)] == [
        0, 5, 10, 10, 20, 30, 40, 60,
    ]  # fmt: skip
