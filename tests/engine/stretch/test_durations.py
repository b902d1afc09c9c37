"""The median of durations: exact for few, and close enough for many."""

import random

import numpy as np
import pytest

from poolscope.engine.stretch.durations import ROUNDED, Durations


def of(values: np.ndarray, exact: int, pieces: int = 1) -> Durations:
    found = Durations(exact)
    for piece in np.array_split(values, pieces):
        found.add(piece)
    return found


def test_nothing_has_no_median() -> None:
    found = Durations()
    found.add(np.zeros(0, np.int64))
    assert (found.count, found.median_ns, found.longest_ns) == (0, None, 0)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_up_to_the_limit_it_is_exact(count: int) -> None:
    values = np.array([random.Random(count).randrange(1 << 50) for _ in range(count)])
    found = of(values, exact=100, pieces=3)
    assert found.exact and found.median_ns == float(np.median(values))
    assert found.longest_ns == values.max() and found.count == count


@pytest.mark.parametrize("spread", [3, 4_096, 10**6, 10**12, 1 << 60])
def test_beyond_it_is_as_close_as_it_says(spread: int) -> None:
    choose = random.Random(spread)
    values = np.array([choose.randrange(spread) for _ in range(501)])
    found = of(values, exact=100, pieces=4)
    median = float(np.median(values))
    assert not found.exact and found.count == 501
    assert found.median_ns == pytest.approx(median, rel=ROUNDED, abs=0)
    if spread <= 4_096:
        assert found.median_ns == median, "small numbers have bins of their own"


def test_what_is_added_later_counts() -> None:
    found = of(np.full(200, 1_000), exact=100)
    assert found.median_ns == 1_000
    found.add(np.full(300, 9_000))
    assert found.median_ns == pytest.approx(9_000, rel=ROUNDED) and found.longest_ns == 9_000
    assert found._kept is None and found._bins is not None and found._bins.nbytes < 2_000_000
