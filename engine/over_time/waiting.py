"""How many chunks were not yet handed out, over time: kept sorted by what is new. Pure."""

from collections.abc import Iterator

import numpy as np

from ..trace.columns import Ints, empty, room_for
from ..trace.trace import Trace
from .curve import NO_CURVE, Curve
from .steps import Steps

BLOCK = 8192
"""Chunks that are looked at in one go."""
MERGED = 1 << 18
"""Times that are put in order again at most; only a file that was tampered with has more."""


class SortedTimes:
    """Times in ascending order; those that are added are about as late as the last ones.

    likely: how many there will be in the end.

    >>> times = SortedTimes(); times.add(np.array([1, 5, 3])), times.add(np.array([4]))
    (True, True)
    >>> times.values
    array([1, 3, 4, 5])
    """

    def __init__(self, likely: int = 0) -> None:
        self._likely = likely
        self._buffer = np.empty(0, np.int64)
        self._length = 0

    @property
    def values(self) -> Ints:
        return self._buffer[: self._length]

    def add(self, times: Ints) -> bool:
        """Costs by these, and by those that are later than the first of them; False when those are
        too many, and nothing was added.
        """
        if not len(times):
            return True
        times = np.sort(times, kind="stable")  # quick where they nearly are
        kept = int(self.values.searchsorted(times[0], side="right"))
        if self._length - kept > MERGED:
            return False
        if kept < self._length:
            times = np.sort(np.concatenate((self.values[kept:], times)), kind="stable")
        needed = kept + len(times)
        if needed > len(self._buffer):
            grown = empty(room_for(self._length, needed, self._likely), np.int64)
            grown[:kept] = self._buffer[:kept]
            self._buffer = grown
        self._buffer[kept:needed] = times
        self._length = needed
        return True


class WaitingChunks:
    """Counts the chunks that no worker had taken off the queue yet.

    Chunks are taken in the order of their numbers, but who took one may note it a little later than
    who took the next.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._taken = [SortedTimes(self.total)]
        self._next = 0  # chunk after the last one that is known to have been taken
        self._unsaid: Ints = np.zeros(0, np.int64)  # chunks before that of which nobody said when

    @property
    def total(self) -> int:
        return self.trace.chunks.rows

    @property
    def left(self) -> int:
        """How many are waiting now, as far as it was taken in."""
        return self.total - sum(len(one.values) for one in self._taken)

    def take_in(self) -> Iterator[None]:
        """Take in what is new, a block of chunks at each step."""
        taken = self.trace.chunks["taken"]
        if len(self._unsaid):
            times = taken[self._unsaid]
            self._add(times[times != 0])
            self._unsaid = self._unsaid[times == 0]
        while self._next < len(taken):
            times = np.array(taken[self._next : self._next + BLOCK])  # they change under a run
            known = np.flatnonzero(times)
            if not len(known):
                return
            count = int(known[-1]) + 1
            unsaid = np.flatnonzero(times[:count] == 0) + self._next
            self._unsaid = np.concatenate((self._unsaid, unsaid))
            self._add(times[known])
            self._next += count
            yield

    def _add(self, times: Ints) -> None:
        if not self._taken[-1].add(times):
            self._taken.append(SortedTimes())
            self._taken[-1].add(times)

    def curve(self, steps: Steps, begin_ns: int, now_ns: int) -> Curve:
        """At the beginning of each step, from `begin_ns` up to now (both of the run's clock)."""
        origin_ns = self.trace.origin_ns
        low_ns, high_ns = begin_ns - origin_ns, now_ns - origin_ns
        edges_ns = np.unique(np.clip(steps.edges_ns, low_ns, max(high_ns, low_ns)))
        if len(edges_ns) < 2:
            return NO_CURVE
        at_ns = edges_ns[:-1] + origin_ns
        left = np.full(len(at_ns), self.total)
        for one in self._taken:
            left -= one.values.searchsorted(at_ns, side="right")
        return Curve(edges_ns, left.astype(np.float64))
