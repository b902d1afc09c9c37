"""Finds results that were sent and never arrive: a task that closed or replaced files may have sent
its result anywhere.

In the host only. Standard library only.
"""

from itertools import chain

from ..trace.layout import CHUNKS, ChunkOutcome, clock_ns
from ..trace.mapping import MappedTable
from .recording_pool import RecordingPool

REST_NS = 600_000_000
"""After so long without a result it is asked where those are that were sent."""
EMPTY_LOOKS = 100
"""The pipe was empty at so many, and the question has not come out of it: it never will."""


class Vanished:
    """Looks at the results of a RecordingPool.

    That nothing comes and the pipe is empty proves nothing: the thread that reads may hold a result
    and wait for its turn, as long as another pickles something large. So a message of the host's
    own is sent after it: what has not come out before that one is lost.

    Each chunk is looked at once, and again as long as it is on its way: a pipe holds few.
    """

    def __init__(self, pool: RecordingPool) -> None:
        self._pool = pool
        self._chunks = MappedTable(str(pool._folder), CHUNKS)
        self._settled = 0
        self._settled_ns = clock_ns()
        self._looked = 0  # chunks before this one have been looked at
        self._waiting: list[int] = []  # those of them that were on their way then
        self._missing: set[int] = set()  # sent and not received, asked about
        self._empty_looks = 0  # since then

    def look(self, lost: set[int]) -> list[int]:
        """The numbers of chunks whose results never come, of which nobody was told before.

        lost: those that are known to have gone down.
        """
        settled = self._pool.settled()
        if settled > self._settled:
            self._settled, self._settled_ns = settled, clock_ns()
            self._missing.clear()
        elif self._missing:
            return self._answer()
        elif clock_ns() > self._settled_ns + REST_NS:
            self._settled_ns = clock_ns()
            self._ask(lost)
        return []

    def _ask(self, lost: set[int]) -> None:
        end = min(self._pool.handed + len(self._pool.failures), self._pool.expected)
        fresh, self._looked = range(self._looked, end), max(end, self._looked)
        received = self._chunks["received"]
        self._waiting = [
            chunk
            for chunk in chain(self._waiting, fresh)
            if not received[chunk] and chunk not in lost and not self._never_went(chunk)
        ]
        sent = self._chunks["sent"]
        self._missing = {chunk for chunk in self._waiting if sent[chunk]}
        self._empty_looks = 0
        if self._missing and not self._pool.ask():
            self._missing.clear()

    def _never_went(self, chunk: int) -> bool:
        """The host could not pickle it."""
        not_sent = self._chunks["outcome"][chunk] == ChunkOutcome.NOT_SENT
        return not_sent and not self._chunks["worker"][chunk]

    def _answer(self) -> list[int]:
        if self._pool.echoes < self._pool.asked:
            self._empty_looks += not self._pool._outqueue._reader.poll(0)
            if self._empty_looks < EMPTY_LOOKS:
                return []
        received = self._chunks["received"]
        vanished = [chunk for chunk in sorted(self._missing) if not received[chunk]]
        self._missing.clear()
        return vanished
