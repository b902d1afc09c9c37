"""What strips are made of, brought up to date in slices: at once where that is soon done."""

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from ....engine.recording import Recording
from ....engine.trace.trace import Trace
from .kinds import StripKind
from .strip import StripSource

SLICE_S = 0.003
"""For so long taking in keeps the window from its other work at a time."""


class StripsContent(QObject):
    """Of one run. whole: all that there once was has been taken in; before, nothing is shown.

    changed: what came has been taken in, for which a call of `look` had no time.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.source: StripSource | None = None
        self.whole = False
        self._kinds: tuple[StripKind, ...] = ()
        self._steps: Iterator[None] | None = None
        self._again = False
        self._taken: object = None  # what there was of the run, and what of it was wanted
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Something is still to be taken in."""
        return self._timer.isActive()

    def begin(self, recording: Recording | None) -> None:
        """Show another run; its trace may come later."""
        trace = None if recording is None else recording.trace
        if self.source is not None and trace is self.source.trace:
            return
        self._timer.stop()
        self._steps, self._taken, self.whole = None, None, False
        self.source = None
        if recording is not None and trace is not None:
            self.source = StripSource(recording, trace)

    def look(self, kinds: Sequence[StripKind]) -> None:
        """Take in what is new for these strips; a slice of it now, the rest soon."""
        if self.source is None or not kinds:
            return
        self._kinds = tuple(kinds)
        now = self._state(self.source.trace)
        if now != self._taken:
            self._taken, self._again = now, True
            if not self.busy:
                self._work()

    def _state(self, trace: Trace) -> object:
        waiting = StripKind.WAITING in self._kinds and not trace.ended
        taken = trace.intake.taken if waiting else 0
        return trace.counts.over, len(trace.lanes), trace.ended, taken, self._kinds

    def _go_on(self) -> None:
        self._work()
        if not self.busy:
            self.changed.emit()

    def _work(self) -> None:
        """A slice."""
        assert self.source is not None
        until_s = time.perf_counter() + SLICE_S
        while self._again or self._steps is not None:
            if self._steps is None:
                self._steps, self._again = self.source.take_in(self._kinds), False
            for _ in self._steps:
                if time.perf_counter() > until_s:
                    self._timer.start(0)
                    return
            self._steps, self.whole = None, True
