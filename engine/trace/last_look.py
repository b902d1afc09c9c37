"""What can only be known when nobody writes to a trace any more; looked up once, in steps."""

from collections.abc import Iterator

import numpy as np

from .columns import Ints
from .layout import ChunkOutcome, TaskState
from .reader import Columns

BLOCK = 32_768
"""Rows or chunks looked at in one go."""
TIMES = ("unpickled", "ran", "pickled", "sent", "received")


class LastLook:
    """Looks through all chunks of a run that is over.

    result_lost: tasks that were done in vain: their chunk broke, or its results never arrived.
    last_ns: when the last thing happened to a chunk, or a result was fetched; 0 without any.
    """

    def __init__(self, tasks: Columns, chunks: Columns, fetched: Ints | None) -> None:
        self._tasks, self._chunks, self._fetched = tasks, chunks, fetched
        self.result_lost = self.last_ns = 0
        self.done = False
        self._left = 0
        self._steps: Iterator[int] | None = None  # not before they are needed: they refer to this

    def step(self, limit: int) -> None:
        """Look at about `limit` more rows and chunks, until it is `done`."""
        self._left = limit
        self._steps = self._steps or self._look()
        for looked_at in self._steps:
            self._left -= looked_at
            if self._left <= 0:
                return
        self.done, self._steps = True, None

    def _look(self) -> Iterator[int]:
        """Gives how many rows and chunks each step took."""
        for part in self._parts(self._chunks.rows):
            latest = [int(self._chunks[name][part].max()) for name in TIMES]
            self.last_ns = max(self.last_ns, *latest)
            outcomes, received = self._chunks["outcome"][part], self._chunks["received"][part]
            # The host may write an outcome after that of the worker, which has been taken in.
            arrived = (outcomes == ChunkOutcome.DONE) & (received != 0)
            missing = np.flatnonzero(~arrived & (self._chunks["taken"][part] != 0))
            yield len(outcomes)
            if len(missing):
                yield from self._count(missing + part.start)
        fetched = np.zeros(0, np.int64) if self._fetched is None else self._fetched
        for part in self._parts(len(fetched)):
            self.last_ns = max(self.last_ns, int(fetched[part].max()))
            yield part.stop - part.start

    def _parts(self, rows: int) -> Iterator[slice]:
        start = 0
        while start < rows:
            stop = min(start + min(max(self._left, 1), BLOCK), rows)
            yield slice(start, stop)
            start = stop

    def _count(self, chunks: Ints) -> Iterator[int]:
        for rows in rows_of(self._chunks["first"][chunks], self._chunks["size"][chunks]):
            done = self._tasks["state"][rows] == TaskState.DONE
            self.result_lost += int(np.count_nonzero(done))
            yield len(rows)


def rows_of(firsts: Ints, sizes: Ints) -> Iterator[Ints]:
    """The rows of some chunks, one chunk after the other; at most BLOCK at a time."""
    ends = np.cumsum(sizes)
    shifts = firsts - (ends - sizes)  # from a place among all these rows to the row
    total = int(ends[-1]) if len(ends) else 0
    for start in range(0, total, BLOCK):
        places = np.arange(start, min(start + BLOCK, total))
        yield places + shifts[np.searchsorted(ends, places, side="right")]
