"""Takes the tasks of a run into its lanes, as they become final."""

import sys
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .columns import Growing, Ints
from .counts import Tally
from .lane import Lane
from .layout import ChunkOutcome, TaskState
from .reader import Columns
from .roster import Roster

Bools = npt.NDArray[np.bool_]

BLOCK = 32_768
"""Rows or chunks looked at in one go."""
LANE_ROWS = 100
"""Handing tasks to a lane costs as much as so many more tasks."""
FIRST_LOOK, NEAR_CHUNKS = 64, 512
"""Rows of an open chunk, and chunks, that are looked at first: mostly there are few new ones."""
UNLIMITED = sys.maxsize
CHUNK, ROW, END, DONE = range(4)
"""Of an open chunk: its number, its first row that is not over, the row after its last, and how
many of its tasks were done."""


class Intake:
    """What `roster`'s lanes have been given of the tasks and chunks of a run.

    taken: chunks before this one have been looked at. open: those of them that are not over, a row
    each as DONE says. tally: how the tasks ended. bad_rows: of raised and lost tasks, as they came.
    end_ns: the latest end of a task. finished_ns, longest_ns: see Trace.
    behind: there is more than the last update took in.

    An update costs by what is new, not by the number of tasks: it looks at the open chunks, at most
    one a worker and those taken off the queue but not yet marked so, and at the chunks beyond the
    last taken one.
    """

    def __init__(self, tasks: Columns, chunks: Columns, roster: Roster, end_ns: int) -> None:
        self.tasks, self.chunks, self._roster = tasks, chunks, roster
        self.tally = Tally(tasks.rows)
        self.bad_rows = Growing(np.int32)
        self.end_ns = end_ns
        self.finished_ns = self.longest_ns = 0
        self.taken = 0
        self.open: Ints = np.zeros((0, 4), np.int64)
        self.behind = False
        self._noted: list[Lane] = []  # those with a running task
        self._final = False
        self._left = UNLIMITED

    def update(self, *, final: bool, limit: int) -> None:
        """Take in about `limit` rows of what is new. `final`: nobody writes any more."""
        self._final, self._left, self.behind = final, limit, False
        self._follow_open()
        self._take_chunks()

    def _take_chunks(self) -> None:
        """Look at the chunks that have been taken off the queue since the last time."""
        while not self.behind:
            new = slice(self.taken, self._taken_until())
            if new.start == new.stop:
                return
            closed = self.chunks["outcome"][new] != ChunkOutcome.OPEN  # read before the states
            if self._final:
                closed = np.ones_like(closed)
            # Whoever took a new chunk had finished its earlier one: those rows come first.
            self._follow_open()
            if not self.behind and self._left <= 0:
                self.behind = True
            if self.behind:
                return
            sizes = np.where(closed, self.chunks["size"][new], 0)
            count = int(np.searchsorted(np.cumsum(sizes), min(BLOCK, self._left), side="right"))
            if not count:  # a large one is taken in bit by bit
                count, closed = 1, np.zeros(1, np.bool_)
            closed = closed[:count]
            self._take_closed(np.flatnonzero(closed) + new.start)
            self.taken += count
            self._admit(np.flatnonzero(~closed) + new.start)
            self._follow_open()

    def _taken_until(self) -> int:
        """The chunk after the last one, of the next few, that is known to have been taken."""
        near = NEAR_CHUNKS + len(self._roster.living)  # each may have one that is not marked yet
        many = min(BLOCK, max(self._left, near))
        if self._final:
            return min(self.taken + many, self.chunks.rows)
        until = self._last_taken(near)
        return self._last_taken(many) if until > self.taken else until

    def _last_taken(self, count: int) -> int:
        new = slice(self.taken, min(self.taken + count, self.chunks.rows))
        # Compared first: numpy refuses to search an array that changes meanwhile.
        known = self.chunks["taken"][new] != 0
        not_sent = self.chunks["outcome"][new] == ChunkOutcome.NOT_SENT
        if not_sent.any():  # those that the host could not pickle are never taken
            known |= not_sent & (self.chunks["worker"][new] == 0)
        last = np.flatnonzero(known)[-1:]
        return self.taken + int(last[0]) + 1 if len(last) else self.taken

    def _admit(self, chunks: Ints) -> None:
        if len(chunks):
            first, size = self.chunks["first"][chunks], self.chunks["size"][chunks]
            opened = np.stack([chunks, first, first + size, np.zeros_like(chunks)], axis=1)
            self.open = np.concatenate((self.open, opened))

    def _take_closed(self, chunks: Ints) -> None:
        """Take in chunks that are over, all of their rows; together they have at most BLOCK."""
        if not len(chunks):
            return
        sizes, firsts = self.chunks["size"][chunks], self.chunks["first"][chunks]
        rows = np.repeat(firsts - (np.cumsum(sizes) - sizes), sizes)
        rows += np.arange(len(rows))
        if not len(rows):
            return
        began = self.tasks["begun"][_key(rows)] != 0
        down = self.chunks["outcome"][chunks] != ChunkOutcome.DONE
        if began.all() and not down.any():
            self._add(rows)
            return
        owner = np.repeat(np.arange(len(chunks)), sizes)
        self._add(rows[began])
        done = self.tasks["state"][rows] == TaskState.DONE
        self.tally.not_run += int(np.count_nonzero(~began))
        self.tally.result_lost += int(np.count_nonzero(done & down[owner]))
        self._note_broken(chunks, np.bincount(owner[~began], minlength=len(chunks)))

    def _note_broken(self, chunks: Ints, never_run: Ints) -> None:
        """Tell the lanes of chunks that are over how many of their tasks, the last ones, never
        began; and when it broke: at the last task's end, or when its worker died."""
        table = self._roster.workers
        workers = self.chunks["worker"][chunks]
        some = (never_run > 0) & (workers > 0) & (workers <= table.rows)
        if not some.any():
            return
        chunks, never_run, workers = chunks[some], never_run[some], workers[some]
        firsts, outcomes = self.chunks["first"][chunks], self.chunks["outcome"][chunks]
        rows = firsts + self.chunks["size"][chunks] - never_run
        at_ns = np.where(rows > firsts, self.tasks["ended"][np.maximum(rows - 1, 0)], 0)
        with_worker = (outcomes == ChunkOutcome.LOST) | (outcomes == ChunkOutcome.OPEN)
        died = np.where(with_worker, table["died"][workers - 1], 0)
        at_ns = np.maximum(at_ns, died)
        at_ns = np.where(at_ns, at_ns, self.end_ns)
        for worker in np.unique(workers).tolist():
            mine = workers == worker
            self._roster.lane_of(worker).note_broken(at_ns[mine], rows[mine], never_run[mine])

    def _follow_open(self) -> None:
        """Take in what has ended of the open chunks, of each an equal share of what is let in."""
        if not len(self.open):
            return
        outcomes = self.chunks["outcome"][self.open[:, CHUNK]]
        over = (outcomes != ChunkOutcome.OPEN) | self._final  # read before the states
        news = np.flatnonzero(over | self._has_ended(self.open)).tolist()
        share = max(self._left, 0) // max(len(news), 1) + FIRST_LOOK
        closed = []
        for place in news:
            if not self._follow(place, share):
                self.behind = True
            elif over[place]:
                self._close(place)
                closed.append(place)
        if closed:
            self.open = np.delete(self.open, closed, axis=0)

    def _has_ended(self, chunks: Ints) -> Bools:
        """Of open chunks, whether the next task is over."""
        row, end = chunks[:, ROW], chunks[:, END]
        states = self.tasks["state"][np.minimum(row, end - 1)]
        over: Bools = (row < end) & (states != TaskState.OPEN) & (states != TaskState.NOT_RUN)
        return over

    def _follow(self, place: int, share: int) -> bool:
        """Take in tasks of an open chunk that are over; False when more of them are than `share`"""
        row, end = self.open[place, [ROW, END]].tolist()
        stop = min(end, row + share)
        until, look, more = row, FIRST_LOOK, True
        while more and until < stop:
            states = self.tasks["state"][until : min(until + look, stop)]
            still_open = np.flatnonzero((states == TaskState.OPEN) | (states == TaskState.NOT_RUN))
            more = not len(still_open)
            until += len(states) if more else int(still_open[0])
            look = min(4 * look, BLOCK)
        for first in range(row, until, BLOCK):
            done = self._add(np.arange(first, min(first + BLOCK, until)))
            self.open[place, DONE] += done
        self.open[place, ROW] = until
        return not more or until == end

    def _close(self, place: int) -> None:
        """The open chunk is over, and all that ended in it has been taken in."""
        chunk, row, end, done = self.open[place].tolist()
        if row < end and self.tasks["begun"][row]:
            done += self._add(np.array([row]))
            row += 1
        self.tally.not_run += end - row
        self._note_broken(np.array([chunk]), np.array([end - row]))
        if self.chunks["outcome"][chunk] != ChunkOutcome.DONE:
            self.tally.result_lost += done

    def _add(self, rows: Ints) -> int:
        """Append tasks that have begun and are over to their lanes, and return how many of them
        were done."""
        if not len(rows):
            return 0
        key = _key(rows)
        states, workers = self.tasks["state"][key], self.tasks["worker"][key]
        begun, ended = self.tasks["begun"][key], self.tasks["ended"][key]
        done = int(np.count_nonzero(states == TaskState.DONE))
        took_ns = ended - begun
        if done < len(rows):
            states = np.where(states == TaskState.OPEN, TaskState.LOST, states)
            lost = states == TaskState.LOST
            self.bad_rows.extend(rows[lost | (states == TaskState.RAISED)])
            took_ns = took_ns[~lost]
            ends_of_lost = self._ends_of_lost(workers, begun)
            ended = np.where(lost & (ended == 0), ends_of_lost, ended)
        self.tally.add(states, done)
        self.finished_ns += int(took_ns.sum())
        self.longest_ns = max(self.longest_ns, int(took_ns.max(initial=0)))
        self.end_ns = max(self.end_ns, int(ended.max()))
        lanes = self._hand_out(rows, workers, begun, ended)
        self._left -= len(rows) + lanes * LANE_ROWS
        return done

    def _hand_out(self, rows: Ints, workers: Ints, begun: Ints, ended: Ints) -> int:
        """To the lanes of their workers; returns to how many."""
        low, high = int(workers.min()), int(workers.max())
        if low == high:
            self._roster.lane_of(low).append(rows, begun, ended)
            return 1
        numbers = workers - low
        if high - low < 1 << 16:
            numbers = numbers.astype(np.uint16)  # which numpy sorts several times as fast
        order = np.argsort(numbers, kind="stable")
        rows, workers, begun, ended = rows[order], workers[order], begun[order], ended[order]
        cuts = (np.flatnonzero(np.diff(workers)) + 1).tolist()
        for first, stop in pairwise([0, *cuts, len(rows)]):
            lane = self._roster.lane_of(int(workers[first]))
            lane.append(rows[first:stop], begun[first:stop], ended[first:stop])
        return len(cuts) + 1

    def _ends_of_lost(self, workers: Ints, begun: Ints) -> Ints:
        """A lost task lasted until its worker died, as far as anybody saw that."""
        table = self._roster.workers
        died = table["died"][np.clip(workers, 1, table.rows) - 1]
        return np.maximum(np.where(died == 0, max(self.end_ns, 0), died), begun)

    def note_running(self) -> None:
        """Tell the lanes what they have in hand."""
        for lane in self._noted:  # also one that is parted with by now
            lane.running = None
        rows = self.open[self.open[:, ROW] < self.open[:, END], ROW]
        begun = self.tasks["begun"][rows]
        running = (begun != 0) & (self.tasks["state"][rows] == TaskState.OPEN)
        self._noted = []
        for row, begun_ns in zip(rows[running].tolist(), begun[running].tolist(), strict=True):
            lane = self._roster.lane_of(int(self.tasks["worker"][row]))
            lane.running = row, begun_ns
            self._noted.append(lane)

    @property
    def busy(self) -> Ints:
        """Ordinals of the workers that have an open chunk."""
        return self.chunks["worker"][self.open[:, CHUNK]]


def _key(rows: Ints) -> Ints | slice:
    """The same rows, as what numpy reads them by fastest."""
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 == len(rows) and (rows[1:] > rows[:-1]).all():
        return slice(first, last + 1)
    return rows
