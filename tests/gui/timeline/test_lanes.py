"""Lanes as geometry: nothing is lost between bars and columns."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.digests import Digests
from poolscope.gui.timeline.lanes import (
    LaneLayout,
    bars_in,
    busy_of,
    chunks_in,
    columns_of,
    task_at,
    tick_numbers,
)

from .conftest import ORIGIN_NS, at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
Make = Callable[..., Recording]


@pytest.mark.parametrize(
    ("count", "height", "pitch", "content"),
    [(1, 400, 96, 96), (4, 400, 96, 384), (8, 400, 50, 400), (50, 400, 18, 900)],
)
def test_lanes_share_the_height_within_limits(
    count: int, height: float, pitch: float, content: float
) -> None:
    layout = LaneLayout(count, height)
    assert (layout.pitch, layout.content_height) == (pitch, content)
    assert layout.scroll_limit == max(0, content - height)


def test_lanes_are_found_where_they_are() -> None:
    layout = LaneLayout(50, 400)
    assert [layout.lane_at(y) for y in (-1, 0, 17.9, 18, 899, 900)] == [None, 0, 0, 1, 49, None]
    assert layout.visible(0) == range(23)
    assert layout.visible(500) == range(27, 50)


def random_run(make: Make, seed: int) -> Recording:
    """A lane whose tasks take 1 µs to 100 ms, with and without gaps."""
    random = np.random.default_rng(seed)
    lasts_s = 10 ** random.uniform(-6, -1, 400)
    gaps_s = np.where(random.random(400) < 0.5, 0, 10 ** random.uniform(-6, -2, 400))
    ends_s = np.cumsum(lasts_s + gaps_s) + 0.01
    return make(
        [(1, e - d, e, DONE, n // 7) for n, (e, d) in enumerate(zip(ends_s, lasts_s, strict=True))],
        1,
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("columns", [50, 400, 2000])
@pytest.mark.parametrize("part", [(0.0, 1.0), (0.2, 0.3), (0.5, 0.5001), (0.9, 2.0)])
def test_bars_and_columns_together_hold_exactly_the_busy_time(
    make_recording: Make, seed: int, columns: int, part: tuple[float, float]
) -> None:
    trace = random_run(make_recording, seed).trace
    assert trace is not None
    lane = trace.lanes[0]
    length_ns = trace.end_ns - ORIGIN_NS
    edges = np.linspace(*(ORIGIN_NS + p * length_ns for p in part), columns + 1).astype(np.int64)
    bars = bars_in(lane, edges, 4 * (edges[-1] - edges[0]) / columns)
    wide = np.clip(lane.ended[bars.places], edges[0], edges[-1]) - np.clip(
        lane.begun[bars.places], edges[0], edges[-1]
    )
    rest = (bars.shares * np.diff(edges)).sum() if len(bars.shares) else 0.0
    exact = np.diff(busy_of(lane.begun, lane.ended, edges[[0, -1]]))[0]
    assert wide.sum() + rest == pytest.approx(exact)


@pytest.mark.parametrize("seed", range(4))
def test_every_wide_task_is_drawn_by_itself_at_every_zoom(make_recording: Make, seed: int) -> None:
    trace = random_run(make_recording, seed).trace
    assert trace is not None
    lane = trace.lanes[0]
    for columns in (20, 100, 1000):
        edges = np.linspace(ORIGIN_NS, trace.end_ns, columns + 1).astype(np.int64)
        wide_ns = 4 * (edges[-1] - edges[0]) / columns
        expected = np.flatnonzero(lane.ended - lane.begun >= wide_ns)
        assert bars_in(lane, edges, wide_ns).places.tolist() == expected.tolist()


def test_a_column_shows_the_share_of_its_time_that_was_busy(make_recording: Make) -> None:
    tasks = [(1, n * 0.01, n * 0.01 + 0.004, DONE, n) for n in range(100)]
    trace = make_recording(tasks, 1).trace
    assert trace is not None
    edges = ORIGIN_NS + np.arange(11) * 100_000_000
    bars = bars_in(trace.lanes[0], edges, 1e12)
    assert bars.shares == pytest.approx([0.4] * 10)
    assert bars.some.all()


def test_looking_at_a_lane_costs_by_columns_and_not_by_tasks(many: Make) -> None:
    looked_at = []
    for count in (10_000, 100_000):
        trace = many(1, count).trace
        assert trace is not None
        edges = np.linspace(ORIGIN_NS, trace.end_ns, 1001).astype(np.int64)
        looked_at.append(bars_in(trace.lanes[0], edges, 4e6).looked_at)
    assert looked_at[0] == looked_at[1] <= 2002


def test_an_empty_lane_shows_nothing(make_recording: Make) -> None:
    trace = make_recording([(1, 0.1, 0.2, DONE, 0)], 2).trace
    assert trace is not None
    edges = np.linspace(ORIGIN_NS, at(1), 101).astype(np.int64)
    bars = bars_in(trace.lanes[1], edges, 1.0)
    assert not len(bars.places) and not bars.some.any()


def test_a_digest_knows_chunks_and_failures_and_takes_in_only_what_is_new(
    make_recording: Make,
) -> None:
    tasks = [
        (1, 0.1, 0.2, DONE, 0),
        (1, 0.2, 0.3, RAISED, 0),
        (2, 0.1, 0.5, DONE, 1),
        (1, 0.3, 0.4, DONE, 2),
        (1, 0.4, 0.5, LOST, 3),
    ]
    trace = make_recording(tasks).trace
    assert trace is not None
    digests = Digests()
    assert digests.update(trace) == 5
    assert digests.update(trace) == 0
    assert digests[0].chunk_starts.tolist() == [0, 2, 3]
    assert digests[0].chunk_ranks(np.arange(4)).tolist() == [0, 0, 1, 2]
    assert digests[0].bad.tolist() == [1, 3]
    assert digests.longest_ns == 400_000_000
    assert digests[0].running_rank(3) == 2
    assert digests[0].running_rank(9) == 3


def test_chunks_in_view_are_whole_and_long_enough(make_recording: Make) -> None:
    trace = random_run(make_recording, 1).trace
    assert trace is not None
    lane = trace.lanes[0]
    digests = Digests()
    digests.update(trace)
    starts = digests[0].chunk_starts
    ends = lane.ended[np.append(starts[1:], len(lane)) - 1]
    lasts = ends - lane.begun[starts]
    for columns in (20, 200, 5000):
        edges = np.linspace(ORIGIN_NS, trace.end_ns, columns + 1).astype(np.int64)
        least = 4 * (edges[-1] - edges[0]) / columns
        found = chunks_in(lane, digests[0], bars_in(lane, edges, least), least)
        assert found[:, 0].tolist() == lane.begun[starts][lasts >= least].tolist()
        assert found[:, 1].tolist() == ends[lasts >= least].tolist()


def test_a_failure_is_in_a_column_however_short_it_was() -> None:
    edges = np.arange(0, 1001, 100)
    begun, ended = np.array([150, 420, -50, 990]), np.array([151, 640, 5, 2000])
    marked = np.flatnonzero(columns_of(begun, ended, edges, 1)).tolist()
    assert marked == [0, 1, 4, 5, 6, 9]
    assert np.flatnonzero(columns_of(begun[:1], ended[:1], edges, 2)).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("seconds", "slack_s", "row"),
    [
        (0.15, 0, 0),
        (0.05, 0, None),
        (0.095, 0.01, 0),
        (0.25, 0.01, None),
        (0.31, 0, 2),
        (0.205, 0.02, 0),
        (0.29, 0.02, 2),
        (0.45, 0, 3),
        (0.65, 0, None),
        (0.605, 0.02, 3),
    ],
)
def test_the_task_at_a_time_is_found(
    story: Callable[..., object], seconds: float, slack_s: float, row: int | None
) -> None:
    tasks = [
        (1, 0.1, 0.2, DONE, 0),
        (2, 0.1, 0.2, DONE, 1),
        (1, 0.3, 0.4, DONE, 2),
        (1, 0.42, None, OPEN, 3),
    ]
    trace = story(tasks).recording.trace  # type: ignore[attr-defined]
    assert task_at(trace.lanes[0], at(seconds), slack_s * 1e9, at(0.6)) == row


def test_labels_that_would_touch_are_left_out() -> None:
    assert list(tick_numbers(range(6), 18.0, 14.0)) == [0, 1, 2, 3, 4, 5]
    assert list(tick_numbers(range(5, 12), 6.0, 14.0)) == [6, 9]
    assert list(tick_numbers(range(0), 6.0, 14.0)) == []
