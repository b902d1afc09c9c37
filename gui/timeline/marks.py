"""Lays lanes out: what is drawn of a scene, by how it is drawn, and where. No painting."""

import numpy as np

from ...engine.trace.columns import Ints
from ...engine.trace.lane import Lane
from ...engine.trace.layout import TaskState
from .digests import LaneDigest
from .drawn import Bools, Marks, Pixels, Rect
from .lanes import Floats, LaneBars, bars_in, chunks_in, columns_of
from .life import Span, life_of
from .palette import Colours, colour_numbers, running_number
from .scene import WIDE_PX, LaneScene
from .specks import specks_in
from .trouble_marks import crosses_of, snags_of, troubles_in, unrun_of
from .vain import vain_in
from .waits import merged, thinned, waits_in
from .ways import LEAST_PX as LEAST_WAY_PX
from .ways import ways_in

GAP_PX = 1.0
"""Free between a bar and the next."""
FAINTEST = 0.2
"""What is in a column, however short it was, shows this much of its colour."""
LEAST_PX = 2.0
"""What raised, was lost or stands alone is at least this wide, however short it was."""
LEAST_WAIT_PX = 3.0
"""A result that waited for less has no line, only the mark of its taking."""
VAIN_STRENGTH = 0.3
"""How much of its colour a task shows that was done in vain."""
LEAST_STRIKE_PX = 7.0
LEAST_PITCH_PX = 14.0
"""Lanes that are thinner have no room under them for when results were taken."""


def marks_of(
    scene: LaneScene, top: float, ratio: float, table: Colours, bad_colour: tuple[int, int, int]
) -> Marks:
    """Lay the lanes of `scene` out below `top` for a device with `ratio` pixels a pixel.

    table: the colours by number. bad_colour: of raised and lost tasks in columns.
    """
    marks = Marks()
    edges = scene.edges(ratio)
    width = scene.scale.right_px - scene.scale.left_px
    height = scene.layout.pitch - scene.layout.gap
    seen = scene.layout.visible(scene.scroll)
    marks.top = top + scene.layout.top(seen.start) - scene.scroll
    marks.bottom = marks.top + max(len(seen) * scene.layout.pitch - scene.layout.gap, 0.0)
    marks.troubles = troubles_in(scene)
    for place, lane, digest in scene.lanes():
        y = top + scene.layout.top(place) - scene.scroll
        body = (scene.scale.left_px, y, width, height)
        _LaneMarks(scene, lane, digest, body, ratio).add_to(marks, edges, table, bad_colour)
    return marks


