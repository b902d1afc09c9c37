"""What the minimap shows of a run, brought up to date in slices of the window's spare time."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from ....engine.trace.trace import Trace
from ...theme import LIGHT, Theme
from .overview import Overview
from .overview_image import Levels, levels_of
from .painter import MapImages, images_of

SLICE_S = 0.004
"""For so long taking in keeps the window from its other work at a time."""
PAUSE_S = 0.2
"""While a run goes on, its map is drawn again after that at the earliest."""
REST, LONGEST_PAUSE_S = 50, 0.5
"""And after so many times what that took: watching competes with the workers."""


class Wanted(NamedTuple):
    """What the map is to show: this stretch of time (ns of the run's clock) in device pixels."""

    whole_ns: tuple[int, int]
    now_ns: int
    columns: int
    height: int
    ratio: float


class MinimapContent(QObject):
    """The images of a run. changed: there are others.

    whole_ns, run_ns: the stretch of time that they show, and how long the run was then.

    wants: asked when it is drawn. `look` says that something may be new; nothing happens, and no
    timer runs, after all has been taken in until it is called again.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.images: MapImages | None = None
        self.whole_ns, self.run_ns = (0, 0), 0
        self.overview: Overview | None = None
        self._wanted: Wanted | None = None
        self._levels: Levels | None = None
        self._steps: Iterator[None] | None = None
        self._again = False
        self._took_s = self._drawn_s = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._work)

    @property
    def busy(self) -> bool:
        """Something is still to be taken in, or drawn."""
        return self._timer.isActive()

    def begin(self, trace: Trace | None, *, by_slot: bool) -> None:
        """Show another run, or in another order."""
        same = self.overview is not None and self.overview.trace is trace
        self.overview = None if trace is None else Overview(trace, by_slot=by_slot)
        self._steps, self._again = None, False
        self._took_s = self._drawn_s = 0.0
        self._timer.stop()
        if not same:
            self.images = self._levels = None
            self.changed.emit()

    def look(self, wanted: Wanted) -> None:
        """Bring it up to date, soon."""
        if self.overview is None:
            return
        self._wanted, self._again = wanted, True
        if not self._timer.isActive():
            self._timer.start(0 if self.images is None else self._rest_ms())

    def resize(self, wanted: Wanted) -> None:
        """Draw what has been taken in at another size, at once."""
        self._wanted = wanted
        if self.images is not None:
            self._draw()

    def pause(self) -> None:
        """Nobody sees it."""
        self._timer.stop()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._colour()

    def _rest_ms(self) -> int:
        pause_s = max(PAUSE_S, min(REST * self._took_s, LONGEST_PAUSE_S))
        return max(0, round((self._drawn_s + pause_s - time.perf_counter()) * 1000))

    def _work(self) -> None:
        """A slice."""
        assert self.overview is not None
        began_s = time.perf_counter()
        if self._steps is None:
            self._steps, self._again, self._took_s = self.overview.take_in(), False, 0.0
        for _ in self._steps:
            if time.perf_counter() - began_s > SLICE_S:
                break
        else:
            self._steps = None
        whole = self._steps is None
        if whole or not self._rest_ms():
            self._draw()
        self._took_s += time.perf_counter() - began_s
        if not whole:
            self._timer.start(0)
        elif self._again:
            self._timer.start(self._rest_ms())

    def _draw(self) -> None:
        wanted, overview = self._wanted, self.overview
        assert wanted is not None and overview is not None
        shot = overview.snapshot(wanted.now_ns, wanted.whole_ns[1])
        span_ns = wanted.whole_ns[1] - wanted.whole_ns[0]
        self._levels = levels_of(shot, span_ns, wanted.columns, wanted.height, wanted.ratio)
        self.whole_ns, self.run_ns = wanted.whole_ns, wanted.now_ns - wanted.whole_ns[0]
        self._drawn_s = time.perf_counter()
        self._colour()

    def _colour(self) -> None:
        if self._levels is not None and self._wanted is not None:
            self.images = images_of(self._levels, self.theme, self._wanted.ratio)
            self.changed.emit()
