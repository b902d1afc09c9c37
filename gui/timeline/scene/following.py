"""Which stretch of time is in view, and whether it follows the end of the run. Pure state."""

from collections.abc import Iterable

MIN_WIDTH_S = 1e-6
ROOM = 0.02
"""What is left free behind the end, as a share of the width."""
LIVE_WIDTH_S = 0.1
"""The least that is shown of a run that goes on, so that its first moments do not rush past."""
CLOCK_S = 2e-9
"""Spans that come in whole ns differ by no more."""
PAN_BEFORE, PAN_PAST = 0.05, 0.25
"""How far a view may reach beyond the run, as shares of its width."""


class Following:
    """The span in view, in seconds from the origin.

    begin_s, end_s: the span. run_end_s: how long the run is so far.
    following: the span follows the end of the run: the `whole` run until the user chooses a
    width, then a window of that width. Without it, the span never moves by itself.
    """

    def __init__(self) -> None:
        self.following = True
        self.whole = True
        self.run_end_s = 0.0
        self.live = True
        self.begin_s, self.end_s = self.whole_span()

    @property
    def span(self) -> tuple[float, float]:
        return self.begin_s, self.end_s

    @property
    def width_s(self) -> float:
        return self.end_s - self.begin_s

    def run_is(self, end_s: float, *, live: bool) -> bool:
        """The run has got to `end_s`; True when that moved the span."""
        if end_s == self.run_end_s and live == self.live:
            return False
        self.run_end_s, self.live = end_s, live
        before = self.span
        if self.following:
            self._go_to_end()
        return self.span != before

    def fit(self) -> None:
        """Show the whole run."""
        self.whole = True
        self._set(self.whole_span())

    def follow(self, on: bool) -> None:
        self.following = on
        if on:
            self._go_to_end()

    def show(self, begin_s: float, end_s: float) -> None:
        """Show this span, as far as the limits let it; following goes on if the end is in it."""
        begin_s, end_s = sorted((begin_s, end_s))
        widest = self.whole_span()[1]
        width = min(max(end_s - begin_s, MIN_WIDTH_S), widest)
        low = -PAN_BEFORE * width
        high = max(self.run_end_s + PAN_PAST * width, widest) - width
        begin_s = min(max(begin_s, low), max(high, low))
        self.whole = widest - width < CLOCK_S and abs(begin_s) < width * 0.01
        self._set((0.0, widest) if self.whole else (begin_s, begin_s + width))
        self.following = self.following and self.begin_s <= self.run_end_s <= self.end_s

    def zoom(self, factor: float, about_s: float) -> None:
        """Make the span `factor` times as wide, with `about_s` staying where it is."""
        width = max(self.width_s * factor, MIN_WIDTH_S)
        share = (about_s - self.begin_s) / self.width_s
        begin_s = about_s - share * width
        if width >= self.whole_span()[1]:
            begin_s = 0.0
        self.show(begin_s, begin_s + width)

    def pan(self, seconds: float) -> None:
        self.show(self.begin_s + seconds, self.end_s + seconds)

    def whole_span(self) -> tuple[float, float]:
        """What is shown of the whole run."""
        end_s = self.run_end_s * (1 + ROOM)
        return 0.0, max(end_s, LIVE_WIDTH_S if self.live else MIN_WIDTH_S)

    def _go_to_end(self) -> None:
        if self.whole:
            self._set(self.whole_span())
            return
        end_s = self.run_end_s + ROOM * self.width_s
        self._set((end_s - self.width_s, end_s))

    def _set(self, span: Iterable[float]) -> None:
        self.begin_s, self.end_s = span
