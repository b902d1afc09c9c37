"""Lanes as strips of pixels, one pixel high: what each column of a lane shows. Pure.

A lane looks the same at all heights of its bars but for a few: the edges of hollow bars, a line
through them, what lies under the bars. So few strips a lane hold all of it, whatever the number of
bars, and raster.py lays them out.
"""

from dataclasses import dataclass
from enum import IntEnum, auto

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ..scene.bars import Bars, Floats, gap_px, snapped
from ..scene.in_view import Look
from .dense import Columns
from .pixels import OPAQUE, Inks, Pixels, spread
from .specks import specks_in

Bools = npt.NDArray[np.bool_]

FAINTEST = 0.2
"""What is in a column, however short it was, shows this much of its colour."""
LEAST_PX = 2.0
"""What raised, was lost or stands alone is at least this wide, however short it was."""
VAIN_STRENGTH = 0.3
"""How much of its colour a task shows that was done in vain."""
LEAST_STRIKE_PX = 7.0
FRAME_PX, LOST_FRAME_PX = 1.0, 1.5
"""How thick the outlines of bars are whose results were lost, and of lost ones."""
DASH_PX, DASH_STEP_PX = 3.0, 5.0
"""Of the outlines of what was lost."""


class Strip(IntEnum):
    """What a strip is of. A lane has BODY, and the others where something in it needs them.

    OFF: instead of BODY where the dashes of lost bars have their gaps. EDGE, INNER: the first row
    of pixels of bars and the last, and those beside them. STRIKE: the row of the line through bars
    whose results were lost. CHUNK: the line under the bars. WAIT, HOOK: lines from the ends of bars
    to when their results were taken, and down to these.
    """

    BODY = 0
    OFF = auto()
    EDGE = auto()
    INNER = auto()
    STRIKE = auto()
    CHUNK = auto()
    WAIT = auto()
    HOOK = auto()


@dataclass(frozen=True)
class Bad:
    """Raised and lost tasks that are too narrow to have bars; lanes, and the columns that they are
    in: from begin to before end.
    """

    lane: Ints
    begin: Ints
    end: Ints
    lost: Bools


