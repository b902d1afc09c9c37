"""The workers of a run as lanes: who lives, and what all of them have told of themselves."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..problem import Kind, Problem, ProblemError
from .columns import Growing, Ints
from .lane import Lane, Likely
from .layout import TASKS, WORKERS
from .reader import Columns

SAID = ("pid", "ready", "died", "exit_code", "initializing", "initialized")
"""Columns that a worker, or the host for it, fills in after its birth."""


@dataclass(frozen=True)
class Told:
    """What some workers have told of themselves, added up. Times in ns.

    said: another number whenever one of them has told something more.
    begun_ns: when the last of them had started, or had died before it could; 0 without any.
    died_ns: when the last of them was seen to be dead; 0 while all live.
    initializers, initializers_ns: how many initializers have returned, and what they took together.
    initializing: one has been called.
    """

    said: int = 0
    begun_ns: int = 0
    died_ns: int = 0
    initializers: int = 0
    initializers_ns: int = 0
    initializing: bool = False

    def plus(self, other: "Told") -> "Told":
        """Of these and others together."""
        return Told(
            self.said + other.said,
            max(self.begun_ns, other.begun_ns),
            max(self.died_ns, other.died_ns),
            self.initializers + other.initializers,
            self.initializers_ns + other.initializers_ns,
            self.initializing or other.initializing,
        )


def told_by(workers: Columns, places: Ints | slice) -> Told:
    """Of the workers in these rows of their table."""
    columns = {name: workers[name][places] for name in SAID}
    ready, died = columns["ready"], columns["died"]
    if not len(ready):
        return Told()
    called, returned = columns["initializing"], columns["initialized"]
    over = returned != 0
    moments = (np.where(ready == 0, died, ready), called, returned)
    return Told(
        said=sum(int(column.sum()) for column in columns.values()),
        begun_ns=max(int(column.max()) for column in moments),
        died_ns=int(died.max()),
        initializers=int(np.count_nonzero(over)),
        initializers_ns=int((returned - called)[over].sum()),
        initializing=bool(called.any()),
    )


class Roster:
    """The workers in `folder`.

    workers: their table. lanes: one a worker, in the order of birth; a worker's ordinal is its
    lane's number + 1. living: those into which something may still come.

    What all of them together have told or done costs by those that live: of the others, who say
    and do nothing any more, the sums are kept.
    """

    def __init__(self, folder: Path, tasks: int) -> None:
        """tasks: of the whole run."""
        self._tasks, self._likely = tasks, Likely()
        self.workers = Columns(folder, WORKERS)
        self.lanes: list[Lane] = []
        self.living: list[Lane] = []
        self._places: Ints = np.zeros(0, np.int64)  # of the living, in the table
        self._last_of_slot: dict[int, Lane] = {}
        self._told_by_gone = Told()
        self._gone_busy_ns = self._gone_until_ns = 0
        self._gone, self._gone_until = Growing(np.int32), Growing(np.int64)

    def meet(self, *, ended: bool, most: int) -> bool:
        """Make lanes for those who are new, at most so many; True when there may be more.

        ended: also for those who have not said their PID.
        """
        if self.workers["born"][-1]:  # full: the host makes it grow
            self.workers.reopen()
        first = len(self.lanes)
        new = slice(first, min(first + most, self.workers.rows))
        there = self.workers["born"][new] != 0
        if not ended:
            there &= self.workers["pid"][new] != 0
        missing = np.flatnonzero(~there)
        count = int(missing[0]) if len(missing) else len(there)
        self._add(count)
        return count == most

    def lane_of(self, ordinal: int) -> Lane:
        """The lane of a worker, also of one that has not been met; raises ProblemError."""
        if ordinal > self.workers.rows:
            self.workers.reopen()
        if not 1 <= ordinal <= self.workers.rows:
            values = {"path": TASKS.file_name, "error": f"there is no worker {ordinal}"}
            raise ProblemError(Problem(Kind.NOT_A_RUN, None, values))
        self._add(ordinal - len(self.lanes))
        return self.lanes[ordinal - 1]

    def _add(self, count: int) -> None:
        if count <= 0:
            return
        first = len(self.lanes)
        for slot in self.workers["slot"][first : first + count].tolist():
            lane = Lane(len(self.lanes) + 1, self.workers, self._likely)
            lane.replaces = self._last_of_slot.get(slot)
            if lane.replaces is not None:
                lane.replaces.replaced = True
            self._last_of_slot[slot] = lane
            self.lanes.append(lane)
        self.living += self.lanes[first:]
        self._places = np.concatenate((self._places, np.arange(first, first + count)))
        self._likely.tasks = self._tasks // len(self.living)

    def dead(self) -> list[Lane]:
        """Those among the living who have been seen to be dead."""
        died = np.flatnonzero(self.workers["died"][self._places] != 0)
        return [self.living[place] for place in died.tolist()]

    def part_with(self, dead: list[Lane], busy: Ints) -> None:
        """Nothing more comes from the dead but what became of a chunk that one had in hand.

        busy: ordinals of those who have one.
        """
        if not dead:
            return
        has_one = set(busy.tolist())
        parted = [lane for lane in dead if lane.ordinal not in has_one]
        for lane in parted:
            lane.over = True
        self.living = [lane for lane in self.living if not lane.over]
        self._places = np.array([lane.ordinal - 1 for lane in self.living], np.int64)
        self._add_up(parted)

    def _add_up(self, gone: list[Lane]) -> None:
        places = np.array([lane.ordinal - 1 for lane in gone], np.int64)
        self._told_by_gone = self._told_by_gone.plus(told_by(self.workers, places))
        self._gone_busy_ns += sum(lane.busy_ns for lane in gone)
        until = np.array([lane.until_ns for lane in gone], np.int64)
        self._gone_until_ns = max(self._gone_until_ns, int(until.max(initial=0)))
        self._gone.extend(places)
        self._gone_until.extend(until)

    @property
    def told(self) -> Told:
        """Of all workers."""
        return self._told_by_gone.plus(told_by(self.workers, self._places))

    def busy_ns(self, until_ns: int) -> int:
        """ns that all workers have spent in tasks until then, those in hand included."""
        busy_ns = self._gone_busy_ns + sum(lane.busy_so_far(until_ns) for lane in self.living)
        if self._gone_until_ns > until_ns:  # tasks that went on when the run had come to its end
            late = self._gone.values[self._gone_until.values > until_ns]
            lanes = [self.lanes[place] for place in late.tolist()]
            busy_ns -= sum(lane.busy_ns - lane.busy_so_far(until_ns) for lane in lanes)
        return busy_ns
