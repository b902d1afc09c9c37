"""What drawing needs to know of lanes beyond their arrays; kept up by what is new. Pure."""

from collections.abc import Callable

import numpy as np

from ...engine.trace.columns import Growing, Ints
from ...engine.trace.lane import Lane
from ...engine.trace.layout import TaskState
from ...engine.trace.trace import Trace

CYCLE = 6
"""Colours that tasks and chunks go through by their numbers."""

IndexOf = Callable[[Ints], Ints]
"""Rows to the indices of their tasks."""


def _as_given(rows: Ints) -> Ints:
    return rows


class Turns:
    """Colours of things one after the other: each goes by its number, and takes the next colour
    where it would have that of the one before it.

    >>> Turns().shifts_of(np.array([0, 6, 12, 2]))
    array([0, 1, 0, 0])
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._shift = 0

    def shifts_of(self, numbers: Ints) -> Ints:
        """What is added to each number; these come after all that were asked for before.

        A shift follows from the step to the number and the shift before it: on the same colour it
        turns, on the next colour it stays, on any other it is 0.
        """
        before = int(numbers[0]) - 2 if self._number is None else self._number
        steps = np.diff(numbers, prepend=before) % CYCLE
        turns = np.cumsum(steps == 0) + self._shift
        begins = np.maximum.accumulate(np.where(steps > 1, np.arange(len(steps)), -1))
        shifts = (turns - np.where(begins < 0, 0, turns[begins])) % 2
        self._number, self._shift = int(numbers[-1]), int(shifts[-1])
        return shifts

    def next(self, number: int) -> int:
        """The colour that `number` would have if it came next."""
        if self._number is None:
            return number % CYCLE
        last = (self._number + self._shift) % CYCLE
        return (number + (number % CYCLE == last)) % CYCLE


class LaneDigest:
    """What drawing needs to know of a lane beyond its arrays.

    chunk_starts: places of the lane at which another chunk begins. chunk_turns: their colours.
    bad: places of raised and lost tasks.
    vain_begun, vain_ended: times of chunks that were done, in part at least, and whose results were
    lost. longest_ns: the longest finished task. longest_way_ns: the longest way of a chunk, see
    ways.py.
    """

    def __init__(self, index_of: IndexOf = _as_given) -> None:
        self._index_of = index_of
        self._chunk_starts = Growing(np.int64)
        self._chunk_turns = Growing(np.int8)
        self._shift_starts = Growing(np.int64)  # places at which the tasks' shift changes
        self._shifts = Growing(np.int8)
        self._chunks, self._tasks = Turns(), Turns()
        self._bad = Growing(np.int64)
        self._seen = 0
        self._last_chunk: int | None = None
        self._vain_begun, self._vain_ended = Growing(np.int64), Growing(np.int64)
        self._judged = 0  # chunks of which it is known what became of their results
        self.longest_ns = self.longest_way_ns = 0

    @property
    def vain_begun(self) -> Ints:
        return self._vain_begun.values

    @property
    def vain_ended(self) -> Ints:
        return self._vain_ended.values

    @property
    def chunk_starts(self) -> Ints:
        return self._chunk_starts.values

    @property
    def chunk_turns(self) -> Ints:
        return self._chunk_turns.values

    @property
    def bad(self) -> Ints:
        return self._bad.values

    def update(self, trace: Trace, lane: Lane) -> int:
        """Take in the tasks that have ended since the last call; how many these were."""
        first, self._seen = self._seen, len(lane)
        rows = lane.rows[first:]
        if not len(rows):
            return 0
        self._take_chunks(trace.tasks["chunk"][rows], first)
        self._take_tasks(self._index_of(rows), first)
        self._bad.extend(np.flatnonzero(trace.state_of(rows) != TaskState.DONE) + first)
        durations = lane.ended[first:] - lane.begun[first:]
        self.longest_ns = max(self.longest_ns, int(durations.max()))
        return len(rows)

    def judge(self, trace: Trace, lane: Lane, *, over: bool) -> None:
        """Look at the chunks that have ended since the last call; `over`: at the last one, too.

        When the run has ended, at all of them once more: only then it is known what never arrived.
        """
        if trace.ended:
            self._judged = 0
            self._vain_begun, self._vain_ended = Growing(np.int64), Growing(np.int64)
        starts, first = self.chunk_starts, self._judged
        stop = len(starts) if over else len(starts) - 1
        if stop <= first:
            return
        self._judged = stop
        begins = starts[first:stop]
        lasts = np.append(starts[first + 1 : stop + 1], len(lane))[: stop - first] - 1
        rows = lane.rows[begins]
        vain = trace.results_lost(rows)
        done = trace.tasks["state"][lane.rows[lasts]] == TaskState.DONE
        ends = np.where(done, lane.ended[lasts], lane.begun[lasts])
        self._vain_begun.extend(lane.begun[begins[vain]])
        self._vain_ended.extend(ends[vain])
        self._note_ways(trace, trace.tasks["chunk"][rows])

    def _note_ways(self, trace: Trace, chunks: Ints) -> None:
        for begun, ended in (("taken", "unpickled"), ("ran", "pickled"), ("ran", "sent")):
            begins, ends = trace.chunks[begun][chunks], trace.chunks[ended][chunks]
            longest = np.max(np.where(begins > 0, ends - begins, 0), initial=0)
            self.longest_way_ns = max(self.longest_way_ns, int(longest))

    def _take_chunks(self, chunks: Ints, first: int) -> None:
        before = chunks[0] - 1 if self._last_chunk is None else self._last_chunk
        starts = np.flatnonzero(np.diff(chunks, prepend=before))
        if len(starts):
            numbers = chunks[starts]
            turns = (numbers + self._chunks.shifts_of(numbers)) % CYCLE
            self._chunk_turns.extend(turns.astype(np.int8))
            self._chunk_starts.extend(starts + first)
        self._last_chunk = int(chunks[-1])

    def _take_tasks(self, indices: Ints, first: int) -> None:
        before = int(self._shifts.values[-1]) if first else -1
        shifts = self._tasks.shifts_of(indices)
        changes = np.flatnonzero(np.diff(shifts, prepend=before))
        self._shift_starts.extend(changes + first)
        self._shifts.extend(shifts[changes].astype(np.int8))

    def chunk_ranks(self, places: Ints) -> Ints:
        """How many chunks the worker had before, for the task at each place."""
        return np.searchsorted(self.chunk_starts, places, side="right") - 1

    def task_turns(self, lane: Lane, places: Ints) -> Ints:
        """The colour of the task at each place: by its index, and other than its neighbours'."""
        change = np.searchsorted(self._shift_starts.values, places, side="right") - 1
        return (self._index_of(lane.rows[places]) + self._shifts.values[change]) % CYCLE

    def running_task_turn(self, row: int) -> int:
        """The colour of the task in hand: the one that it will keep."""
        return self._tasks.next(int(self._index_of(np.array([row]))[0]))

    def running_chunk_turn(self, chunk: int) -> int:
        """The colour of the chunk in hand: the one that it will keep."""
        if chunk == self._last_chunk:
            return int(self.chunk_turns[-1])
        return self._chunks.next(chunk)

    def running_rank(self, chunk: int) -> int:
        """The same as `chunk_ranks` for a running task of `chunk`."""
        return len(self.chunk_starts) - (chunk == self._last_chunk)


