"""What a run wrote, as lanes of tasks; live while it is being written."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..problem import Kind, Problem, ProblemError
from .columns import Ints
from .counts import Counts
from .intake import UNLIMITED, Intake
from .lane import Lane
from .last_look import LastLook
from .layout import CHUNKS, FETCHED, TASKS, ChunkOutcome, TaskState
from .reader import Columns
from .roster import Roster, Told

LANES_AT_ONCE = 2_000
"""Workers that are met in one limited update."""


class Trace:
    """The tasks, chunks and workers of a run folder.

    tasks, chunks, workers: the tables of layout.py, by column; times in ns of the run's clock.
    fetched: by row, when imap's iterator gave a result; 0 before; None for other methods.
    lanes: one a worker, in the order of birth; a worker's ordinal is its lane's number + 1.
    living: those into which something may still come.
    origin_ns: the time that is 0 on the time axis (Pool is being made).
    end_ns: the latest time known.
    bad_rows: rows (int32) of raised and lost tasks, in the order of being taken in; a view.
    finished_ns, longest_ns: the time of all tasks that came to an end of their own, and of the
    longest of them.
    ended: nobody writes any more, and all that there is has been taken in. last_ns: when the last
    thing happened to a chunk, or a result was fetched; 0 until then.
    behind: there is more already than the last update was let take in.

    `update` costs time by what is new, not by the number of tasks, nor by that of workers that
    others have replaced, and no more than its limit.
    """

    def __init__(self, folder: Path, origin_ns: int) -> None:
        self.origin_ns = origin_ns
        self.tasks = Columns(folder, TASKS)
        self.chunks = Columns(folder, CHUNKS)
        has_fetched = (folder / FETCHED.file_name).exists()
        self.fetched = Columns(folder, FETCHED)["fetched"] if has_fetched else None
        if self.fetched is not None and len(self.fetched) != self.total:
            values = {"path": FETCHED.file_name, "error": f"{len(self.fetched)} rows"}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values))
        self.roster = Roster(folder, self.total)
        self.intake = Intake(self.tasks, self.chunks, self.roster, origin_ns)
        self._last_look = LastLook(self.tasks, self.chunks, self.fetched)
        self._final = False
        self.ended = self.behind = False

    @property
    def total(self) -> int:
        return self.tasks.rows

    @property
    def workers(self) -> Columns:
        return self.roster.workers

    @property
    def lanes(self) -> list[Lane]:
        return self.roster.lanes

    @property
    def living(self) -> list[Lane]:
        return self.roster.living

    @property
    def told(self) -> Told:
        """What all workers have told of themselves, added up; costs by those that live."""
        return self.roster.told

    @property
    def end_ns(self) -> int:
        return self.intake.end_ns

    @property
    def finished_ns(self) -> int:
        return self.intake.finished_ns

    @property
    def longest_ns(self) -> int:
        return self.intake.longest_ns

    @property
    def last_ns(self) -> int:
        return self._last_look.last_ns if self.ended else 0

    @property
    def bad_rows(self) -> Ints:
        return self.intake.bad_rows.values

    @property
    def counts(self) -> Counts:
        return self.intake.tally.counts(sum(lane.running is not None for lane in self.living))

    def busy_ns(self, until_ns: int) -> int:
        """ns that all workers have spent in tasks until then, those in hand included.

        Costs by the workers that live, and those whose tasks went on after that time.
        """
        return self.roster.busy_ns(until_ns)

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
        if ordinal > self.workers.rows and not self._final:
            self.workers.reopen()
        if ordinal > self.workers.rows:
            return None
        return int(self.workers["pid"][ordinal - 1]) or None

    def find(self, row: int) -> tuple[Lane, int] | None:
        """The lane of the task in `row` and its place there; None before it is over."""
        ordinal = int(self.tasks["worker"][row])
        if not 1 <= ordinal <= len(self.lanes):
            return None
        lane = self.lanes[ordinal - 1]
        place = lane.place_of(row)
        return None if place is None else (lane, place)

    def update(self, *, ended: bool = False, limit: int | None = None) -> bool:
        """Take in what is new; True when anything is.

        ended: nobody writes any more, from now on. limit: take in about so many rows at most, and
        be `behind` when that was not all; then another call goes on. Without it all is taken in.
        """
        before = (self.counts, len(self.lanes), self.intake.taken, self.ended)
        self._final = self._final or ended
        rows = UNLIMITED if limit is None else limit
        lanes = UNLIMITED if limit is None else LANES_AT_ONCE
        self.behind = self.roster.meet(ended=self._final, most=lanes)
        dead = self.roster.dead()  # their last words are written
        self.intake.update(final=self._final, limit=rows)
        self.intake.note_running()
        self.behind |= self.intake.behind
        if self._final and not self.ended and not self.behind:
            self._settle(rows)
        if not self.behind:
            self.roster.part_with(self.living if self._final else dead, self.intake.busy)
        return before != (self.counts, len(self.lanes), self.intake.taken, self.ended)

    def _settle(self, limit: int) -> None:
        self._last_look.step(limit)
        self.behind = not self._last_look.done
        if self._last_look.done:
            self.intake.tally.settle(self._last_look.result_lost)
            self.ended = True
