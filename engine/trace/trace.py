"""What a run wrote, as lanes of tasks; live while it is being written."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..problem import Kind, Problem, ProblemError
from .columns import Ints
from .counts import BLOCK, Counts, Tally
from .lane import Lane
from .layout import CHUNKS, FETCHED, TASKS, WORKERS, ChunkOutcome, TaskState
from .reader import Columns


class Trace:
    """The tasks, chunks and workers of a run folder.

    tasks, chunks, workers: the tables of layout.py, by column; times in ns of the run's clock.
    fetched: by row, when imap's iterator gave a result; 0 before; None for other methods.
    lanes: one a worker, in the order of birth; a worker's ordinal is its lane's number + 1.
    living: those into which something may still come.
    origin_ns: the time that is 0 on the time axis (Pool is being made).
    end_ns: the latest time known.
    finished_ns, longest_ns: the time of all tasks that came to an end of their own, and of the
    longest of them.

    `update` costs time by what is new, not by the number of tasks, nor by that of workers that
    others have replaced: it keeps the lanes that are not over, and the chunks that are open, at
    most one a worker and those taken off the queue but not yet marked so, and looks at these and at
    the chunks beyond the last taken one.
    """

    def __init__(self, folder: Path, origin_ns: int) -> None:
        self._folder = folder
        self.origin_ns = origin_ns
        self.end_ns = origin_ns
        self.finished_ns = self.longest_ns = 0
        self.tasks = Columns(folder, TASKS)
        self.chunks = Columns(folder, CHUNKS)
        self.workers = Columns(folder, WORKERS)
        has_fetched = (folder / FETCHED.file_name).exists()
        self.fetched = Columns(folder, FETCHED)["fetched"] if has_fetched else None
        if self.fetched is not None and len(self.fetched) != self.total:
            values = {"path": FETCHED.file_name, "error": f"{len(self.fetched)} rows"}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values))
        self.lanes: list[Lane] = []
        self.living: list[Lane] = []
        self._noted: list[Lane] = []  # those with a running task
        self._last_of_slot: dict[int, Lane] = {}
        self.ended = False
        self._taken = 0  # chunks before this one have been looked at
        self._open: dict[int, int] = {}  # chunk: first row that is not over
        self._tally = Tally(self.total)

    @property
    def total(self) -> int:
        return self.tasks.rows

    @property
    def counts(self) -> Counts:
        return self._tally.counts(sum(lane.running is not None for lane in self.living))

    def state_of(self, rows: Ints) -> Ints:
        """TaskState of tasks that are in lanes: those that never got to say how are lost."""
        states = self.tasks["state"][rows]
        return np.where(states == TaskState.OPEN, TaskState.LOST, states)

    def result_arrived(self, row: int) -> bool:
        """Whether the value of the task in `row` has come back to the host with its chunk."""
        chunk = int(self.tasks["chunk"][row])
        sent = self.chunks["outcome"][chunk] == ChunkOutcome.DONE
        return bool(sent and self.chunks["received"][chunk])

    def results_lost(self, rows: Ints) -> npt.NDArray[np.bool_]:
        """By row, whether its task was done in vain: its chunk broke, or never came back."""
        chunks = self.tasks["chunk"][rows]
        outcomes = self.chunks["outcome"][chunks]
        lost: npt.NDArray[np.bool_] = (outcomes != ChunkOutcome.DONE) & (
            outcomes != ChunkOutcome.OPEN
        )
        if self.ended:
            lost = (outcomes != ChunkOutcome.DONE) | (self.chunks["received"][chunks] == 0)
        lost &= self.tasks["state"][rows] == TaskState.DONE
        return lost

    def pid_of(self, ordinal: int) -> int | None:
        """The PID of the worker with this ordinal; None before it is known."""
        if ordinal > self.workers.rows and not self.ended:
            self._reopen_workers()
        if ordinal > self.workers.rows:
            return None
        return int(self.workers["pid"][ordinal - 1]) or None

    def find(self, row: int) -> tuple[Lane, int] | None:
        """The lane of the task in `row` and its place there; None before it is over."""
        ordinal = int(self.tasks["worker"][row])
        if not 1 <= ordinal <= len(self.lanes):
            return None
        lane = self.lanes[ordinal - 1]
        place = int(np.searchsorted(lane.rows, row))
        found = place < len(lane) and lane.rows[place] == row
        return (lane, place) if found else None

    def update(self, *, ended: bool = False) -> bool:
        """Take in what is new; True when anything is. `ended`: nobody writes any more."""
        before = (self.counts, len(self.lanes), self._taken, self.ended)
        self.ended = self.ended or ended
        self._meet_workers()
        dead = [lane for lane in self.living if lane.died_ns]  # their last words are written
        self._follow_open_chunks()
        self._take_chunks()
        self._note_running()
        self._part_with(self.living if self.ended else dead)
        if self.ended:
            self._tally.settle(self.tasks, self.chunks)
        return before != (self.counts, len(self.lanes), self._taken, self.ended)

    def _meet_workers(self) -> None:
        if self.workers["born"][-1]:  # full: the host makes it grow
            self._reopen_workers()
        born, pid = self.workers["born"], self.workers["pid"]
        while len(self.lanes) < self.workers.rows and born[len(self.lanes)]:
            if not pid[len(self.lanes)] and not self.ended:
                break
            self._add_lane()

    def _add_lane(self) -> None:
        lane = Lane(len(self.lanes) + 1, self.workers)
        lane.replaces = self._last_of_slot.get(lane.slot)
        if lane.replaces is not None:
            lane.replaces.replaced = True
        self._last_of_slot[lane.slot] = lane
        self.lanes.append(lane)
        self.living.append(lane)

    def _part_with(self, dead: list[Lane]) -> None:
        """Nothing more comes from the dead but what became of a chunk that one had in hand."""
        if not dead:
            return
        busy = {int(self.chunks["worker"][chunk]) for chunk in self._open}
        for lane in dead:
            lane.over = lane.ordinal not in busy
        self.living = [lane for lane in self.living if not lane.over]

    def _take_chunks(self) -> None:
        """Look at the chunks that have been taken off the queue since the last time."""
        while self._taken < self.chunks.rows:
            stop = min(self._taken + BLOCK, self.chunks.rows)
            if not self.ended:
                # Compared first: numpy refuses to search an array that changes meanwhile.
                taken = np.flatnonzero(self.chunks["taken"][self._taken : stop] != 0)
                if not len(taken):
                    break
                stop = self._taken + int(taken[-1]) + 1
            new = slice(self._taken, stop)
            closed = self.chunks["outcome"][new] != ChunkOutcome.OPEN  # read before the states
            if self.ended:
                closed = np.ones_like(closed)
            # Whoever took a new chunk had finished its earlier one: those rows come first.
            self._follow_open_chunks()
            self._take_closed(np.flatnonzero(closed) + self._taken)
            self._taken = stop
            for chunk in np.flatnonzero(~closed) + new.start:
                self._open[int(chunk)] = int(self.chunks["first"][chunk])
        self._follow_open_chunks()

    def _take_closed(self, chunks: Ints) -> None:
        """Take in chunks that are over, all of their rows, a block at a time."""
        sizes, firsts = self.chunks["size"][chunks], self.chunks["first"][chunks]
        down = self.chunks["outcome"][chunks] != ChunkOutcome.DONE
        ends = np.cumsum(sizes)
        starts = ends - sizes
        never_run = np.zeros(len(chunks), np.int64)
        for start in range(0, int(sizes.sum()), BLOCK):
            places = np.arange(start, min(start + BLOCK, int(ends[-1])))
            owner = np.searchsorted(ends, places, side="right")
            rows = places - starts[owner] + firsts[owner]
            begun = self.tasks["begun"][rows]
            states = self.tasks["state"][rows]
            self._add_rows(rows[begun != 0])
            self._tally.not_run += int(np.count_nonzero(begun == 0))
            self._tally.result_lost += int(
                np.count_nonzero(down[owner] & (states == TaskState.DONE))
            )
            np.add.at(never_run, owner[begun == 0], 1)
        self._note_broken(chunks, never_run)

    def _note_broken(self, chunks: Ints, never_run: Ints) -> None:
        """Tell the lanes of chunks that are over how many of their tasks, the last ones, never
        began; and when it broke: at the last task's end, or when its worker died."""
        workers = self.chunks["worker"][chunks]
        some = (never_run > 0) & (workers > 0) & (workers <= self.workers.rows)
        if not some.any():
            return
        chunks, never_run, workers = chunks[some], never_run[some], workers[some]
        firsts, outcomes = self.chunks["first"][chunks], self.chunks["outcome"][chunks]
        rows = firsts + self.chunks["size"][chunks] - never_run
        at_ns = np.where(rows > firsts, self.tasks["ended"][np.maximum(rows - 1, 0)], 0)
        with_worker = (outcomes == ChunkOutcome.LOST) | (outcomes == ChunkOutcome.OPEN)
        died = np.where(with_worker, self.workers["died"][workers - 1], 0)
        at_ns = np.maximum(at_ns, died)
        at_ns = np.where(at_ns, at_ns, self.end_ns)
        for worker in np.unique(workers).tolist():
            mine = workers == worker
            self._lane_of(worker).note_broken(at_ns[mine], rows[mine], never_run[mine])

    def _follow_open_chunks(self) -> None:
        for chunk, row in list(self._open.items()):
            over = self.ended or self.chunks["outcome"][chunk] != ChunkOutcome.OPEN
            end = int(self.chunks["first"][chunk] + self.chunks["size"][chunk])
            row = self._follow(row, end)
            if over:
                self._close(chunk, row, end)
            else:
                self._open[chunk] = row

    def _follow(self, row: int, end: int) -> int:
        """Take in the tasks from `row` on that are over; return the first that is not."""
        while row < end:
            states = self.tasks["state"][row : min(row + BLOCK, end)]
            still_open = np.flatnonzero((states == TaskState.OPEN) | (states == TaskState.NOT_RUN))
            stop = row + (int(still_open[0]) if len(still_open) else len(states))
            self._add_rows(np.arange(row, stop))
            if len(still_open):
                return stop
            row = stop
        return row

    def _close(self, chunk: int, row: int, end: int) -> None:
        del self._open[chunk]
        first = int(self.chunks["first"][chunk])
        if row < end and self.tasks["begun"][row]:
            self._add_rows(np.array([row]))
            row += 1
        self._tally.not_run += end - row
        self._note_broken(np.array([chunk]), np.array([end - row]))
        if self.chunks["outcome"][chunk] != ChunkOutcome.DONE:
            states = self.tasks["state"][first:end]
            self._tally.result_lost += int(np.count_nonzero(states == TaskState.DONE))

    def _add_rows(self, rows: Ints) -> None:
        """Append tasks that have begun and are over to their lanes; `rows` ascend."""
        if not len(rows):
            return
        states = self.state_of(rows)
        self._tally.add(states)
        begun, ended = self.tasks["begun"][rows], self.tasks["ended"][rows]
        workers = self.tasks["worker"][rows]
        finished = states != TaskState.LOST
        if finished.any():
            took_ns = (ended - begun)[finished]
            self.finished_ns += int(took_ns.sum())
            self.longest_ns = max(self.longest_ns, int(took_ns.max()))
        never_ended = (states == TaskState.LOST) & (ended == 0)
        ended = np.where(never_ended, self._ends_of_lost(workers, begun), ended)
        self.end_ns = max(self.end_ns, int(ended.max()))
        order = np.argsort(workers, kind="stable")
        cuts = np.flatnonzero(np.diff(workers[order])) + 1
        for part in np.split(order, cuts):
            lane = self._lane_of(int(workers[part[0]]))
            lane.append(rows[part], begun[part], ended[part])

    def _ends_of_lost(self, workers: Ints, begun: Ints) -> Ints:
        """A lost task lasted until its worker died, as far as anybody saw that."""
        died = self.workers["died"][np.clip(workers, 1, self.workers.rows) - 1]
        return np.maximum(np.where(died == 0, max(self.end_ns, 0), died), begun)

    def _lane_of(self, ordinal: int) -> Lane:
        while len(self.lanes) < ordinal:
            if self.workers.rows < ordinal:
                self._reopen_workers()
                if self.workers.rows < ordinal:
                    raise _unknown_worker(ordinal)
            self._add_lane()
        return self.lanes[ordinal - 1]

    def _reopen_workers(self) -> None:
        self.workers = Columns(self._folder, WORKERS)
        for lane in self.lanes:
            lane.workers = self.workers

    def _note_running(self) -> None:
        for lane in self._noted:  # also one that is parted with by now
            lane.running = None
        self._noted = []
        for row in self._open.values():
            if row < self.total and self.tasks["begun"][row] and not self.tasks["state"][row]:
                lane = self._lane_of(int(self.tasks["worker"][row]))
                lane.running = row, int(self.tasks["begun"][row])
                self._noted.append(lane)


def _unknown_worker(ordinal: int) -> ProblemError:
    values = {"path": TASKS.file_name, "error": f"there is no worker {ordinal}"}
    return ProblemError(Problem(Kind.NOT_A_RUN, None, values))
