"""How often a run is looked at and drawn: as soon as can be, and seldom enough for its workers."""

import time
from collections.abc import Callable

from ..engine.machine import Idle, describe

MACHINE_SHARE = 0.04
"""Of all usable CPUs: what looking and drawing may always take, also while all are busy."""
IDLE_SHARE, MOST_SHARE = 0.5, 0.25
"""Of the CPUs that have nothing to do it may take half, but never more than a quarter of
one."""
CALM_SHARE = 0.03
"""Of one CPU: what may be taken by frames in which nothing but the time is new."""
FASTEST_S, SLOWEST_S = 0.020, 0.200
"""From one look with news to the next. Where no CPU is free, 200 ms and a frame are the longest
that anybody waits for a task to show."""
LOOK_S = 0.025
"""From a look without news to the next: what comes then is drawn at once."""
EARLY_S = 0.002
"""Timers are not more exact than that."""
CALM_FASTEST_S, CALM_SLOWEST_S = 0.050, 0.250
FRESH = 0.3
"""What the latest frame counts for in what frames cost."""
IDLE_AT_FIRST_S, IDLE_EVERY_S = 0.1, 0.5
"""From asking how many CPUs have nothing to do to asking again: in the first second of a run, in
which workers start and get to work, and later."""
FIRST_S = 1.0

Clock = Callable[[], float]


class Pace:
    """Times in seconds; what is spent is CPU time of the thread that looks and draws.

    share: of one CPU, what may be taken. idle: tells how many CPUs have had nothing to do.
    """

    def __init__(
        self,
        cpus: int | None = None,
        idle: Callable[[], float] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._least = MACHINE_SHARE * (describe().usable if cpus is None else cpus)
        self._idle, self._clock = idle or Idle().look, clock
        self._look_s = self._frame_s = 0.0
        self.begin()

    def begin(self) -> None:
        """A run begins, and somebody waits to see it: at first nothing is held back."""
        self.share = max(self._least, MOST_SHARE)
        self._begun_s = self._drawn_s = self._clock()
        self._idle()  # what was idle until now says nothing of the run
        self._ask_s = self._begun_s + IDLE_AT_FIRST_S

    def looked(self, spent_s: float) -> None:
        """A look has cost so much, without a frame."""
        self._look_s += FRESH * (spent_s - self._look_s)
        now_s = self._clock()
        if now_s >= self._ask_s:
            first = now_s < self._begun_s + FIRST_S
            self._ask_s = now_s + (IDLE_AT_FIRST_S if first else IDLE_EVERY_S)
            self.share = max(self._least, min(IDLE_SHARE * self._idle(), MOST_SHARE))

    def drawn(self, spent_s: float) -> None:
        """A look and the frame that followed have cost so much together."""
        self._frame_s += FRESH * (spent_s - self._frame_s)

    def draws(self, *, news: bool) -> bool:
        """Whether a frame is due; then it is taken to be drawn now."""
        if self._until_due_s(news) > EARLY_S:
            return False
        self._drawn_s = self._clock()
        return True

    def next_s(self, *, news: bool, behind: bool, gone: bool) -> float:
        """How long to wait for the next look.

        news: this one has had any. behind: there is more already. gone: no process of the run is
        left that could want a CPU.
        """
        if behind and gone:
            return 0.0
        if behind:
            return _within(self._look_s / self.share, FASTEST_S, SLOWEST_S)
        return max(self._until_due_s(news=True), 0.0) if news else LOOK_S

    def _until_due_s(self, news: bool) -> float:
        """From now to the next frame."""
        if news:
            every_s = _within(self._frame_s / self.share, FASTEST_S, SLOWEST_S)
        else:
            every_s = _within(self._frame_s / CALM_SHARE, CALM_FASTEST_S, CALM_SLOWEST_S)
        return self._drawn_s + every_s - self._clock()


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
