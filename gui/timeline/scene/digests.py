"""What drawing needs to know of lanes beyond their arrays; made when it is asked for. Pure."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Growing, Ints
from ....engine.trace.lane import Lane
from ....engine.trace.layout import TaskState
from ....engine.trace.trace import Trace
from .longest_way import LongestWay

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

    def shifts_of(self, numbers: Ints) -> npt.NDArray[np.int8]:
        """What is added to each number; these come after all that were asked for before.

        A shift follows from the step to the number and the shift before it: on the same colour it
        turns, on the next colour it stays, on any other it is 0.
        """
        before = int(numbers[0]) - 2 if self._number is None else self._number
        steps = np.empty_like(numbers)
        steps[0] = numbers[0] - before
        np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
        steps %= CYCLE
        events = np.flatnonzero(steps != 1)  # within chunks there are none
        steps = steps[events]
        turns = np.cumsum(steps == 0) + self._shift
        begins = np.maximum.accumulate(np.where(steps > 1, np.arange(len(steps)), -1))
        found = (turns - np.where(begins < 0, 0, turns[begins])) % 2
        shifts = np.append(self._shift, found).astype(np.int8)
        lasts = np.diff(np.concatenate(([0], events, [len(numbers)])))
        self._number, self._shift = int(numbers[-1]), int(shifts[-1])
        return np.repeat(shifts, lasts)

    def next(self, number: int) -> int:
        """The colour that `number` would have if it came next."""
        if self._number is None:
            return number % CYCLE
        last = (self._number + self._shift) % CYCLE
        return (number + (number % CYCLE == last)) % CYCLE


def coloured(numbers: Ints, turns: Turns) -> Ints:
    """The colours of things that come after all that `turns` was asked for."""
    colours: Ints = numbers % CYCLE
    colours += turns.shifts_of(numbers)
    colours[colours == CYCLE] = 0
    return colours


class LaneDigest:
    """What drawing needs to know of a lane beyond its arrays.

    chunk_starts: places of the lane at which another chunk begins. chunk_turns: their colours.
    longest_chunk_ns: of those that are over. bad: places of raised and lost tasks.
    vain_begun, vain_ended: times of chunks that were done, in part at least, and whose results were
    lost.
    """

    def __init__(self, index_of: IndexOf = _as_given) -> None:
        self._index_of = index_of
        self._chunk_starts = Growing(np.int64)
        self._chunk_turns = Growing(np.int8)
        self._turns_by_chunk, self._turns_by_task = Growing(np.int8), Growing(np.int8)
        self._chunks, self._tasks = Turns(), Turns()
        self._bad = Growing(np.int64)
        self._seen = self._bad_seen = 0
        self._last_chunk: int | None = None
        self.longest_chunk_ns = 0
        self._vain_begun, self._vain_ended = Growing(np.int64), Growing(np.int64)
        self._judged = 0  # chunks of which it is known what became of their results
        self._settled = False

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

    def update(self, trace: Trace, lane: Lane, *, results_lost: bool) -> int:
        """Take in what has ended since the last call; how many tasks that were.

        results_lost: there are tasks in the run that were done in vain.
        """
        first, self._seen = self._seen, len(lane)
        if self._seen > first:
            self._take_chunks(trace, lane, first)
            self._take_bad(trace, lane, first)
        if results_lost and not self._settled:
            self._judge(trace, lane)
        return self._seen - first

    def _take_chunks(self, trace: Trace, lane: Lane, first: int) -> None:
        starts, numbers = chunks_from(trace, lane, first, self._last_chunk)
        if len(starts):
            turns = coloured(numbers, self._chunks)
            over = self.chunk_starts[-1:]
            self._chunk_turns.extend(turns)
            self._chunk_starts.extend(starts)
            stops = starts - 1 if len(over) else starts[1:] - 1
            begins = np.concatenate((over, starts[:-1]))
            lasted_ns = lane.ended[stops] - lane.begun[begins]
            self.longest_chunk_ns = max(self.longest_chunk_ns, int(lasted_ns.max(initial=0)))
            self._last_chunk = int(numbers[-1])

    def _take_bad(self, trace: Trace, lane: Lane, first: int) -> None:
        new, self._bad_seen = trace.bad_rows[self._bad_seen :], len(trace.bad_rows)
        if not len(new):
            return
        if len(new) > self._seen - first:
            states = trace.state_of(lane.rows[first:])
            self._bad.extend(np.flatnonzero(states != TaskState.DONE) + first)
        else:
            mine = new[trace.tasks["worker"][new] == lane.ordinal]
            self._bad.extend(lane.rows.searchsorted(mine))

    def _judge(self, trace: Trace, lane: Lane) -> None:
        """Look at the chunks that have ended since the last call.

        When the run has ended, at all of them once more: only then it is known what never arrived.
        """
        if trace.ended:
            self._judged, self._settled = 0, True
            self._vain_begun, self._vain_ended = Growing(np.int64), Growing(np.int64)
        starts, first = self.chunk_starts, self._judged
        stop = len(starts) if lane.over or trace.ended else len(starts) - 1
        if stop <= first:
            return
        self._judged = stop
        begins = starts[first:stop]
        lasts = np.append(starts[first + 1 : stop + 1], len(lane))[: stop - first] - 1
        vain = trace.results_lost(lane.rows[begins])
        done = trace.tasks["state"][lane.rows[lasts]] == TaskState.DONE
        ends = np.where(done, lane.ended[lasts], lane.begun[lasts])
        self._vain_begun.extend(lane.begun[begins[vain]])
        self._vain_ended.extend(ends[vain])

    def chunk_ranks(self, places: Ints) -> Ints:
        """How many chunks the worker had before, for the task at each place."""
        return self.chunk_starts.searchsorted(places, side="right") - 1

    def turns_by_chunk(self) -> npt.NDArray[np.int8]:
        """By place: the colour of the task's chunk."""
        have = len(self._turns_by_chunk)
        if have < self._seen:
            low = max(int(self.chunk_starts.searchsorted(have, side="right")) - 1, 0)
            ends = np.append(self.chunk_starts[low + 1 :], self._seen)
            sizes = np.diff(ends, prepend=have)
            self._turns_by_chunk.extend(np.repeat(self.chunk_turns[low:], sizes))
        return self._turns_by_chunk.values.view(np.int8)

    def turns_by_task(self, lane: Lane) -> npt.NDArray[np.int8]:
        """By place: the colour of the task, by its index, and other than its neighbours'."""
        have = len(self._turns_by_task)
        if have < self._seen:
            indices = self._index_of(lane.rows[have : self._seen])
            self._turns_by_task.extend(coloured(indices, self._tasks))
        return self._turns_by_task.values.view(np.int8)

    def running_task_turn(self, lane: Lane, row: int) -> int:
        """The colour of the task in hand: the one that it will keep."""
        self.turns_by_task(lane)
        return self._tasks.next(int(self._index_of(np.array([row]))[0]))

    def running_chunk_turn(self, chunk: int) -> int:
        """The colour of the chunk in hand: the one that it will keep."""
        if chunk == self._last_chunk:
            return int(self.chunk_turns[-1])
        return self._chunks.next(chunk)

    def running_rank(self, chunk: int) -> int:
        """The same as `chunk_ranks` for a running task of `chunk`."""
        return len(self.chunk_starts) - (chunk == self._last_chunk)


