"""The whole run at a small size: exact, by what is new, and nothing that failed is hidden."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest

from poolscope.engine.over_time.grid import BINS, ROWS
from poolscope.engine.recording import Recording
from poolscope.engine.trace.layout import TASKS, TaskState
from poolscope.engine.trace.trace import Trace
from poolscope.gui.timeline.minimap import overview as overview_module
from poolscope.gui.timeline.minimap.overview import BLOCK, Overview, Snapshot
from poolscope.gui.timeline.minimap.overview_image import (
    BAD,
    IDLE,
    NOBODY,
    STEPS,
    groups_of,
    levels_of,
)
from poolscope.gui.timeline.minimap.overview_rows import LaneRows

from .conftest import ORIGIN_NS, Story, at

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
Make = Callable[..., Recording]
MakeStory = Callable[..., Story]


def trace_of(recording: Recording) -> Trace:
    assert recording.trace is not None
    return recording.trace


def whole(trace: Trace, *, by_slot: bool = False) -> Overview:
    overview = Overview(trace, by_slot=by_slot)
    take_all(overview)
    return overview


def take_all(overview: Overview) -> int:
    """Returns in how many steps."""
    return sum(1 for _ in overview.take_in())


def plain(spans: list[tuple[int, int, int]], shot: Snapshot) -> np.ndarray:
    """The same, span by span and bin by bin. spans: row, begun and ended in ns."""
    busy = np.zeros_like(shot.busy)
    for row, begun, ended in spans:
        for number in range(begun // shot.bin_ns, ended // shot.bin_ns + 1):
            low, high = number * shot.bin_ns, (number + 1) * shot.bin_ns
            busy[row, number] += min(ended, high) - max(begun, low)
    return busy


def finished(trace: Trace, row_of: Callable[[int], int]) -> list[tuple[int, int, int]]:
    return [
        (row_of(number), int(begun) - ORIGIN_NS, int(ended) - ORIGIN_NS)
        for number, lane in enumerate(trace.lanes)
        for begun, ended in zip(lane.begun, lane.ended, strict=True)
    ]


def random_tasks(seed: int, lanes: int, count: int) -> list[tuple[int, float, float, int, int]]:
    """Tasks of 10 µs to 100 ms, with and without gaps, in the order of their ends."""
    random = np.random.default_rng(seed)
    tasks = []
    for lane in range(1, lanes + 1):
        lasts_s = 10 ** random.uniform(-5, -1, count)
        gaps_s = np.where(random.random(count) < 0.5, 0, 10 ** random.uniform(-6, -2, count))
        ends_s = np.cumsum(lasts_s + gaps_s) + 0.01
        tasks += [(lane, e - d, e, DONE, 0) for e, d in zip(ends_s, lasts_s, strict=True)]
    return [(*task[:4], n) for n, task in enumerate(sorted(tasks, key=lambda task: task[2]))]


def plain_bad(spans: list[tuple[int, int, int]], shot: Snapshot) -> np.ndarray:
    bad = np.zeros_like(shot.bad)
    for row, begun, ended in spans:
        bad[row, begun // shot.bin_ns : ended // shot.bin_ns + 1] = True
    return bad


@pytest.mark.parametrize("few", [0, 5, 256])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_exact_whatever_came_when(
    story: MakeStory, monkeypatch: pytest.MonkeyPatch, seed: int, few: int
) -> None:
    monkeypatch.setattr(overview_module, "FEW", few)  # added up lane by lane, or one by one
    random = np.random.default_rng(seed)
    tasks = random_tasks(seed, 3, 60)
    raised = set(random.integers(0, len(tasks), 12).tolist())
    tale = story([(0, None, None, OPEN, n) for n in range(len(tasks))], 3)
    trace = trace_of(tale.recording)
    overview, widths = Overview(trace), set()
    cuts = [0, *sorted(random.integers(0, len(tasks), 6).tolist()), len(tasks)]
    for first, stop in pairwise(cuts):
        for row, (worker, begun_s, ended_s, _, _) in enumerate(tasks[first:stop], first):
            tale.begin(row, worker, begun_s)
            tale.end(row, ended_s, RAISED if row in raised else DONE)
        tale.update()
        take_all(overview)
        shot = overview.snapshot(trace.end_ns)
        widths.add(shot.bin_ns)
        spans = finished(trace, int)
        assert np.array_equal(shot.busy, plain(spans, shot)), (first, stop)
        bad = {(at(tasks[row][1]) - ORIGIN_NS, at(tasks[row][2]) - ORIGIN_NS) for row in raised}
        bad_spans = [span for span in spans if span[1:] in bad]
        assert np.array_equal(shot.bad, plain_bad(bad_spans, shot)), (first, stop)
    assert len(trace.lanes[0]) == 60
    assert len(widths) > 1


@pytest.mark.parametrize("count", [100, 1_000])
def test_many_tasks_of_a_lane_are_added_up_as_exactly_as_few(many: Make, count: int) -> None:
    trace = trace_of(many(3, count, 70_001))
    shot = whole(trace).snapshot(trace.end_ns)
    assert np.array_equal(shot.busy, plain(finished(trace, int), shot))


def test_lanes_share_rows_when_there_are_too_many(many: Make) -> None:
    trace = trace_of(many(150, 6, 1_000_000))
    shot = whole(trace).snapshot(trace.end_ns)
    assert shot.counts.tolist() == [4] * 37 + [2]
    assert np.array_equal(shot.busy, plain(finished(trace, lambda number: number // 4), shot))


def test_rows_are_joined_with_all_that_is_in_them(story: MakeStory) -> None:
    tasks = [(n + 1, 0.1, 0.2 + n / 1000, DONE, n) for n in range(ROWS)]
    tale = story([*tasks, (0, None, None, OPEN, ROWS)], ROWS)
    trace = trace_of(tale.recording)
    overview = whole(trace)
    tale.add_worker(ROWS + 1, 0.3)
    tale.begin(ROWS, ROWS + 1, 0.4)
    tale.end(ROWS, 0.5)
    tale.update()
    take_all(overview)
    shot = overview.snapshot(trace.end_ns)
    assert shot.counts.tolist() == [2] * (ROWS // 2) + [1]
    assert np.array_equal(shot.busy, plain(finished(trace, lambda number: number // 2), shot))


@pytest.fixture
def replaced(story: MakeStory) -> Trace:
    """Workers of two slots: after 1 s the second is replaced, after 2 s the first, and so on."""
    tasks = [(ordinal, ordinal - 0.9, ordinal - 0.1, DONE, ordinal - 1) for ordinal in range(1, 7)]
    tale = story(tasks[:2], 2)
    tale.retire_worker(2, 2.0)
    tale.add_worker(3, 2.1, slot=1)
    tale.retire_worker(1, 3.0)
    tale.add_worker(4, 3.1, slot=0)
    tale.recording.update(ended=True)
    return trace_of(tale.recording)


def test_of_replaced_workers_the_time_counts_that_they_lived(replaced: Trace) -> None:
    shot = whole(replaced).snapshot(replaced.end_ns)
    assert shot.alive is not None
    ns = shot.alive.sum(axis=1) / 1e9
    end_s = BINS * shot.bin_ns / 1e9
    assert ns == pytest.approx([3.0, 2.0, end_s - 2.1, end_s - 3.1], abs=1e-6)


def test_by_slot_a_worker_stands_under_the_one_that_it_replaced(replaced: Trace) -> None:
    shot = whole(replaced, by_slot=True).snapshot(replaced.end_ns)
    assert shot.alive is not None
    end_s = BINS * shot.bin_ns / 1e9
    ns = shot.alive.sum(axis=1) / 1e9
    assert ns == pytest.approx([3.0, end_s - 3.1, 2.0, end_s - 2.1], abs=1e-6)
    assert shot.counts.tolist() == [1, 1, 1, 1]


def test_slots_that_come_later_find_their_place(story: MakeStory) -> None:
    tale = story([(1, 0.1, 0.4, DONE, 0), (2, 0.1, 0.3, DONE, 1), (0, None, None, OPEN, 2)], 2)
    trace = trace_of(tale.recording)
    overview = whole(trace, by_slot=True)
    tale.add_worker(3, 0.5, slot=5)
    tale.begin(2, 3, 0.6)
    tale.end(2, 0.9)
    tale.update()
    take_all(overview)
    shot = overview.snapshot(trace.end_ns)
    assert shot.busy.sum(axis=1).tolist() == [300_000_000, 200_000_000, 300_000_000]


def test_without_replacements_nobody_asks_who_lived_when(many: Make) -> None:
    trace = trace_of(many(2, 10))
    assert whole(trace).snapshot(trace.end_ns).alive is None


def test_a_band_that_is_full_is_joined_and_the_others_stay() -> None:
    rows = LaneRows(bands=2, rows=4)
    joined = [rows.add(band) for band in (0, 1, 0, 0, 1, 0, 0)]
    assert joined == [None, None, None, (0, 2), None, None, (0, 2)]
    assert rows.row_of.tolist() == [0, 2, 0, 0, 3, 0, 1]
    assert rows.counts.tolist() == [4, 1, 1, 1]


# What is there for the moment, and what went wrong.


def test_running_tasks_reach_up_to_now(story: MakeStory) -> None:
    trace = trace_of(story([(1, 0.1, 0.2, DONE, 0), (1, 0.25, None, OPEN, 1)], 1).recording)
    overview = whole(trace)
    for now_s in (0.5, 2.0):
        assert overview.snapshot(at(now_s)).busy.sum() == pytest.approx((now_s - 0.15) * 1e9)


def bad_ns(shot: Snapshot) -> list[tuple[int, int, int]]:
    """Row, begin and end of each stretch of bins that is marked."""
    found = []
    for row, marks in enumerate(shot.bad):
        changes = np.flatnonzero(np.diff(marks.astype(int), prepend=0, append=0))
        times_ns = (changes * shot.bin_ns).tolist()
        found += [(row, *span) for span in zip(times_ns[::2], times_ns[1::2], strict=True)]
    return found


def test_raised_and_lost_tasks_are_marked_for_as_long_as_they_took(story: MakeStory) -> None:
    tasks = [
        (1, 0.1, 0.4, RAISED, 0),
        (2, 0.2, None, OPEN, 1),
        (1, 0.5, 0.6, DONE, 2),
        (3, 0.7, 0.700001, RAISED, 3),
    ]
    tale = story(tasks, 3)
    tale.kill_worker(2, 0.9)
    tale.recording.update(ended=True)
    trace = trace_of(tale.recording)
    shot = whole(trace).snapshot(trace.end_ns)
    wanted = [(0, 0.1, 0.4), (1, 0.2, 0.9), (2, 0.7, 0.700001)]
    assert len(bad_ns(shot)) == 3
    for (row, begin, end), (lane, begin_s, end_s) in zip(bad_ns(shot), wanted, strict=True):
        assert row == lane
        assert 0 <= begin_s * 1e9 - begin < shot.bin_ns
        assert 0 < end - end_s * 1e9 <= shot.bin_ns


def test_of_many_that_never_ended_a_step_looks_for_a_few(
    story: MakeStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [(n + 1, 0.1 + n / 20, None, OPEN, n) for n in range(7)]
    tale = story([*tasks, (1, 0.8, 0.9, RAISED, 7)], 7)
    for ordinal in range(1, 8):
        tale.kill_worker(ordinal, 0.5)
    tale.recording.update(ended=True)
    trace = trace_of(tale.recording)
    expected = whole(trace).snapshot(trace.end_ns).bad
    assert len(trace.bad_rows) == 8 and expected.any(axis=1).sum() == 7
    monkeypatch.setattr(overview_module, "FEW", 2)
    looked: list[int] = []
    find = trace.find
    monkeypatch.setattr(trace, "find", lambda row: (looked.append(row), find(row))[1])
    overview, sizes = Overview(trace), []
    for _ in overview.take_in():
        sizes.append(len(looked))
        looked.clear()
    assert max(sizes) == 2 and sum(sizes) == 7
    assert np.array_equal(overview.snapshot(trace.end_ns).bad, expected)


def test_a_mark_survives_longer_bins_and_joined_rows(story: MakeStory) -> None:
    tasks = [(1, 0.001, 0.001001, RAISED, 0), (2, 99.0, 99.5, DONE, 1)]
    tale = story([tasks[0], (0, None, None, OPEN, 1)], 1)
    overview = Overview(trace_of(tale.recording))
    take_all(overview)
    for ordinal in range(2, ROWS + 2):
        tale.add_worker(ordinal, 0.5)
    tale.begin(1, 2, 99.0)
    tale.end(1, 99.5)
    tale.update()
    take_all(overview)
    shot = overview.snapshot(at(99.5))
    assert shot.counts.tolist() == [2] * (ROWS // 2) + [1]
    assert np.argwhere(shot.bad).tolist() == [[0, 0]]


# What it costs.


def test_nothing_is_looked_at_twice(many: Make, story: MakeStory) -> None:
    overview = whole(trace_of(many(3, 500)))
    looked_at = overview.looked_at
    take_all(overview)
    assert overview.looked_at == looked_at
    tasks = [(1, n / 10 + 0.01, n / 10 + 0.05, DONE, n) for n in range(100)]
    tale = story([*tasks, (0, None, None, OPEN, 100)], 2)
    overview = whole(trace_of(tale.recording))
    assert overview.looked_at == 100
    tale.begin(100, 2, 10.1)
    tale.end(100, 10.2)
    tale.update()
    take_all(overview)
    assert overview.looked_at == 101


def test_a_run_of_many_tasks_costs_by_bins(many: Make) -> None:
    for count in (5_000, 50_000):
        assert whole(trace_of(many(2, count))).looked_at <= 2 * (BINS + 2)


def test_lanes_that_are_over_are_not_asked_again(many: Make) -> None:
    trace = trace_of(many(200, 2))
    overview = whole(trace)
    asked = overview.trace = _Asked(trace)  # type: ignore[assignment]
    assert take_all(overview) == 1
    assert asked.lanes.times == 0


class _Counted(list):  # type: ignore[type-arg]
    """Counts how often one of its items is asked for."""

    times = 0

    def __getitem__(self, number: int) -> object:  # type: ignore[override]
        self.times += 1
        return super().__getitem__(number)

    def __iter__(self) -> Iterator[object]:
        self.times += len(self)
        return super().__iter__()


class _Asked:
    """A trace that counts how often its lanes are asked for."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self.lanes = trace, _Counted(trace.lanes)

    def __getattr__(self, name: str) -> object:
        return getattr(self._trace, name)


