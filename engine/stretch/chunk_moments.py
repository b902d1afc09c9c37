"""How many chunks were handed out, taken and received in a stretch of time."""

import numpy as np

from ..trace.trace import Trace

BLOCK = 65_536
"""Chunks looked at in one go."""


class ChunkMoments:
    """Counts them a block at a time; a block of which all have come back is not looked at again.

    handed: put into the task queue by the host. taken: by a worker. received: their results, by the
    host. The host hands them out in their order, so nothing is behind a block of which none was.
    """

    def __init__(self, begin_ns: int, end_ns: int) -> None:
        self._begin_ns, self._end_ns = begin_ns, end_ns
        self._counts: list[tuple[int, int, int]] = []  # by block
        self._settled: list[bool] = []
        self._next = 0
        self.looked_at = 0  # chunks, so far

    @property
    def counts(self) -> tuple[int, int, int]:
        """handed, taken, received."""
        handed, taken, received = zip(*self._counts, strict=True) if self._counts else ((), (), ())
        return sum(handed), sum(taken), sum(received)

    def begin(self) -> None:
        """Look at all that can have changed once more."""
        self._next = 0

    def step(self, trace: Trace) -> int | None:
        """Look at the next block that can have changed: how many chunks, or None when none is."""
        while self._next < len(self._settled) and self._settled[self._next]:
            self._next += 1
        start = self._next * BLOCK
        if start >= trace.chunks.rows:
            return None
        part = slice(start, min(start + BLOCK, trace.chunks.rows))
        handed, taken, received = (
            trace.chunks[name][part] for name in ("handed", "taken", "received")
        )
        self.looked_at += len(handed)
        if self._next == len(self._counts):
            self._counts.append((0, 0, 0))
            self._settled.append(False)
        begin_ns, end_ns = self._begin_ns, self._end_ns
        self._counts[self._next] = (
            int(np.count_nonzero((handed >= begin_ns) & (handed < end_ns))),
            int(np.count_nonzero((taken >= begin_ns) & (taken < end_ns))),
            int(np.count_nonzero((received > begin_ns) & (received <= end_ns))),
        )
        self._settled[self._next] = trace.ended or bool(received.all())
        self._next += 1
        if not (self._settled[self._next - 1] or handed.any() or taken.any()):
            self._next = -(-trace.chunks.rows // BLOCK)
        return len(handed)