class Strips:
    """The strips of `lanes` lanes, on a device with `ratio` pixels a pixel.

    hatched: the columns of bars that get a hatch, lanes x columns; None where there are none.
    """

    def __init__(self, lanes: int, columns: int, inks: Inks, ratio: float) -> None:
        self.lanes, self.columns, self.ratio = lanes, columns, ratio
        self.inks, self._table = inks, inks.table()
        self._body: Pixels = np.zeros((lanes, columns), np.uint32)
        self._later: list[tuple[Strip, Ints, Pixels | np.uint32]] = []
        self._bad: list[tuple[Ints, bool]] = []
        self.hatched: Bools | None = None

    def by_kind(self) -> dict[Strip, Pixels]:
        """All of them, lanes x columns; what differs from BODY in a few columns has the others of
        it, and what is not of bars is empty there.
        """
        strips = {Strip.BODY: self._body}
        kinds = [kind for kind, _, _ in self._later]
        for kind in [*kinds, *(Strip.OFF for _, lost in self._bad if lost)]:
            if kind not in strips:
                of_bars = kind < Strip.CHUNK
                strips[kind] = self._body.copy() if of_bars else np.zeros_like(self._body)
        for kind, places, pixels in self._later:
            strips[kind].ravel()[places] = pixels
        failure, card = self.inks.pixel("failure"), self.inks.pixel("card")
        for places, lost in self._bad:
            for kind, strip in strips.items():
                if kind < Strip.CHUNK:
                    strip.ravel()[places] = card if lost and kind is Strip.OFF else failure
        return strips

    def device(self, px: float) -> int:
        """Pixels of the device, at least one."""
        return max(1, round(px * self.ratio))

    def _fill(
        self, kind: Strip, rows: Ints, begin: Ints, end: Ints, pixels: Pixels | np.uint32
    ) -> None:
        places, owners = spread(begin, end, rows, self.columns)
        values = pixels if pixels.ndim == 0 else pixels.take(owners)
        if kind is Strip.BODY:
            self._body.ravel()[places] = values
        elif len(places):
            self._later.append((kind, places, values))

    # --- narrow bars

    def add_columns(self, first: int, seen: Look, columns: Columns, vain: Bools | None) -> None:
        """Narrow bars of the lanes of `seen`, which begin with the lane `first`.

        vain: by lane and column, what was done in vain; None for nothing.
        """
        shares = columns.busy_ns
        shares *= OPAQUE / seen.column_ns
        shares += 0.5
        alpha = np.clip(shares, 0, OPAQUE, out=shares).astype(np.uint8)
        self._lift_the_faint(alpha, columns.some)
        self._widen_the_lonely(alpha, seen, columns)
        if vain is not None:
            alpha[vain] = np.minimum(alpha[vain], round(VAIN_STRENGTH * OPAQUE))
        keys = np.multiply(columns.numbers, 256, dtype=np.intp)
        keys += alpha
        self._body[columns.lanes + first] = self._table.take(keys)
        if vain is not None:
            self._strike_columns(columns.lanes + first, vain & (alpha > 0))

    def _strike_columns(self, lanes: Ints, struck: Bools) -> None:
        for row in np.flatnonzero(struck.any(axis=1)).tolist():
            steps = np.diff(struck[row].astype(np.int8), prepend=0, append=0)
            begin, end = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
            self._strike(np.full(len(begin), lanes[row]), begin, end)

    def _lift_the_faint(self, alpha: npt.NDArray[np.uint8], some: Bools) -> None:
        """Nothing is too faint to see.

        The columns at the sides of a bar may be faint: it is seen without them, and stays as wide
        as it is.
        """
        least = round(FAINTEST * OPAQUE)
        faint = np.flatnonzero(some & (alpha < least))
        flat, column = alpha.ravel(), faint % self.columns
        left = np.where(column > 0, flat.take(faint - 1, mode="clip"), 0)
        right = np.where(column < self.columns - 1, flat.take(faint + 1, mode="clip"), 0)
        flat[faint[(left < least) & (right < least)]] = least

    def _widen_the_lonely(self, alpha: npt.NDArray[np.uint8], seen: Look, columns: Columns) -> None:
        begin, end = snapped(seen, seen.wide.begun), snapped(seen, seen.wide.ended)
        rows = columns.lanes.searchsorted(seen.wide.lane)
        if len(columns.lanes) < len(seen.lanes):  # the others' are not theirs
            rows[~np.isin(seen.wide.lane, columns.lanes)] = -1
        mine = rows >= 0
        left = rows[mine] * self.columns
        begin = left + np.clip(begin[mine], 0, self.columns)
        end = left + np.clip(end[mine], 0, self.columns)
        specks = specks_in(columns.some, (begin, end), self.device(LEAST_PX))
        columns.numbers.ravel()[specks.columns] = columns.numbers.ravel()[specks.sources]
        alpha.ravel()[specks.columns] = OPAQUE

    # --- wide bars

    def add_bars(self, first: int, bars: Bars) -> None:
        """Bars that are drawn by themselves; those of lost tasks hollow.

        They are of lanes that are counted from the lane `first`.
        """
        if not len(bars):
            return
        stop, last = bars.inked(self.ratio)
        lane = bars.tasks.lane + first
        keys = bars.tasks.number.astype(np.intp)
        keys[bars.raised] = self.inks.number_of("failure")
        keys *= 256
        self._add_solid(first, bars, stop, last, keys)
        if bars.vain.any():
            self._add_vain(lane[bars.vain], bars.begin[bars.vain], stop[bars.vain], keys[bars.vain])
        if bars.raised.any():
            if self.hatched is None:
                self.hatched = np.zeros((self.lanes, self.columns), np.bool_)
            whole = stop - (last < 1)
            places, _ = spread(
                bars.begin[bars.raised], whole[bars.raised], lane[bars.raised], self.columns
            )
            self.hatched.ravel()[places] = True
        if bars.lost.any():
            self._add_lost(lane[bars.lost], bars.begin[bars.lost], stop[bars.lost])

    def _add_solid(self, first: int, bars: Bars, stop: Ints, last: Floats, keys: Ints) -> None:
        """Those that are filled: stretches of nothing, of ink, and of less ink in turn."""
        solid = np.flatnonzero(~(bars.lost | bars.vain))
        if not len(solid):
            return
        row = bars.tasks.lane[solid] * self.columns
        begin = np.clip(bars.begin[solid], 0, self.columns)
        end = np.minimum(np.maximum(stop[solid], begin), self.columns)
        parted = (last[solid] < 1) & (stop[solid] == end) & (end > begin)
        # A damaged file may have tasks one over the other.
        begin = np.maximum.accumulate(begin + row)
        body = self._body[first:].ravel()
        end = np.maximum(np.minimum(end + row, np.append(begin[1:], body.size)), begin)
        parted &= end > begin
        pixels = np.zeros((len(solid), 3), np.uint32)
        pixels[:, 1] = self._table.take(keys[solid] + OPAQUE)
        shares = np.rint(last[solid] * OPAQUE).astype(np.intp)
        pixels[:, 2] = self._table.take(keys[solid] + shares)
        lengths = np.empty((len(solid), 3), np.int64)
        lengths[:, 0] = begin - np.append(0, end[:-1])
        lengths[:, 1], lengths[:, 2] = end - begin - parted, parted
        inked = np.repeat(pixels.ravel(), lengths.ravel())
        np.copyto(body[: len(inked)], inked, where=inked != 0)

    def _add_vain(self, lane: Ints, begin: Ints, end: Ints, keys: Ints) -> None:
        """Faint, with an outline, and a line through them."""
        full = self._table.take(keys + OPAQUE)
        frame = self.device(FRAME_PX)
        self._fill(Strip.EDGE, lane, begin, end, full)
        self._fill(Strip.BODY, lane, begin, end, full)
        faint = self._table.take(keys + round(VAIN_STRENGTH * OPAQUE))
        self._fill(Strip.BODY, lane, begin + frame, end - frame, faint)
        self._strike(lane, begin, end)

    def _add_lost(self, lane: Ints, begin: Ints, end: Ints) -> None:
        """Hollow, with a dashed outline."""
        frame = self.device(LOST_FRAME_PX)
        failure, card = self.inks.pixel("failure"), self.inks.pixel("card")
        for kind in (Strip.OFF, Strip.EDGE, Strip.INNER, Strip.BODY):
            self._fill(kind, lane, begin, end, card)
        for begins, ends in ((begin, begin + frame), (end - frame, end)):
            self._fill(Strip.BODY, lane, begins, np.minimum(ends, end), failure)
        places, owners = spread(begin, end, lane, self.columns)
        along = (places - (lane * self.columns + begin).take(owners)) / self.ratio
        dashes = places[along % DASH_STEP_PX < DASH_PX]
        self._later += [(kind, dashes, failure) for kind in (Strip.EDGE, Strip.INNER)]

    def _strike(self, lane: Ints, begin: Ints, end: Ints) -> None:
        """A thin line through bars, never too short to be seen."""
        more = np.maximum(self.device(LEAST_STRIKE_PX) - (end - begin), 0)
        begin, end = begin - more // 2, end + more - more // 2
        self._fill(Strip.STRIKE, lane, begin, end, self.inks.pixel("text"))

    # --- over them

    def add_bad(self, bad: Bad) -> None:
        """What raised or was lost in columns: over all else, so that no bar covers it."""
        for lost in (False, True):
            which = bad.lost == lost
            if which.any():
                places, _ = spread(bad.begin[which], bad.end[which], bad.lane[which], self.columns)
                self._bad.append((places, lost))

    # --- under them

    def add_chunks(self, lane: Ints, begin: Ints, end: Ints, width_px: np.ndarray) -> None:
        """The lines under chunks; they come up as the gaps do, where there is room for them."""
        shown = gap_px(width_px)
        number = self.inks.number_of("chunk") * 256
        alpha = np.rint(shown * OPAQUE).astype(np.intp)
        gap = np.rint(shown * self.ratio).astype(np.int64)
        self._fill(Strip.CHUNK, lane, begin, end - gap, self._table.take(number + alpha))

    def add_lines(self, kind: Strip, lane: Ints, begin: Ints, end: Ints, pixel: np.uint32) -> None:
        """Lines of one colour, many of them over others."""
        size = self.columns + 1
        begin, end = np.clip(begin, 0, self.columns), np.clip(end, 0, self.columns)
        depth = np.bincount(lane * size + begin, minlength=self.lanes * size)
        depth -= np.bincount(lane * size + np.maximum(end, begin), minlength=len(depth))
        lined = depth.cumsum().reshape(self.lanes, size)[:, :-1] > 0
        places = np.flatnonzero(lined)
        if len(places):
            self._later.append((kind, places, pixel))
