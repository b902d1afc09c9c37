"""The times that workers spent between two of their tasks."""

import numpy as np

from ..breaking_off import Watch
from ..stretch.durations import Durations as Spread
from ..trace.columns import Ints
from ..trace.trace import Trace
from .blocks import NS, blocks
from .numbers import Gaps
from .turns import Turns


class GapsSoFar:
    """Adds them up; `gaps` are those of all that was added."""

    def __init__(self) -> None:
        self._spread = Spread()
        self._total_ns = 0.0

    def add(self, gaps_ns: Ints) -> None:
        """Some more, in ns; what would be less than nothing is none."""
        gaps_ns = np.maximum(gaps_ns, 0)
        self._spread.add(gaps_ns)
        self._total_ns += float(gaps_ns.sum(dtype=np.float64))

    @property
    def gaps(self) -> Gaps:
        median_ns = self._spread.median_ns
        return Gaps(
            count=self._spread.count,
            total_s=self._total_ns / NS,
            median_s=None if median_ns is None else median_ns / NS,
        )


class Between(GapsSoFar):
    """Gaps between chunks: begin of a chunk's first task - end of the last task of the chunk that
    the same worker had before.

    All of the way is in it: pickling the result and sending it, waiting for the queue, taking and
    unpickling the next chunk. A worker's first chunk has none before it, and what comes after its
    last is no gap: while there is work left, it goes on; afterwards it is the tail (tail.py).
    """

    def add_turns(self, turns: Turns) -> None:
        """Of some chunks."""
        follows = turns.ended_before > 0
        self.add((turns.begun - turns.ended_before)[follows])


def within(trace: Trace, watch: Watch) -> Gaps:
    """Gaps within chunks: begin of a task - end of the one before it in its chunk.

    Where one reading of the clock is the end of a task and the begin of the next, as with our
    recorder, they are 0: what the worker does between two tasks counts as part of the second.
    """
    found = GapsSoFar()
    tasks = trace.tasks
    for part in blocks(tasks.rows, watch):
        both = slice(max(part.start - 1, 0), part.stop)
        begun, ended, chunk = (tasks[name][both] for name in ("begun", "ended", "chunk"))
        follows = (chunk[1:] == chunk[:-1]) & (begun[1:] > 0) & (begun[:-1] > 0)
        gaps_ns = begun[1:] - ended[:-1]
        found.add(gaps_ns if follows.all() else gaps_ns[follows])
    return found.gaps