class _LaneMarks:
    """Lays out one lane. `y`, `height`: of its bars."""

    def __init__(
        self, scene: LaneScene, lane: Lane, digest: LaneDigest, body: Rect, ratio: float
    ) -> None:
        self.scene, self.lane, self.digest = scene, lane, digest
        self.body, self.ratio = body, ratio
        self.life = life_of(lane, scene.now_ns)
        pad, self.height = scene.layout.bar
        self.y = body[1] + pad

    def add_to(
        self, marks: Marks, edges: Ints, table: Colours, bad_colour: tuple[int, int, int]
    ) -> None:
        bars = bars_in(self.lane, edges, self.scene.wide_ns)
        marks.looked_at += bars.looked_at
        self._add_track(marks)
        if bars.some.any():
            target = (self.body[0], self.y, self.body[2], self.height)
            vain = vain_in(self.digest, edges, round(LEAST_PX * self.ratio))
            pixels = self._columns(bars, edges, table, bad_colour, vain)
            marks.columns.append((target, pixels))
            self._strike_columns(marks, vain & (pixels[:, 3] > 0))
        if len(bars.places):
            self._add_bars(marks, bars.places)
        self._add_span(marks.starting, self.life.starting)
        self._add_span(marks.initializing, self.life.initializing)
        self._add_ways(marks, edges)
        self._add_running(marks)
        marks.chunks += self._chunks(bars)
        self._add_outlines(marks)
        self._add_trouble(marks)
        if scene_shows_waits(self.scene):
            self._add_waits(marks, bars, edges)

    def _snapped(self, times_ns: Ints) -> Floats:
        """On the device's pixels, so that edges are sharp."""
        return np.rint(self.scene.x_of(times_ns) * self.ratio) / self.ratio

    def _columns(
        self,
        bars: LaneBars,
        edges: Ints,
        table: Colours,
        bad_colour: tuple[int, int, int],
        vain: Bools,
    ) -> Pixels:
        """The colour of a task in each column, as much of it as was busy; in `vain` ones less."""
        scene, lane = self.scene, self.lane
        longest_ns = scene.digests.longest_ns
        numbers = colour_numbers(scene.colour_by, lane, self.digest, bars.colour_places, longest_ns)
        alpha = _visible(bars)
        wide = bars.places
        others = columns_of(lane.begun[wide], lane.ended[wide], edges, 1)
        specks = specks_in(bars.some, others, round(LEAST_PX * self.ratio))
        numbers[specks.columns] = numbers[specks.sources]
        alpha[specks.columns] = 1.0
        alpha[vain] = np.minimum(alpha[vain], VAIN_STRENGTH)
        colours = table[numbers].astype(np.float64)
        bad = self._narrow_bad(bars.places, edges)
        if len(bad):
            least = round(LEAST_PX * self.ratio)
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
        vain = scene.trace.results_lost(lane.rows[places])
        good = ~(raised | lost | vain)
        longest_ns = scene.digests.longest_ns
        numbers = colour_numbers(scene.colour_by, lane, self.digest, places, longest_ns)
        for number in np.unique(numbers[good]).tolist():
            marks.bars.setdefault(number, []).append(rects[good & (numbers == number)])
        for number in np.unique(numbers[vain]).tolist():
            marks.vain.setdefault(number, []).append(rects[vain & (numbers == number)])
        marks.struck += [self._strike(x, width) for x, _, width, _ in rects[vain].tolist()]

    def _strike(self, x: float, width: float) -> Rect:
        """A thin line through bars, above the bands in the middle; never too short to be seen."""
        y = float(np.rint((self.y + self.height / 4) * self.ratio) / self.ratio)
        more = max(LEAST_STRIKE_PX - width, 0.0)
        return x - more / 2, y, width + more, 1.0

    def _strike_columns(self, marks: Marks, vain: Bools) -> None:
        steps = np.diff(vain.astype(np.int8), prepend=0, append=0)
        begins, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
        left = self.body[0]
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            x = left + begin / self.ratio
            marks.struck.append(self._strike(x, (end - begin) / self.ratio))

    def _add_ways(self, marks: Marks, edges: Ints) -> None:
        """Slim bands in the middle of the lane: the worker is busy, and with no task."""
        scene = self.scene
        least_ns = LEAST_WAY_PX * scene.scale.seconds_per_px * 1e9
        ways = ways_in(scene.trace, self.lane, self.digest, edges, least_ns, scene.now_ns)
        if not ways:
            return
        x = self._snapped(np.array([way[1:3] for way in ways])).tolist()
        height = min(max(round(self.height * 0.35), 3.0), 12.0, self.height)
        y = float(np.rint((self.y + (self.height - height) / 2) * self.ratio) / self.ratio)
        marks.ways += [(left, y, max(right - left - GAP_PX, 2.0), height) for left, right in x]

    def _add_track(self, marks: Marks) -> None:
        left, y, width, height = self.body
        born_ns, gone_ns = self.life.born_ns, self.life.gone_ns
        begin, end = left, left + width
        if born_ns is not None:
            begin = max(begin, float(self._snapped(np.array([born_ns]))[0]))
        if gone_ns is not None:
            end = min(end, float(self._snapped(np.array([gone_ns]))[0]))
        if end - begin >= 1:
            marks.tracks.append((begin, y, end - begin, height))
        if end - begin < width:
            middle = float(np.rint((y + height / 2) * self.ratio) / self.ratio)
            marks.rules.append((left, middle, width, 1.0))

    def _add_span(self, to: list[Rect], span: Span | None) -> None:
        """A stretch of the worker's life around its tasks."""
        if span is not None:
            left, right = self._snapped(np.array(span)).tolist()
            if right - left >= 1:
                to.append((left, self.y, right - left, self.height))

    def _add_running(self, marks: Marks) -> None:
        scene, lane = self.scene, self.lane
        if lane.running is None:
            return
        row, _ = lane.running
        rect = self._bar_of(row)
        if rect is None or rect[0] > scene.scale.right_px:
            return
        chunk = int(scene.trace.tasks["chunk"][row])
        number = running_number(scene.colour_by, lane, self.digest, chunk)
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

    def _add_trouble(self, marks: Marks) -> None:
        """How its worker died, what could not be sent, and what of broken chunks never ran."""
        for unrun in unrun_of(self.scene, self.lane, self.y, self.height):
            marks.unrun += unrun.boxes
        marks.snags += snags_of(self.scene, self.lane, self.y, self.height)
        marks.crosses += crosses_of(self.scene, self.lane, self.y, self.height)

    def _add_waits(self, marks: Marks, bars: LaneBars, edges: Ints) -> None:
        """Lines in the gap under the lane, so that they cover no bar."""
        scene = self.scene
        waits = waits_in(scene.trace, self.lane, bars, edges, scene.wide_ns, scene.waiting_ns)
        if waits is None:
            return
        marks.looked_at += len(waits.rows)
        foot, gap = self.body[1] + self.body[3], scene.layout.gap
        y = float(np.rint((foot + gap / 2 - 0.5) * self.ratio) / self.ratio)
        since = self._snapped(waits.since) - GAP_PX
        until = self._snapped(waits.until)
        long = until - since >= LEAST_WAIT_PX
        if long.any():
            lines = merged(since[long], until[long])
            marks.waits += [(left, y, right - left, 1.0) for left, right in lines]
            hooks = thinned(since[long], WIDE_PX).tolist()
            marks.waits += [(x, self.y + self.height, 1.0, y - self.y - self.height) for x in hooks]
        half = min(max(gap / 2 + 1.5, 2.5), 4.0)
        places = np.where(long, until, since)[waits.taken]
        marks.taken += [(x, y + 0.5, half) for x in thinned(places, 2 * half).tolist()]
        for row in {scene.hovered, scene.selected} - {None}:
            for place in np.flatnonzero((waits.rows == row) & long).tolist():
                left, right = float(since[place]), float(until[place])
                marks.chosen.append((left, y - 0.5, right - left, 2.0))

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


def scene_shows_waits(scene: LaneScene) -> bool:
    """Whether there is anything to show, and room for it under the lanes."""
    there = scene.show_taken and scene.trace.fetched is not None
    return there and scene.layout.pitch >= LEAST_PITCH_PX


def _visible(bars: LaneBars) -> Floats:
    """How much of its colour each column shows: its busy share, but nothing is too faint to see.

    The columns at the sides of a bar may be faint: it is seen without them, and stays as wide as
    it is.
    """
    around = np.pad(bars.shares, 1)
    alone = np.maximum(np.maximum(around[:-2], around[2:]), bars.shares) < FAINTEST
    return np.where(bars.some & alone, FAINTEST, bars.shares)
