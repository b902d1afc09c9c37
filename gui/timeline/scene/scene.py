"""What a drawing of lanes depends on, and where times and lanes are in it. No painting."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ....engine.journal import Journal
from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ....engine.trace.trace import Trace
from .bars import WIDE_PX, Floats
from .digests import Digests
from .lanes import LaneLayout
from .palette import ColourBy
from .time_scale import TimeScale

BEYOND_PX = 32.0
"""Bars are cut off this far out of sight: a painter's numbers end somewhere."""


@dataclass(frozen=True)
class LaneScene:
    """All that a drawing of lanes depends on.

    scale: seconds since the trace's origin to pixels. scroll: pixels of the lanes that are above
    the top. now_ns: how far running tasks reach. selected, hovered: rows. worker_place: where the
    selected worker's lane stands, from the top. moments_ns: when the Pool method was called and
    returned, as far as it was. show_taken: when results were taken from imap's iterator. order:
    lane numbers from top to bottom, where that is not the order of birth. journal: how workers
    went. troubles: when something else went wrong, by the worker's
    ordinal, or None for what is in no lane.
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
    worker_place: int | None = None
    moments_ns: tuple[int, ...] = ()
    show_taken: bool = True
    order: Ints | None = None
    journal: Journal | None = None
    troubles: Mapping[int | None, tuple[int, ...]] = field(default_factory=dict)

    def x_of(self, times_ns: Ints) -> Floats:
        """Pixels, cut off where nobody sees it."""
        seconds: Floats = (np.asarray(times_ns) - self.trace.origin_ns) / 1e9
        low, high = self.scale.left_px - BEYOND_PX, self.scale.right_px + BEYOND_PX
        return np.clip(self.scale.x_of(seconds), low, high)

    def snapped(self, times_ns: Ints, ratio: float) -> Floats:
        """The same on the device's pixels, so that edges are sharp."""
        return np.rint(self.x_of(times_ns) * ratio) / ratio

    def edges(self, ratio: float) -> Ints:
        """The times at the edges of the device's pixel columns, `ratio` of them a pixel."""
        columns = max(1, round((self.scale.right_px - self.scale.left_px) * ratio))
        per_column_ns = (self.scale.end_s - self.scale.begin_s) * 1e9 / columns
        times_ns = self.scale.begin_s * 1e9 + np.arange(columns + 1) * per_column_ns
        return np.rint(times_ns).astype(np.int64) + self.trace.origin_ns

    @property
    def span_ns(self) -> tuple[int, int]:
        """The times at the edges of the view."""
        begin_s, end_s = self.scale.begin_s, self.scale.end_s
        return tuple(self.trace.origin_ns + round(at * 1e9) for at in (begin_s, end_s))  # type: ignore[return-value]

    @property
    def wide_ns(self) -> float:
        return WIDE_PX * self.scale.seconds_per_px * 1e9

    @property
    def waiting_ns(self) -> int | None:
        """Until when results wait that were not taken; None when nobody will take them any more."""
        over = self.trace.ended or len(self.moments_ns) > 1
        return None if over else self.now_ns

    def lane(self, place: int) -> Lane:
        """The lane that is drawn at a place, counted from the top."""
        return self.trace.lanes[place if self.order is None else int(self.order[place])]

    @property
    def places(self) -> range:
        """The places, from the top, of the lanes of which something is seen."""
        return self.layout.visible(self.scroll)

    def lanes(self) -> list[Lane]:
        """The lanes at `places`."""
        return [self.lane(place) for place in self.places]

    def tops(self, top: float) -> Floats:
        """Where the lanes at `places` begin, when all of them do at `top`."""
        places = np.arange(self.places.start, self.places.stop, dtype=np.float64)
        return places * self.layout.pitch + (top - self.scroll)
