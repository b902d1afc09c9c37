"""Histograms, and the middle of durations, against numpy's own."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from poolscope.engine.breaking_off import go_on
from poolscope.engine.metrics.durations import FEWEST, MOST, durations
from poolscope.engine.metrics.numbers import Durations
from poolscope.engine.stretch.durations import Durations as Spread
from poolscope.engine.trace.layout import TaskState

US = 1_000


def trace_of(took_ns: npt.ArrayLike, states: npt.ArrayLike = TaskState.DONE) -> Any:
    """As much of a trace as durations are read off."""
    took = np.asarray(took_ns, np.int64)
    begun = np.arange(len(took)) * 7 + 1
    columns = {"begun": begun, "ended": begun + took}
    columns["state"] = np.broadcast_to(np.asarray(states, np.int64), took.shape)
    return SimpleNamespace(tasks=columns, total=len(took))


def found(took_ns: npt.ArrayLike, states: npt.ArrayLike = TaskState.DONE) -> Durations:
    result = durations(trace_of(took_ns, states), go_on)
    assert result is not None
    return result


def is_linear(edges_s: tuple[float, ...]) -> bool:
    widths = np.diff(edges_s)
    return bool(np.allclose(widths, widths[0]))


random = np.random.default_rng(5)
KINDS = {
    "even": random.normal(20e6, 1e6, 5_000),
    "uniform": random.uniform(0, 30e6, 5_000),
    "skewed": random.lognormal(np.log(1e6), 1.5, 5_000),
    "one long": np.append(np.full(300, 2e6), 9e9),
    "two": [3, 900],
    "one": [12_345],
    "equal": np.full(1_000, 2_000_000),
    "nothing": np.zeros(50),
    "ns": random.integers(0, 3, 4_000),
    "many": random.lognormal(np.log(1e5), 1.0, 300_000),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_histogram_holds_each_task_once_in_a_few_ascending_bins(kind: str) -> None:
    took = np.asarray(KINDS[kind]).astype(np.int64)
    result = found(took)
    edges = np.array(result.edges_s)
    assert sum(result.counts) == len(took) == result.count
    assert 1 <= len(result.counts) <= MOST + 1 and (np.diff(edges) > 0).all()
    expected, _ = np.histogram(took, np.round(edges * 1e9))
    assert result.counts == tuple(expected)
    assert edges[0] * 1e9 == pytest.approx(took.min(), abs=0.01)
    assert edges[-1] * 1e9 > took.max()


@pytest.mark.parametrize("kind", KINDS)
def test_middle_and_longest_are_as_numpy_has_them(kind: str) -> None:
    took = np.asarray(KINDS[kind]).astype(np.int64)
    result = found(took)
    near = 0.0005 if len(took) > 250_000 else 1e-12
    assert result.mean_s == pytest.approx(took.mean() / 1e9)
    assert result.median_s == pytest.approx(np.median(took) / 1e9, rel=near)
    assert result.p95_s == pytest.approx(np.percentile(took, 95) / 1e9, rel=near)
    assert result.longest_s == took.max() / 1e9
    assert took[result.longest_row] == took.max()


def test_bins_are_even_in_time_where_times_are_alike() -> None:
    assert is_linear(found(KINDS["even"]).edges_s)
    assert is_linear(found(KINDS["uniform"]).edges_s)
    assert len(found(KINDS["uniform"]).counts) == pytest.approx(17, abs=1), "2 * iqr / n^(1/3)"


def test_bins_grow_where_the_longest_would_leave_all_others_in_one() -> None:
    result = found(KINDS["one long"])
    widths = np.diff(result.edges_s)
    assert not is_linear(result.edges_s) and (np.diff(widths[1:]) > 0).all()
    assert result.counts[0] + result.counts[1] == 300 and result.counts[-1] == 1
    assert len(result.counts) >= FEWEST


def test_equal_durations_are_one_bin() -> None:
    assert len(found(KINDS["equal"]).counts) == 1


def test_only_tasks_that_came_to_an_end_of_their_own_count() -> None:
    states = [TaskState.DONE, TaskState.LOST, TaskState.RAISED, TaskState.NOT_RUN, TaskState.OPEN]
    result = found([10 * US, 90 * US, 20 * US, 0, 99 * US], states)
    assert (result.count, result.longest_row) == (2, 2)
    assert result.longest_s == pytest.approx(20e-6)


def test_the_longest_is_found_by_its_row_behind_those_that_do_not_count() -> None:
    took = np.full(200_000, 5)
    took[150_001] = 77
    states = np.full(200_000, TaskState.DONE)
    states[140_000:150_000] = TaskState.LOST
    assert found(took, states).longest_row == 150_001


def test_without_any_there_are_none() -> None:
    assert durations(trace_of([5, 6], TaskState.LOST), go_on) is None


def test_a_share_of_none_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="none"):
        Spread().quantile_ns(0.5)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.25, 0.5, 0.95, 0.999, 1.0])
def test_shares_of_very_many_are_close(share: float) -> None:
    took = np.asarray(KINDS["many"]).astype(np.int64)
    spread = Spread(exact=1_000)
    for part in np.array_split(took, 7):
        spread.add(part)
    assert spread.quantile_ns(share) == pytest.approx(np.quantile(took, share), rel=0.0005)
    assert spread.quantile_ns(share) <= spread.longest_ns
