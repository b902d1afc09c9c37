"""Steps of time, curves, and curves of what was looked at now and then."""

import numpy as np
import pytest

from poolscope.engine.over_time.curve import NO_CURVE, Curve
from poolscope.engine.over_time.sampled import held_curve, mean_curve
from poolscope.engine.over_time.steps import steps_in
from poolscope.engine.sampling.samples import Series

SECOND = 1_000_000_000


def stepped(times: list[int], values: list[float]) -> Curve:
    return Curve(np.array(times), np.array(values))


def series(times: list[int], values: list[float]) -> Series:
    return Series(np.array(times), np.array(values, np.float64))


@pytest.mark.parametrize("begin", [0, 3, 777, 123_456_789])
@pytest.mark.parametrize("width", [1, 5, 1_000, 10**12])
def test_steps_cover_a_view_and_are_neither_many_nor_few(begin: int, width: int) -> None:
    steps = steps_in(begin, begin + width, 100)
    assert steps.begin_ns <= begin
    assert steps.end_ns >= begin + width
    assert min(width, 50) <= steps.count <= 102
    assert len(steps.edges_ns) == steps.count + 1


def test_a_view_that_moves_keeps_its_steps() -> None:
    one, other = steps_in(5_000, 6_000, 50), steps_in(5_123, 6_123, 50)
    assert one.step_ns == other.step_ns
    assert set(other.edges_ns[:-2].tolist()) <= set(range(0, 10_000, one.step_ns))


def test_nothing_is_before_the_origin() -> None:
    assert steps_in(-500, 100, 10).begin_ns == 0
    assert steps_in(-500, -100, 10).count == 0


def test_a_curve_of_steps_says_what_it_is_at_a_time() -> None:
    curve = stepped([0, 10, 30], [2.0, 5.0])
    assert [curve.at(time) for time in (-1, 0, 9.4, 10, 30, 31)] == [None, 2, 2, 5, 5, None]
    assert NO_CURVE.at(0) is None


def test_a_curve_of_lines_says_what_it_is_at_a_time() -> None:
    curve = Curve(np.array([0, 10]), np.array([0.0, 4.0]), stepped=False)
    assert curve.at(5) == 2.0


def test_means_are_by_time_and_of_the_part_that_is_asked_for() -> None:
    curve = stepped([0, 10, 30], [2.0, 5.0])
    assert curve.mean(0, 30) == pytest.approx((2 * 10 + 5 * 20) / 30)
    assert curve.mean(5, 15) == pytest.approx(3.5)
    assert curve.mean(-100, 10) == pytest.approx(2.0)
    assert curve.mean(30, 40) is None
    slope = Curve(np.array([0, 10]), np.array([0.0, 4.0]), stepped=False)
    assert slope.mean(0, 10) == pytest.approx(2.0)


def test_cpu_tells_of_the_time_since_the_look_before() -> None:
    looks = series([1 * SECOND, 2 * SECOND, 3 * SECOND], [1.0, 3.0, 2.0])
    curve = mean_curve(looks, 10 * SECOND, steps_in(0, 4 * SECOND, 800), since_ns=0)
    assert not curve  # they are all from before the origin
    curve = mean_curve(looks, 0, steps_in(0, 4 * SECOND, 800), since_ns=SECOND // 2)
    assert curve.times_ns.tolist() == [SECOND // 2, SECOND, 2 * SECOND, 3 * SECOND]
    assert curve.values.tolist() == [1.0, 3.0, 2.0]
    assert curve.at(1.5 * SECOND) == 3.0


def test_a_look_that_reaches_into_the_view_is_seen_in_it() -> None:
    looks = series([SECOND * n for n in range(1, 9)], [float(n) for n in range(1, 9)])
    curve = mean_curve(looks, 0, steps_in(4_300_000_000, 4_400_000_000, 800), 0)
    assert curve.at(4_350_000_000) == 5.0
    assert len(curve.values) <= 3


def test_looks_that_share_a_step_are_their_mean() -> None:
    random = np.random.default_rng(3)
    times = np.cumsum(random.integers(1, 90, 2_000))
    looks = Series(times, random.random(2_000))
    whole = mean_curve(looks, 0, steps_in(0, int(times[-1]), 10**6), 0)
    few = mean_curve(looks, 0, steps_in(0, int(times[-1]), 50), 0)
    assert len(few.values) <= 60 < len(whole.values)
    end = int(times[-1])
    assert few.mean(0, end) == pytest.approx(whole.mean(0, end))


def test_of_looks_that_share_a_step_the_most_memory_is_seen() -> None:
    values = np.ones(2_000)
    values[777] = 9.0
    looks = Series(np.arange(1, 2_001) * 10, values)
    curve = held_curve(looks, 0, steps_in(0, 20_000, 50))
    assert len(curve.values) < 130
    assert curve.highest == 9.0


def test_memory_reaches_from_the_look_before_the_view_to_the_one_after_it() -> None:
    looks = series([10, 20, 30, 40, 50], [1.0, 2.0, 3.0, 4.0, 5.0])
    curve = held_curve(looks, 0, steps_in(24, 36, 100))
    assert curve.times_ns.tolist() == [20, 30, 40, 50]


def test_memory_is_what_the_last_look_saw_and_nothing_where_nobody_looked() -> None:
    curve = held_curve(series([100, 300], [4.0, 0.0]), 0, steps_in(0, 400, 400))
    assert [curve.at(time) for time in (99, 100, 299, 300, 302)] == [None, 4.0, 4.0, 0.0, None]


def test_one_look_tells_of_what_it_saw_and_no_more() -> None:
    one, steps = series([5], [3.0]), steps_in(0, 10, 10)
    assert [held_curve(one, 0, steps).at(time) for time in (4, 5, 7)] == [None, 3.0, None]
    assert [mean_curve(one, 0, steps, 2).at(time) for time in (1, 3, 5, 7)] == [
        None,
        3.0,
        3.0,
        None,
    ]


def test_what_began_nobody_knows_when_is_left_out() -> None:
    steps = steps_in(0, 40, 40)
    assert not mean_curve(series([5], [3.0]), 0, steps, 5)
    assert mean_curve(series([5, 9], [3.0, 1.0]), 0, steps, 5).times_ns.tolist() == [5, 9]
    nothing = series([], [])
    assert not mean_curve(nothing, 0, steps, 0) and not held_curve(nothing, 0, steps)
