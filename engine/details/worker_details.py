"""What one worker did in its life, added up as it goes on. Pure.

All of a lane is looked at once, a bounded part at a time; after that it costs by what is new.
"""

import numpy as np

from ..trace.columns import Ints
from ..trace.lane import Lane
from ..trace.layout import TaskState
from ..trace.trace import Trace

BLOCK = 65_536
"""Tasks that one step looks at; about a millisecond."""
DONE_WITH = ("taken", "unpickled", "ran", "pickled", "sent")


class WorkerTally:
    """The tasks and chunks of the worker of `lane`, as far as `step` has got.

    done, raised, lost: tasks that are over, by how they ended. chunks: of which it began a task.
    first_ns: when its first task began; 0 before. longest_row, longest_ns: of its longest task that
    is over; None, 0 before.
    """

    def __init__(self, trace: Trace, lane: Lane) -> None:
        self._trace, self.lane = trace, lane
        self._taken_in = self._waited_ns = 0
        self._last_chunk: int | None = None
        self.done = self.raised = self.lost = self.chunks = 0
        self.first_ns = self.longest_ns = 0
        self.longest_row: int | None = None

    @property
    def behind(self) -> bool:
        """There is more in the lane than has been looked at."""
        return self._taken_in < len(self.lane)

    def step(self) -> bool:
        """Look at the next tasks, BLOCK at most; True when any were new."""
        part = slice(self._taken_in, min(self._taken_in + BLOCK, len(self.lane)))
        rows = self.lane.rows[part]
        if not len(rows):
            return False
        states = self._trace.state_of(rows)
        self.done += int(np.count_nonzero(states == TaskState.DONE))
        self.raised += int(np.count_nonzero(states == TaskState.RAISED))
        self.lost += int(np.count_nonzero(states == TaskState.LOST))
        took = self.lane.ended[part] - self.lane.begun[part]
        place = int(took.argmax())
        if self.longest_row is None or took[place] > self.longest_ns:
            self.longest_row, self.longest_ns = int(rows[place]), int(took[place])
        self.first_ns = self.first_ns or int(self.lane.begun[0])
        self._take_in_chunks(self._trace.tasks["chunk"][rows])
        self._taken_in = part.stop
        return True

    def _take_in_chunks(self, chunks: Ints) -> None:
        """`chunks`: by task. Between two of them the worker waited for the later one."""
        before = -1 if self._last_chunk is None else self._last_chunk
        new = chunks[np.diff(chunks, prepend=before) != 0]
        if not len(new):
            return
        free = np.append(self._free_ns(), self._over_ns(new[:-1]))
        taken = self._trace.chunks["taken"][new]
        known = (taken > 0) & (free > 0)
        self._waited_ns += int(np.maximum(taken - free, 0)[known].sum())
        self.chunks += len(new)
        self._last_chunk = int(new[-1])

    def _over_ns(self, chunks: Ints) -> Ints:
        """When the worker was done with each: the last that it noted of it."""
        over: Ints = np.maximum.reduce([self._trace.chunks[name][chunks] for name in DONE_WITH])
        return over

    def _free_ns(self) -> int:
        """From when on it had nothing to do after what has been looked at; 0 before its start."""
        if self._last_chunk is None:
            return self.lane.ready_ns
        return int(self._over_ns(np.array([self._last_chunk]))[0])

    def waited_ns(self, until_ns: int) -> int | None:
        """ns that it had waited for work by then, the time after its last chunk included.

        Work is a chunk: the waits are from its start, and from when it had sent a result, until it
        had taken the next chunk from the queue. None before it first asked for one.
        """
        free_ns, held, ready_ns = self._free_ns(), self.lane.chunk, self.lane.ready_ns
        if not ready_ns or not free_ns:
            return None
        until_ns = min(until_ns, self.lane.died_ns or until_ns)
        most_ns = max(until_ns - ready_ns, 0)  # whatever an opened file says
        if held is not None and held < self._trace.chunks.rows:
            taken_ns = int(self._trace.chunks["taken"][held])
            until_ns = taken_ns if held != self._last_chunk and taken_ns else free_ns
        return min(max(self._waited_ns + max(until_ns - free_ns, 0), 0), most_ns)


def successor(trace: Trace, lane: Lane) -> Lane | None:
    """The worker that took over the slot of `lane`'s; None while there is none."""
    if not lane.replaced:
        return None
    slots = trace.workers["slot"][lane.ordinal : len(trace.lanes)]
    later = np.flatnonzero(slots == lane.slot)
    return trace.lanes[lane.ordinal + int(later[0])] if len(later) else None
