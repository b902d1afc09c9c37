"""Busy workers over time: exact at any zoom, by what is new, whatever the workers are."""

from itertools import pairwise

import numpy as np
import pytest

from poolscope.engine.over_time import busy as busy_module
from poolscope.engine.over_time.busy import BINS, BusyTime
from poolscope.engine.over_time.steps import Steps, steps_in

from .conftest import ORIGIN_NS, Told


def take_all(busy: BusyTime) -> int:
    """Returns in how many steps."""
    return sum(1 for _ in busy.take_in())


def plain(spans: list[tuple[int, int]], steps: Steps) -> list[int]:
    """The same, span by span and step by step."""
    edges = steps.edges_ns.tolist()
    return [
        sum(max(min(ended, high) - max(begun, low), 0) for begun, ended in spans)
        for low, high in pairwise(edges)
    ]


def views(end: int) -> list[Steps]:
    """All of it, parts of it, and some that reach beyond it at both sides."""
    spans = [(0, end), (-end, 3 * end), (end // 3, end // 2), (end // 3, end // 3 + 40)]
    spans += [(end // 2, end // 2 + end // 50), (end - 30, end + 30)]
    return [steps_in(*span, most) for span in spans for most in (7, 60)]


def random_work(random: np.random.Generator, count: int, longest: float) -> tuple[list[int], ...]:
    """Tasks one after the other, with and without gaps."""
    lasts = np.rint(10 ** random.uniform(0, longest, count)).astype(int)
    gaps = np.where(random.random(count) < 0.5, 0, random.integers(1, 50, count))
    ended = np.cumsum(lasts + gaps)
    return (ended - lasts).tolist(), ended.tolist()


@pytest.mark.parametrize("bins", [64, BINS])
@pytest.mark.parametrize("few", [0, 5, 256])
@pytest.mark.parametrize("seed", range(4))
def test_every_step_is_exact_whatever_came_when(
    told: Told, monkeypatch: pytest.MonkeyPatch, seed: int, few: int, bins: int
) -> None:
    monkeypatch.setattr(busy_module, "FEW", few)  # lanes that are added up by bins, or by steps
    monkeypatch.setattr(busy_module, "BINS", bins)  # how soon lanes are searched
    monkeypatch.setattr(busy_module, "BLOCK", 16)
    monkeypatch.setattr(busy_module, "PIECE", 8)
    random = np.random.default_rng(seed)
    busy = BusyTime(told.trace)
    work = []
    for _ in range(4):
        told.lane()
        work.append(random_work(random, 60, random.uniform(1, 4)))
    cuts = [0, *sorted(random.integers(0, 60, 3).tolist()), 60]
    for first, stop in pairwise(cuts):
        for lane, (begun, ended) in zip(told.lanes, work, strict=True):
            if stop > first:
                told.work(lane, begun[first:stop], ended[first:stop])
                lane.running = (0, ended[stop - 1] + 7 + ORIGIN_NS) if stop < 60 else None
        take_all(busy)
        now = told.end_ns - ORIGIN_NS + 20
        for steps in views(now):
            found = busy.busy_ns(steps, now + ORIGIN_NS).tolist()
            assert found == plain(told.spans(now), steps), (first, stop, steps)


@pytest.mark.parametrize("bins", [32, BINS])
def test_workers_that_were_replaced_count_while_they_lived(
    told: Told, monkeypatch: pytest.MonkeyPatch, bins: int
) -> None:
    monkeypatch.setattr(busy_module, "BINS", bins)
    busy = BusyTime(told.trace)
    for number in range(40):
        lane = told.lane()
        told.work(lane, [100 * number, 100 * number + 50], [100 * number + 30, 100 * number + 90])
        if number % 3 == 0:
            take_all(busy)
        lane.over = True
    take_all(busy)
    for steps in views(4_000):
        assert busy.busy_ns(steps, ORIGIN_NS + 4_000).tolist() == plain(told.spans(4_000), steps)


def test_a_narrow_view_looks_at_no_worker_that_was_over_before_it(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy_module, "BINS", 32)
    old = told.lane()
    told.work(old, [0, 99_000], [50, 99_050])
    for number in range(1_000):
        told.work(told.lane(), [100 * number], [100 * number + 90])
    for lane in told.lanes:
        lane.over = True
    busy = BusyTime(told.trace)
    take_all(busy)
    lanes = busy._at_work(ORIGIN_NS + 50_000, ORIGIN_NS + 50_300)
    assert [lane.ordinal for lane in lanes] == [old.ordinal, 502, 503, 504]


def test_no_task_is_looked_at_twice(told: Told) -> None:
    busy, lane = BusyTime(told.trace), told.lane()
    told.work(lane, [0, 20], [10, 30])
    take_all(busy)
    assert busy.looked_at == 2
    take_all(busy)
    assert busy.looked_at == 2
    told.work(lane, [40], [50])
    take_all(busy)
    assert busy.looked_at == 3


def test_many_tasks_of_a_lane_cost_by_the_bins_and_are_taken_in_bit_by_bit(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busy_module, "BINS", 64)
    monkeypatch.setattr(busy_module, "PIECE", 1_000)
    begun = np.arange(10_000) * 10
    told.work(told.lane(), begun.tolist(), (begun + 5).tolist())
    busy = BusyTime(told.trace)
    assert take_all(busy) >= 10
    assert busy.looked_at < 200
    steps = steps_in(0, 100_000, 30)
    assert busy.busy_ns(steps, told.end_ns).tolist() == plain(told.spans(0), steps)


def test_the_curve_counts_workers_up_to_now(told: Told) -> None:
    told.work(told.lane(), [0], [100])
    second = told.lane()
    second.running = (1, ORIGIN_NS + 50)
    busy = BusyTime(told.trace)
    take_all(busy)
    curve = busy.curve(Steps(0, 64, 4), ORIGIN_NS + 150)
    assert curve.times_ns.tolist() == [0, 64, 128, 150]  # nothing is told of what is to come
    assert curve.values.tolist() == [(64 + 14) / 64, (36 + 64) / 64, 1.0]
    assert not busy.curve(Steps(5, 64, 4), ORIGIN_NS + 150)


def test_times_that_cannot_be_are_borne(told: Told) -> None:
    told.work(told.lane(), [-500_000, 0], [-400_000, 10])
    busy = BusyTime(told.trace)
    take_all(busy)
    far = steps_in(0, 1 << 59, 800)
    assert busy.busy_ns(far, ORIGIN_NS + (1 << 59)).tolist() == [10, *[0] * (far.count - 1)]
