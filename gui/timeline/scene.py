"""What a drawing of lanes depends on, and what of it is where. No painting."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ...engine.trace.columns import Ints
from ...engine.trace.lane import Lane
from ...engine.trace.layout import TaskState
from ...engine.trace.trace import Trace
from .lanes import (
    Digests,
    Floats,
    LaneBars,
    LaneDigest,
    LaneLayout,
    bars_in,
    chunks_in,
    columns_of,
)
from .palette import ColourBy, Colours, colour_numbers, running_number
from .time_scale import TimeScale

WIDE_PX = 4.0
"""A bar of this width or more is drawn by itself."""
GAP_PX = 1.0
"""Free between a bar and the next."""
FAINTEST = 0.2
"""What stands alone in its column, however short it was, shows this much of its colour."""
LEAST_BAD_PX = 2.0
"""What raised or was lost is at least this wide, however short it was."""
BEYOND_PX = 32.0
"""Bars are cut off this far out of sight: a painter's numbers end somewhere."""

Rect = tuple[float, float, float, float]
Rects = npt.NDArray[np.float64]
"""x, y, width, height by row."""
Pixels = npt.NDArray[np.uint8]
"""Blue, green, red, alpha (premultiplied) by row."""


@dataclass(frozen=True)
class LaneScene:
    """All that a drawing of lanes depends on.

    scale: seconds since the trace's origin to pixels. scroll: pixels of the lanes that are above
    the top. now_ns: how far running tasks reach. selected, hovered: rows. moments_ns: when the
    Pool method was called and returned, as far as it was.
    """

    trace: Trace
    digests: Digests
    scale: TimeScale
    layout: LaneLayout
    now_ns: int
    colour_by: ColourBy
    scroll: float = 0.0
    selected: int | None = None
    hovered: int | None = None
    moments_ns: tuple[int, ...] = ()

    def x_of(self, times_ns: Ints) -> Floats:
        """Pixels, cut off where nobody sees it."""
        seconds: Floats = (np.asarray(times_ns) - self.trace.origin_ns) / 1e9
        low, high = self.scale.left_px - BEYOND_PX, self.scale.right_px + BEYOND_PX
        return np.clip(self.scale.x_of(seconds), low, high)

    def edges(self, ratio: float) -> Ints:
        """The times at the edges of the device's pixel columns, `ratio` of them a pixel."""
        columns = max(1, round((self.scale.right_px - self.scale.left_px) * ratio))
        per_column_ns = (self.scale.end_s - self.scale.begin_s) * 1e9 / columns
        times_ns = self.scale.begin_s * 1e9 + np.arange(columns + 1) * per_column_ns
        return np.rint(times_ns).astype(np.int64) + self.trace.origin_ns

    @property
    def wide_ns(self) -> float:
        return WIDE_PX * self.scale.seconds_per_px * 1e9

    def lanes(self) -> Iterator[tuple[int, Lane, LaneDigest]]:
        """The lanes of which something is seen, with their numbers."""
        for number in self.layout.visible(self.scroll):
            yield number, self.trace.lanes[number], self.digests[number]


@dataclass
class Marks:
    """What is to be drawn, by how it is drawn.

    columns: where a lane's narrow bars are drawn together, and its pixel columns.
    bars: by the number of the colour. running: with that number. outlines: and if selected.
    looked_at: how many tasks it took to find out.
    """

    tracks: list[Rect] = field(default_factory=list)
    starting: list[Rect] = field(default_factory=list)
    columns: list[tuple[Rect, Pixels]] = field(default_factory=list)
    bars: dict[int, list[Rects]] = field(default_factory=dict)
    raised: list[Rects] = field(default_factory=list)
    lost: list[Rects] = field(default_factory=list)
    running: list[tuple[Rect, int]] = field(default_factory=list)
    chunks: list[Rect] = field(default_factory=list)
    outlines: list[tuple[Rect, bool]] = field(default_factory=list)
    looked_at: int = 0


