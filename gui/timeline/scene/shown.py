"""What the timeline shows of a recording, and how. State; no widgets."""

import numpy as np
from PySide6.QtCore import QRectF

from ....engine.recording import Recording
from ....engine.trace.columns import Ints
from ....engine.trace.trace import Trace
from .changes import Signature, run_end_ns
from .digests import Digests
from .following import Following
from .lanes import LaneLayout
from .life import slot_order
from .palette import ColourBy
from .scene import LaneScene
from .time_scale import TimeScale
from .trouble_marks import Troubles, troubles_of


class Shown:
    """Makes the scene that is drawn.

    now_ns: how far running tasks reach. following: which stretch of time is in view.
    selected, hovered: rows. worker: the ordinal of the selected one. by_slot: a worker stands under
    the one that it replaces. all_lanes: these are as thin as it takes to have all of them in view.
    ratio: the device's pixels a pixel. signature: what of the recording was looked at last; None
    before.
    """

    def __init__(self) -> None:
        self.colour_by = ColourBy.CHUNK
        self.show_taken, self.by_slot, self.all_lanes = True, False, False
        self.ratio = 1.0
        self.begin(None)

    def begin(self, recording: Recording | None) -> None:
        """Show another run: all of it, following its end."""
        self.recording = recording
        self.digests = Digests() if recording is None else Digests(recording.indices_of)
        self.following = Following()
        self.signature: Signature | None = None
        self.now_ns = 0
        self.selected: int | None = None
        self.hovered: int | None = None
        self.worker: int | None = None
        self._order: Ints | None = None
        self._troubles: Troubles = {}
        self._troubles_of = 0

    @property
    def trace(self) -> Trace | None:
        return None if self.recording is None else self.recording.trace

    def look(self, now_ns: int) -> tuple[Signature | None, bool]:
        """What has changed since it was last drawn, and whether anything can have."""
        recording, trace = self.recording, self.trace
        if recording is None or trace is None:
            return None, False
        new = Signature.of(recording, trace)
        if new == self.signature and trace.ended:
            return new, False
        self.now_ns = run_end_ns(recording, trace, now_ns)
        return new, True

    def sees(self, new: Signature) -> bool:
        """Whether anything that differs from the last signature is in view."""
        old = self.signature
        if old is None:
            return True
        if (old.lanes, old.workers, old.moments_ns) != (new.lanes, new.workers, new.moments_ns):
            return True
        if (old.troubles, old.ended) != (new.troubles, new.ended):
            return True
        if self.colour_by is ColourBy.DURATION and old.shades_ns != new.shades_ns:
            return True
        return self.span_ns[1] >= old.frontier_ns

    @property
    def span_ns(self) -> tuple[int, int]:
        """The times at the edges of the view."""
        return self._times_ns(self.following.span)

    @property
    def whole_ns(self) -> tuple[int, int]:
        """The same when the whole run is shown."""
        return self._times_ns(self.following.whole_span())

    def _times_ns(self, span_s: tuple[float, float]) -> tuple[int, int]:
        origin_ns = 0 if self.trace is None else self.trace.origin_ns
        return origin_ns + round(span_s[0] * 1e9), origin_ns + round(span_s[1] * 1e9)

    def scale(self, plot: QRectF) -> TimeScale:
        return TimeScale(*self.following.span, plot.left(), plot.right())

    def layout(self, plot: QRectF) -> LaneLayout:
        count = 0 if self.trace is None else len(self.trace.lanes)
        if self.all_lanes:
            return LaneLayout.of_all(count, plot.height(), self.ratio)
        return LaneLayout(count, plot.height())

    def lane_order(self) -> Ints | None:
        """A slot is for life, so an order holds until another worker is born."""
        trace = self.trace
        if trace is None or not self.by_slot:
            return None
        if self._order is None or len(self._order) != len(trace.lanes):
            self._order = slot_order(trace)
        return self._order

    def place_of(self, ordinal: int) -> int:
        """Where the lane of a worker stands, from the top."""
        order, number = self.lane_order(), ordinal - 1
        return number if order is None else int(np.flatnonzero(order == number)[0])

    @property
    def place_of_worker(self) -> int | None:
        """Where the lane of the selected worker stands; None without one."""
        count = 0 if self.trace is None else len(self.trace.lanes)
        known = self.worker is not None and 1 <= self.worker <= count
        return self.place_of(self.worker) if known and self.worker is not None else None

    @property
    def follows_births(self) -> bool:
        """Whether to scroll to the newest worker: all that goes on is at the end of the lanes."""
        trace = self.trace
        if trace is None or trace.ended or self.by_slot or not self.following.following:
            return False
        return bool(trace.lanes) and trace.lanes[-1].replaces is not None

    def _troubles_so_far(self) -> Troubles:
        """Found when another fault is told: by then it is known where it was."""
        recording = self.recording
        if recording is None or self._troubles_of == len(recording.journal.faults):
            return self._troubles
        self._troubles_of = len(recording.journal.faults)
        self._troubles = troubles_of(recording)
        return self._troubles

    def scene(self, plot: QRectF, scroll: float) -> LaneScene | None:
        """All that is to be drawn in `plot`; None while there is nothing."""
        trace, layout = self.trace, self.layout(plot)
        if trace is None or not trace.lanes or self.signature is None:
            return None
        self.digests.update(trace)
        return LaneScene(
            trace=trace,
            digests=self.digests,
            scale=self.scale(plot),
            layout=layout,
            now_ns=self.now_ns,
            colour_by=self.colour_by,
            scroll=min(scroll, layout.scroll_limit),
            selected=self.selected,
            hovered=self.hovered,
            worker_place=self.place_of_worker,
            moments_ns=self.signature.moments_ns,
            show_taken=self.show_taken,
            order=self.lane_order(),
            journal=None if self.recording is None else self.recording.journal,
            troubles=self._troubles_so_far(),
        )
