"""How long the longest way of a chunk took, into its worker or out again. Pure."""

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.layout import ChunkOutcome
from ....engine.trace.trace import Trace

BLOCK = 1 << 16
"""Chunks that are looked at together: as much as a processor keeps at hand."""
WAYS = (("taken", "unpickled"), ("ran", "pickled"), ("ran", "sent"))
ON_THE_WAY = (ChunkOutcome.DONE, ChunkOutcome.RAISED)
"""What a chunk is while it is being sent, too."""


class LongestWay:
    """Takes in each chunk once, and those that are in hand again until they are over.

    looked_at: how many chunks that were so far.
    """

    def __init__(self) -> None:
        self._longest_ns = 0
        self._taken = 0  # chunks before this one have been looked at
        self._open: Ints = np.zeros(0, np.int64)
        self._settled = False
        self.looked_at = 0

    def of(self, trace: Trace) -> int:
        """In ns, of all chunks so far; 0 when there is none."""
        if self._settled:
            return self._longest_ns
        self._settled = trace.ended
        if len(self._open):
            self._open = self._look(trace, self._open)
        while self._taken < trace.chunks.rows:
            stop = min(self._taken + BLOCK, trace.chunks.rows)
            if not trace.ended:
                taken = np.flatnonzero(trace.chunks["taken"][self._taken : stop] != 0)
                if not len(taken):
                    break
                stop = self._taken + int(taken[-1]) + 1
            still_open = self._look(trace, np.arange(self._taken, stop))
            self._open = np.concatenate((self._open, still_open))
            self._taken = stop
        return self._longest_ns

    def _look(self, trace: Trace, chunks: Ints) -> Ints:
        """Take in chunks; those that are not over."""
        self.looked_at += len(chunks)
        low, high = int(chunks[0]), int(chunks[-1]) + 1
        which = slice(low, high) if high - low == len(chunks) else chunks
        columns = trace.chunks
        outcome, sent = columns["outcome"][which], columns["sent"][which]
        over = (outcome != ChunkOutcome.OPEN) & ~(np.isin(outcome, ON_THE_WAY) & (sent == 0))
        for begun, ended in WAYS:
            begins, ends = columns[begun][which], columns[ended][which]
            longest = np.max(ends - begins, where=begins > 0, initial=0)
            self._longest_ns = max(self._longest_ns, int(longest))
        return chunks[~over]