def marks_of(
    scene: LaneScene, top: float, ratio: float, table: Colours, bad_colour: tuple[int, int, int]
) -> Marks:
    """Lay the lanes of `scene` out below `top` for a device with `ratio` pixels a pixel.

    table: the colours by number. bad_colour: of raised and lost tasks in columns.
    """
    marks = Marks()
    edges = scene.edges(ratio)
    width = scene.scale.right_px - scene.scale.left_px
    for number, lane, digest in scene.lanes():
        y = top + scene.layout.top(number) - scene.scroll
        body = (scene.scale.left_px, y, width, scene.layout.pitch - scene.layout.gap)
        _LaneMarks(scene, lane, digest, body, ratio).add_to(marks, edges, table, bad_colour)
    return marks


class _LaneMarks:
    """Lays out one lane. `y`, `height`: of its bars."""

    def __init__(
        self, scene: LaneScene, lane: Lane, digest: LaneDigest, body: Rect, ratio: float
    ) -> None:
        self.scene, self.lane, self.digest = scene, lane, digest
        self.body, self.ratio = body, ratio
        height = body[3]
        pad = 0.0 if height < 10 else 1.0 if height < 24 else min(5.0, round(height * 0.08))
        self.y = body[1] + pad
        self.height = max(height - 2 * pad - (1 if pad else 0), 1.0)

    def add_to(
        self, marks: Marks, edges: Ints, table: Colours, bad_colour: tuple[int, int, int]
    ) -> None:
        bars = bars_in(self.lane, edges, self.scene.wide_ns)
        marks.looked_at += bars.looked_at
        marks.tracks.append(self.body)
        if bars.some.any():
            target = (self.body[0], self.y, self.body[2], self.height)
            marks.columns.append((target, self._columns(bars, edges, table, bad_colour)))
        if len(bars.places):
            self._add_bars(marks, bars.places)
        self._add_starting(marks)
        self._add_running(marks)
        marks.chunks += self._chunks(bars)
        self._add_outlines(marks)

    def _snapped(self, times_ns: Ints) -> Floats:
        """On the device's pixels, so that edges are sharp."""
        return np.rint(self.scene.x_of(times_ns) * self.ratio) / self.ratio

    def _columns(
        self, bars: LaneBars, edges: Ints, table: Colours, bad_colour: tuple[int, int, int]
    ) -> Pixels:
        """The colour of a task in each column, as much of it as was busy."""
        scene, lane = self.scene, self.lane
        longest_ns = scene.digests.longest_ns
        numbers = colour_numbers(scene.colour_by, lane, self.digest, bars.colour_places, longest_ns)
        alpha = _visible(bars)
        colours = table[numbers].astype(np.float64)
        bad = self._narrow_bad(bars.places, edges)
        if len(bad):
            least = round(LEAST_BAD_PX * self.ratio)
            marked = columns_of(lane.begun[bad], lane.ended[bad], edges, least)
            colours[marked] = bad_colour
            alpha[marked] = 1.0
        pixels = np.empty((len(alpha), 4))
        pixels[:, :3] = colours[:, ::-1] * alpha[:, None]
        pixels[:, 3] = alpha * 255
        return np.rint(pixels).astype(np.uint8)

    def _narrow_bad(self, wide: Ints, edges: Ints) -> Ints:
        bad = self.digest.bad
        if not len(bad):
            return bad
        first, last = np.searchsorted(self.lane.begun, edges[[0, -1]])
        seen = bad[np.searchsorted(bad, first) : np.searchsorted(bad, last)]
        return seen[~np.isin(seen, wide)]

    def _add_bars(self, marks: Marks, places: Ints) -> None:
        scene, lane = self.scene, self.lane
        left, right = self._snapped(lane.begun[places]), self._snapped(lane.ended[places])
        rects = np.empty((len(places), 4))
        rects[:, 0], rects[:, 2] = left, np.maximum(right - left - GAP_PX, 1.0)
        rects[:, 1], rects[:, 3] = self.y, self.height
        states = scene.trace.state_of(lane.rows[places])
        raised, lost = states == TaskState.RAISED, states == TaskState.LOST
        if raised.any():
            marks.raised.append(rects[raised])
        if lost.any():
            marks.lost.append(rects[lost])
        good = ~(raised | lost)
        longest_ns = scene.digests.longest_ns
        numbers = colour_numbers(scene.colour_by, lane, self.digest, places, longest_ns)
        for number in np.unique(numbers[good]).tolist():
            marks.bars.setdefault(number, []).append(rects[good & (numbers == number)])

    def _add_starting(self, marks: Marks) -> None:
        """The worker from its birth to its first request for work."""
        lane = self.lane
        if not lane.born_ns:
            return
        ready_ns = lane.ready_ns or lane.died_ns or self.scene.now_ns
        left, right = self._snapped(np.array([lane.born_ns, ready_ns])).tolist()
        if right - left >= 1:
            marks.starting.append((left, self.y, right - left, self.height))

    def _add_running(self, marks: Marks) -> None:
        scene, lane = self.scene, self.lane
        if lane.running is None:
            return
        row, begun_ns = lane.running
        rect = self._bar_of(row)
        if rect is None or rect[0] > scene.scale.right_px:
            return
        chunk = int(scene.trace.tasks["chunk"][row])
        elapsed_ns = max(scene.now_ns - begun_ns, 0)
        longest_ns = scene.digests.longest_ns
        number = running_number(scene.colour_by, lane, self.digest, chunk, elapsed_ns, longest_ns)
        marks.running.append((rect, number))

    def _chunks(self, bars: LaneBars) -> list[Rect]:
        """The lines under chunks; that of the chunk in hand reaches up to now."""
        lane, scene = self.lane, self.scene
        times = chunks_in(lane, self.digest, bars, scene.wide_ns)
        if lane.running is not None:
            row, begun_ns = lane.running
            starts = self.digest.chunk_starts
            if self.digest.running_rank(int(scene.trace.tasks["chunk"][row])) < len(starts):
                begun_ns = int(lane.begun[starts[-1]])
                times = times[times[:, 0] != begun_ns]
            times = np.append(times, [[begun_ns, max(scene.now_ns, begun_ns)]], axis=0)
        if not len(times) or self.height == self.body[3]:
            return []
        y = self.body[1] + self.body[3] - 1
        x = self._snapped(times).tolist()
        return [(left, y, max(right - left - GAP_PX, 1.0), 1.0) for left, right in x]

    def _add_outlines(self, marks: Marks) -> None:
        for row, strong in ((self.scene.hovered, False), (self.scene.selected, True)):
            rect = self._bar_of(row)
            if rect is not None and (strong or row != self.scene.selected):
                marks.outlines.append((rect, strong))

    def _bar_of(self, row: int | None) -> Rect | None:
        """Where the task in `row` is drawn, if this lane ran it."""
        if row is None:
            return None
        lane = self.lane
        if lane.running is not None and lane.running[0] == row:
            span = [lane.running[1], max(self.scene.now_ns, lane.running[1])]
        else:
            place = int(np.searchsorted(lane.rows, row))
            if place >= len(lane) or lane.rows[place] != row:
                return None
            span = [int(lane.begun[place]), int(lane.ended[place])]
        left, right = self._snapped(np.array(span)).tolist()
        gap = GAP_PX if right - left >= WIDE_PX else 0.0
        return left, self.y, max(right - left - gap, 1.0), self.height


def _visible(bars: LaneBars) -> Floats:
    """How much of its colour each column shows: its busy share, but nothing is too faint to see.

    The columns at the sides of a bar may be faint: it is seen without them, and stays as wide as
    it is.
    """
    around = np.pad(bars.shares, 1)
    alone = np.maximum(np.maximum(around[:-2], around[2:]), bars.shares) < FAINTEST
    return np.where(bars.some & alone, FAINTEST, bars.shares)