class Digests:
    """The digests of a trace's lanes. index_of: the tasks' indices, if they are not their rows.

    longest_ns: the longest finished task of all. longest_way_ns: the longest way of a chunk.
    """

    def __init__(self, index_of: IndexOf = _as_given) -> None:
        self._index_of = index_of
        self._of: list[LaneDigest] = []
        self._growing: list[int] = []  # numbers of lanes that are not over
        self._settled = False
        self.longest_ns = self.longest_way_ns = 0

    def update(self, trace: Trace) -> int:
        """Take in what is new; how many tasks that were."""
        while len(self._of) < len(trace.lanes):
            self._growing.append(len(self._of))
            self._of.append(LaneDigest(self._index_of))
        taken = 0
        for number in self._growing:
            digest = self._of[number]
            taken += digest.update(trace, trace.lanes[number])
            self.longest_ns = max(self.longest_ns, digest.longest_ns)
        self._judge(trace)
        self._growing = [number for number in self._growing if not trace.lanes[number].over]
        return taken

    def _judge(self, trace: Trace) -> None:
        if self._settled:
            return
        self._settled = trace.ended
        for number in range(len(self._of)) if trace.ended else self._growing:
            lane, digest = trace.lanes[number], self._of[number]
            digest.judge(trace, lane, over=lane.over or trace.ended)
            self.longest_way_ns = max(self.longest_way_ns, digest.longest_way_ns)

    def __getitem__(self, number: int) -> LaneDigest:
        return self._of[number]
