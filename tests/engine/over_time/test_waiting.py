"""Chunks that nobody had taken yet, over time."""

import numpy as np
import pytest

from poolscope.engine.over_time import waiting as waiting_module
from poolscope.engine.over_time.steps import steps_in
from poolscope.engine.over_time.waiting import SortedTimes, WaitingChunks

from .conftest import ORIGIN_NS, Told


def take_all(waiting: WaitingChunks) -> int:
    return sum(1 for _ in waiting.take_in())


def check(waiting: WaitingChunks, taken: np.ndarray, now: int) -> None:
    curve = waiting.curve(steps_in(0, now, 50), ORIGIN_NS, ORIGIN_NS + now)
    known = taken[taken != 0] - ORIGIN_NS
    for time, value in zip(curve.times_ns[:-1].tolist(), curve.values.tolist(), strict=True):
        assert value == len(taken) - int((known <= time).sum()), time


@pytest.mark.parametrize("seed", range(5))
def test_it_is_exact_although_those_who_take_chunks_note_it_late(
    told: Told, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(waiting_module, "BLOCK", 16)
    random = np.random.default_rng(seed)
    times = ORIGIN_NS + np.cumsum(random.integers(1, 40, 200)) + random.integers(0, 100, 200)
    taken = told.chunks["taken"] = np.zeros(200, np.int64)
    waiting = WaitingChunks(told.trace)
    said, late = 0, set[int]()
    while said < 200:
        more = int(random.integers(1, 60))
        late = {number for number in late if random.random() < 0.6}  # of these nobody knows yet
        late |= set(random.integers(said, said + more, 4).tolist())
        for number in range(min(said + more, 200)):
            if number not in late:
                taken[number] = times[number]
        said += more
        take_all(waiting)
        check(waiting, taken, int(taken.max()) - ORIGIN_NS + 10)
    taken[:] = times
    take_all(waiting)
    check(waiting, taken, int(taken.max()) - ORIGIN_NS + 10)
    assert waiting.left == 0


def test_chunks_that_are_never_taken_wait_to_the_end(told: Told) -> None:
    told.chunks["taken"] = np.array([10, 20, 0, 0]) + ORIGIN_NS * np.array([1, 1, 0, 0])
    waiting = WaitingChunks(told.trace)
    take_all(waiting)
    curve = waiting.curve(steps_in(0, 100, 50), ORIGIN_NS + 5, ORIGIN_NS + 90)
    assert (curve.times_ns[0], curve.times_ns[-1]) == (5, 90)  # from the call up to now
    assert (curve.values[0], curve.values[-1]) == (4, 2)
    assert waiting.left == 2


def test_a_look_costs_by_what_is_new(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_module, "BLOCK", 10)
    told.chunks["taken"] = ORIGIN_NS + np.arange(1, 1_001)
    waiting = WaitingChunks(told.trace)
    assert take_all(waiting) == 100
    assert take_all(waiting) == 0


def test_times_in_no_order_at_all_are_counted_too(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a file can hold them that was tampered with: no look sorts all of them again."""
    monkeypatch.setattr(waiting_module, "BLOCK", 50)
    monkeypatch.setattr(waiting_module, "MERGED", 100)
    taken = told.chunks["taken"] = np.random.default_rng(1).integers(1, 9_000, 1_000) + ORIGIN_NS
    waiting = WaitingChunks(told.trace)
    take_all(waiting)
    check(waiting, taken, 9_000)
    assert max(len(part.values) for part in waiting._taken) <= 400


def test_sorted_times_say_when_there_is_too_much_to_put_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting_module, "MERGED", 2)
    times = SortedTimes()
    assert times.add(np.array([1, 2, 3, 4]))
    assert times.add(np.array([3, 9]))
    assert not times.add(np.array([1]))
    assert times.values.tolist() == [1, 2, 3, 3, 4, 9]