def chunks_from(trace: Trace, lane: Lane, first: int, before: int | None) -> tuple[Ints, Ints]:
    """The places from `first` on at which another chunk begins, and the chunks' numbers.

    before: the chunk of the task before. Costs by the new tasks, or by all chunks if these are
    fewer: a chunk's first row then says where it begins.
    """
    rows = lane.rows[first:]
    if trace.chunks.rows < len(rows):
        numbers = np.flatnonzero(trace.chunks["worker"] == lane.ordinal)
        firsts = trace.chunks["first"][numbers]
        starts = rows.searchsorted(firsts.astype(rows.dtype))
        there = (starts < len(rows)) & (firsts + trace.chunks["size"][numbers] > rows[0])
        there[there] = trace.tasks["chunk"][rows[starts[there]]] == numbers[there]
        starts, numbers = starts[there], numbers[there]
        if len(numbers) and numbers[0] == before:
            starts, numbers = starts[1:], numbers[1:]
        return starts + first, numbers
    chunks = trace.tasks["chunk"][rows]
    starts = np.flatnonzero(np.diff(chunks, prepend=chunks[0] - 1 if before is None else before))
    return starts + first, chunks[starts]


class Digests:
    """The digests of a trace's lanes: one is made, and brought up to date, when it is asked for.

    index_of: the tasks' indices, if they are not their rows. taken: how many tasks have been taken
    in so far. results_lost: there are tasks that were done in vain.
    """

    def __init__(self, index_of: IndexOf = _as_given) -> None:
        self._index_of = index_of
        self._of: dict[int, LaneDigest] = {}
        self._fresh: dict[int, int] = {}  # by number, how long a lane was that had nothing new
        self._trace: Trace | None = None
        self.results_lost = False
        self._ways = LongestWay()
        self.taken = 0

    def update(self, trace: Trace) -> None:
        """There may be something new in `trace`."""
        self._trace = trace
        self.results_lost = trace.counts.result_lost > 0
        self._fresh.clear()

    @property
    def longest_ns(self) -> int:
        """The longest finished task of all."""
        return 0 if self._trace is None else self._trace.longest_ns

    @property
    def longest_way_ns(self) -> int:
        """The longest way of a chunk that is over, see ways.py."""
        return 0 if self._trace is None else self._ways.of(self._trace)

    def __getitem__(self, number: int) -> LaneDigest:
        digest = self._of.get(number)
        if digest is None:
            digest = self._of[number] = LaneDigest(self._index_of)
        if self._trace is None:
            return digest
        lane = self._trace.lanes[number]
        # A window may be painted between the trace's update and ours: the lane is longer by then.
        if self._fresh.get(number) != len(lane):
            self._fresh[number] = len(lane)
            self.taken += digest.update(self._trace, lane, results_lost=self.results_lost)
        return digest
