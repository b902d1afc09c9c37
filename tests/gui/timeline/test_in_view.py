"""Nothing is lost between bars and columns, of however many lanes at once."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.trace.lane import Lane
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.timeline.drawing.chunk_lines import chunks_of
from poolscope.gui.timeline.drawing.dense import columns_in
from poolscope.gui.timeline.scene import in_view
from poolscope.gui.timeline.scene.bars import bars_of, gap_px, radius_px
from poolscope.gui.timeline.scene.digests import Digests
from poolscope.gui.timeline.scene.in_view import Look, NoNumbers, blocks, look, whole

from .conftest import ORIGIN_NS, at

DONE, RAISED = TaskState.DONE, TaskState.RAISED
Make = Callable[..., Recording]
PARTS = [(0.0, 1.0), (0.2, 0.3), (0.5, 0.5001), (0.9, 2.0)]


def random_tasks(seed: int, worker: int = 1, count: int = 400) -> list[tuple]:
    """Tasks that take 1 µs to 100 ms, with and without gaps; some take no time at all."""
    random = np.random.default_rng(seed)
    lasts_s = 10 ** random.uniform(-6, -1, count)
    lasts_s[random.random(count) < 0.03] = 0
    gaps_s = np.where(random.random(count) < 0.5, 0, 10 ** random.uniform(-6, -2, count))
    ends_s = np.cumsum(lasts_s + gaps_s) + 0.01
    return [
        (worker, e - d, e, DONE, (worker - 1) * count + n // 7)
        for n, (e, d) in enumerate(zip(ends_s, lasts_s, strict=True))
    ]


@pytest.fixture
def lanes(make_recording: Make) -> list[Lane]:
    """Six lanes, one of them empty."""
    tasks = [task for worker in (1, 2, 3, 5, 6) for task in random_tasks(worker, worker)]
    trace = make_recording(tasks, 6).trace
    assert trace is not None
    return trace.lanes


def edges_of(lanes: list[Lane], part: tuple[float, float], columns: int) -> np.ndarray:
    end_ns = max(int(lane.ended[-1]) for lane in lanes if len(lane))
    times = (ORIGIN_NS + share * (end_ns - ORIGIN_NS) for share in part)
    return np.rint(np.linspace(*times, columns + 1)).astype(np.int64)


def wide_ns(edges: np.ndarray) -> float:
    """Four columns."""
    return 4.0 * float(edges[-1] - edges[0]) / (len(edges) - 1)


def by_the_task(lane: Lane, edges: np.ndarray, *, wide: bool) -> np.ndarray:
    """Busy ns by column of what is drawn by itself, or of all else, the long way."""
    busy = np.zeros(len(edges) - 1)
    for begun, ended in zip(lane.begun.tolist(), lane.ended.tolist(), strict=True):
        if (ended - begun >= wide_ns(edges)) == wide:
            busy += np.clip(np.minimum(edges[1:], ended) - np.maximum(edges[:-1], begun), 0, None)
    return busy


@pytest.fixture(params=[0.01, 2, 1000], ids=["by edge", "as it is", "by task"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(in_view, "FEW", request.param)
    return float(request.param)


@pytest.mark.parametrize("columns", [50, 400, 2000])
@pytest.mark.parametrize("part", PARTS)
def test_each_column_of_each_lane_holds_its_busy_time(
    lanes: list[Lane], columns: int, part: tuple[float, float], few: float
) -> None:
    edges = edges_of(lanes, part, columns)
    seen = look(lanes, edges, wide_ns(edges))
    found = np.zeros((len(lanes), columns))
    some = np.zeros((len(lanes), columns), bool)
    for of_some in columns_in(seen, NoNumbers()):
        found[of_some.lanes], some[of_some.lanes] = of_some.busy_ns, of_some.some
    for number, lane in enumerate(lanes):
        exact = by_the_task(lane, edges, wide=False)
        # Its share is told in 255 steps; where columns are few ns wide these are rounded, too.
        assert np.abs(found[number] - exact).max() <= max(wide_ns(edges) / 4 / 500, 2)
        assert some[number][exact > 2].all()


@pytest.mark.parametrize("columns", [20, 100, 1000])
@pytest.mark.parametrize("part", PARTS)
def test_every_wide_task_in_view_is_drawn_by_itself(
    lanes: list[Lane], columns: int, part: tuple[float, float], few: float
) -> None:
    edges = edges_of(lanes, part, columns)
    seen = look(lanes, edges, wide_ns(edges))
    assert (np.diff(seen.wide.lane) >= 0).all()
    for number, lane in enumerate(lanes):
        mine = seen.wide.where(seen.wide.lane == number)
        inside = (lane.ended > edges[0]) & (lane.begun <= edges[-1])
        expected = np.flatnonzero((lane.ended - lane.begun >= wide_ns(edges)) & inside)
        assert mine.place.tolist() == expected.tolist()
        assert mine.begun.tolist() == lane.begun[expected].tolist()
        assert mine.ended.tolist() == lane.ended[expected].tolist()


def test_what_takes_no_time_is_in_a_column_all_the_same(make_recording: Make, few: float) -> None:
    trace = make_recording([(1, 0.25, 0.25, DONE, 0), (1, 0.75, 0.75, DONE, 1)], 1).trace
    assert trace is not None
    edges = ORIGIN_NS + np.arange(11) * 100_000_000
    (columns,) = columns_in(look(trace.lanes, edges, 4e8), NoNumbers())
    assert np.flatnonzero(columns.some[0]).tolist() == [2, 7]


def test_a_column_shows_the_share_of_its_time_that_was_busy(make_recording: Make) -> None:
    tasks = [(1, n * 0.01, n * 0.01 + 0.004, DONE, n) for n in range(100)]
    trace = make_recording(tasks, 1).trace
    assert trace is not None
    edges = ORIGIN_NS + np.arange(11) * 100_000_000
    (columns,) = columns_in(look(trace.lanes, edges, 1e12), NoNumbers())
    assert columns.busy_ns[0] / 1e8 == pytest.approx([0.4] * 10)
    assert columns.some.all()


class ByPlace(NoNumbers):
    """Colours that go by places."""

    def between(self, lane: Lane, first: int, last: int) -> np.ndarray:
        return np.arange(first, last).astype(np.int8)

    def at(self, lane: Lane, places: np.ndarray) -> np.ndarray:
        return places.astype(np.int8)


def test_a_column_has_the_colour_of_what_is_in_its_middle(make_recording: Make, few: float) -> None:
    spans = [(0.0, 0.25), (0.25, 0.3), (0.32, 0.58), (0.6, 0.64), (0.66, 0.98)]
    trace = make_recording([(1, *span, DONE, n) for n, span in enumerate(spans)], 1).trace
    assert trace is not None
    edges = ORIGIN_NS + np.arange(11) * 100_000_000
    (columns,) = columns_in(look(trace.lanes, edges, 4e8, ByPlace()), ByPlace())
    assert columns.numbers[0].tolist() == [0, 0, 1, 2, 2, 2, 4, 4, 4, 4]


def test_looking_costs_by_columns_and_not_by_tasks(many: Make) -> None:
    looked_at = []
    for count in (10_000, 100_000):
        trace = many(1, count).trace
        assert trace is not None
        edges = np.linspace(ORIGIN_NS, trace.end_ns, 1001).astype(np.int64)
        looked_at.append(look(trace.lanes, edges, 4e6).looked_at)
    assert looked_at[0] == looked_at[1] <= 2002


def test_an_empty_lane_shows_nothing(make_recording: Make) -> None:
    trace = make_recording([(1, 0.1, 0.2, DONE, 0)], 2).trace
    assert trace is not None
    edges = np.linspace(ORIGIN_NS, at(1), 101).astype(np.int64)
    seen = look(trace.lanes[1:], edges, 1.0)
    assert not len(seen.wide) and not list(columns_in(seen, NoNumbers()))


def test_lanes_that_were_looked_at_some_at_a_time_are_put_together(
    lanes: list[Lane], monkeypatch: pytest.MonkeyPatch
) -> None:
    edges = edges_of(lanes, (0.2, 0.3), 100)
    at_once = look(lanes, edges, wide_ns(edges))
    monkeypatch.setattr(in_view, "BLOCK", 250)
    parts: list[Look] = []
    for first, some in blocks(lanes, 100):
        assert first == sum(len(part.lanes) for part in parts)
        parts.append(look(some, edges, wide_ns(edges)))
    assert len(parts) == 3
    together = whole(parts, lanes, edges, wide_ns(edges))
    for one, other in zip(together.wide.arrays, at_once.wide.arrays, strict=True):
        assert one.tolist() == other.tolist()
    assert (together.first, together.last) == (at_once.first, at_once.last)
    assert together.looked_at == at_once.looked_at


def test_bars_stand_on_pixels_and_what_is_cut_off_has_no_gap(make_recording: Make) -> None:
    tasks = [(1, 0.05, 0.212, DONE, 0), (1, 0.212, 0.3, RAISED, 1), (1, 0.3, 0.9, DONE, 2)]
    trace = make_recording(tasks, 1).trace
    assert trace is not None
    edges = at(0.1) + np.arange(101) * 5_000_000  # of 5 ms
    seen = look(trace.lanes, edges, 2e7)
    bars = bars_of(seen, trace, 1.0)
    assert bars.begin.tolist() == [-1, 22, 40] and bars.end.tolist() == [22, 40, 101]
    assert bars.raised.tolist() == [False, True, False]
    stop, last = bars.inked(1.0)
    assert stop.tolist() == [21, 39, 100] and last.tolist() == [1, 1, 1]


def test_gaps_and_corners_begin_at_nothing() -> None:
    widths = np.linspace(4, 30, 500)
    for sizes in (gap_px(widths), radius_px(widths, 40.0)):
        assert sizes[0] == 0 and (np.diff(sizes) >= 0).all() and np.diff(sizes).max() < 0.02
    assert radius_px(widths, 3.0).max() == 0


def test_chunks_in_view_are_whole_and_long_enough(make_recording: Make) -> None:
    trace = make_recording(random_tasks(1), 1).trace
    assert trace is not None
    lane = trace.lanes[0]
    digests = Digests()
    digests.update(trace)
    starts = digests[0].chunk_starts
    ends = lane.ended[np.append(starts[1:], len(lane)) - 1]
    lasts = ends - lane.begun[starts]
    assert digests[0].longest_chunk_ns == lasts[:-1].max()
    for columns in (20, 200, 5000):
        edges = np.linspace(ORIGIN_NS, trace.end_ns, columns + 1).astype(np.int64)
        least = wide_ns(edges)
        begun, ended = chunks_of(lane, digests[0], look([lane], edges, least), 0)
        assert begun.tolist() == lane.begun[starts][lasts >= least].tolist()
        assert ended.tolist() == ends[lasts >= least].tolist()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("width_px", [1, 2, 3, 5])
def test_a_view_of_a_few_pixels_shows_what_it_can(
    lanes: list[Lane], width_px: int, ratio: float
) -> None:
    edges = edges_of(lanes, (0.0, 1.0), round(width_px * ratio))
    seen = look(lanes, edges, 4.0 * float(edges[-1] - edges[0]) / width_px)
    assert len(seen.crowds) and seen.columns == round(width_px * ratio)
    assert [len(columns.lanes) for columns in columns_in(seen, NoNumbers())] == [5]