@pytest.mark.parametrize(("lanes", "count"), [(500, 40), (2, 30_000)])
def test_each_step_is_small(many: Make, lanes: int, count: int) -> None:
    overview = Overview(trace_of(many(lanes, count)))
    before, steps = 0, 0
    for _ in overview.take_in():
        assert overview.looked_at - before <= BLOCK + BINS
        before, steps = overview.looked_at, steps + 1
    assert steps > 2


# In pixels.


def levels(trace: Trace, columns: int, height: int, *, by_slot: bool = False) -> np.ndarray:
    shot = whole(trace, by_slot=by_slot).snapshot(trace.end_ns, trace.end_ns)
    return levels_of(shot, trace.end_ns - trace.origin_ns, columns, height, 1.0)


@pytest.mark.parametrize("columns", [90, 700, 2500])
def test_pixels_show_the_busy_share_of_their_time(make_recording: Make, columns: int) -> None:
    tasks = [(1, 0.0, 0.5, DONE, 0), (1, 0.5, 1.0, DONE, 1), (2, 0.5, 1.0, DONE, 2)]
    rows = levels(trace_of(make_recording(tasks)), columns, 20)
    left, right = slice(0, columns // 2 - 2), slice(columns // 2 + 2, columns - 2)
    assert (rows[2, :-2] == IDLE + STEPS).all()
    assert (rows[12, left] == IDLE).all()
    assert (rows[12, right] == IDLE + STEPS).all()
    assert (rows[9] == NOBODY).all()  # between the lanes


def test_a_half_busy_lane_is_half_as_strong(many: Make) -> None:
    rows = levels(trace_of(many(1, 100_000)), 300, 8)
    assert abs(rows[:, 5:-5].astype(int) - (IDLE + STEPS / 2)).max() <= 2


def test_lanes_that_share_a_pixel_show_their_mean(make_recording: Make) -> None:
    tasks = [(2 * n + 1, 0.01, 1.0, DONE, n) for n in range(40)]
    rows = levels(trace_of(make_recording(tasks, 80)), 100, 10)
    assert abs(rows[:, 5:95].astype(int) - (IDLE + STEPS / 2)).max() <= 1


def test_the_busiest_of_few_workers_that_replace_each_other_is_not_thinned_out(
    replaced: Trace,
) -> None:
    rows = levels(replaced, 100, 4)
    x = int(0.5e9 / (replaced.end_ns - replaced.origin_ns) * 100)
    assert rows[0, x] == IDLE + STEPS
    assert rows[2, x] == NOBODY  # the third was not born yet


@pytest.mark.parametrize("columns", [97, 650, 1300])
@pytest.mark.parametrize("height", [24, 40])
def test_one_failure_among_very_many_tasks_is_seen(many: Make, columns: int, height: int) -> None:
    folder, row = many(80, 1_000).folder, 80 * 700 + 33
    tasks = np.load(folder / TASKS.file_name, mmap_mode="r+")
    tasks[row, TASKS.columns.index("state")] = RAISED
    tasks.flush()
    recording = Recording(folder)
    recording.update(ended=True)
    trace = trace_of(recording)
    marked = np.argwhere(levels(trace, columns, height) == BAD)
    when = (int(trace.tasks["begun"][row]) - ORIGIN_NS) / (trace.end_ns - ORIGIN_NS)
    assert 4 <= len(marked) <= 9
    assert abs(marked[:, 0].mean() - 33 / 80 * height) <= 2
    assert abs(marked[:, 1].mean() - when * columns) <= 2


@pytest.mark.parametrize("height", [1, 2, 7, 24, 40, 80])
@pytest.mark.parametrize("counts", [[1], [1, 1, 1], [4] * 50 + [1], [1, 500, 2]])
def test_no_row_is_without_a_pixel(counts: list[int], height: int) -> None:
    groups = groups_of(np.array(counts), height)
    assert len(groups.of_pixel) == height
    shown = {row for n in set(groups.of_pixel.tolist()) for row in _rows_of(groups, n)}
    assert shown == set(range(len(counts)))


def _rows_of(groups: object, number: int) -> range:
    return range(int(groups.first[number]), int(groups.last[number]))  # type: ignore[attr-defined]


def test_rows_that_share_a_pixel_with_a_high_one_do_not_spread_over_it() -> None:
    counts = np.array([2, 500, 2])
    busy = np.zeros((3, 8), np.int64)
    busy[0] = busy[2] = 2_000  # all lanes of these rows, all of the time
    shot = Snapshot(busy, None, busy < 0, counts, 1_000)
    rows = levels_of(shot, 8_000, 8, 12, 1.0)[:, 4]
    assert IDLE < rows[0] <= IDLE + 3
    assert (rows[1:10] == IDLE).all()
    assert rows[11] > IDLE


def test_nothing_is_drawn_of_a_run_without_workers(story: MakeStory) -> None:
    overview = Overview(trace_of(story([], 1).recording))
    shot = overview.snapshot(at(0.1))
    assert not levels_of(shot, 100_000_000, 50, 10, 1.0).any()
