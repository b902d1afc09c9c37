"""What all processes of a run used together, round by round, and the last of each.

Both the app, which has just looked, and a reader of the file take their rows in here.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..trace.columns import Growing, Ints
from .layout import SAMPLES, ProcessState

Floats = npt.NDArray[np.float64]
NAMES = SAMPLES.columns
WIDTH = len(NAMES)
ROUND, AT, PROCESS, CPU, RSS, THREADS, STATE, CHILDREN = range(WIDTH)
FEW = 64


class Series(NamedTuple):
    """Values over time: at_ns ascending."""

    at_ns: Ints
    values: Floats


class Curve:
    """Values over time; the last may be one for now only, until the next is put in its place."""

    def __init__(self) -> None:
        self._at, self._values = Growing(np.int64), Growing(np.float64)
        self._for_now: tuple[Ints, Floats] | None = None

    def put(self, at_ns: Ints, values: Floats) -> None:
        self._for_now = None
        self._at.extend(at_ns)
        self._values.extend(values)  # type: ignore[arg-type]

    def put_for_now(self, at_ns: Ints, values: Floats) -> None:
        self._for_now = (at_ns, values)

    @property
    def series(self) -> Series:
        at_ns, values = self._at.values, self._values.values
        if self._for_now is not None:
            at_ns = np.concatenate((at_ns, self._for_now[0]))
            values = np.concatenate((values, self._for_now[1]))
        return Series(at_ns, values)  # type: ignore[arg-type]


class Kinds:
    """What is to be known of processes to add them up; a value each, by number."""

    def __init__(self) -> None:
        self.count = 0
        self.worker = np.zeros(FEW, bool)
        self.parent = np.zeros(FEW, bool)  # of workers
        self.started = np.zeros(FEW, bool)  # by tasks
        self.owner = np.full(FEW, -1)  # the worker that it is, or that started it; -1: none
        self.born_ns = np.zeros(FEW, np.int64)
        self.first_worker_ns: float = math.inf

    def add(self, born_ns: int) -> None:
        if self.count == len(self.worker):
            for name in ("worker", "parent", "started", "born_ns"):
                array = getattr(self, name)
                setattr(self, name, np.concatenate((array, np.zeros_like(array))))
            self.owner = np.concatenate((self.owner, np.full_like(self.owner, -1)))
        self.born_ns[self.count] = born_ns
        self.count += 1


class Ended:
    """What processes used after the last look at them.

    A parent is told by the system what each child of its had used when it ended and was waited for.
    Less what the looks have told of those, that is what nobody saw; so it stays right where they
    live for less than a round. It may be told after one was seen to have gone: nothing is paid out
    before all that was seen has come in.
    """

    def __init__(self) -> None:
        self._owed = 0.0
        self.paid = 0.0

    def take(self, told: npt.NDArray[Any], seen: npt.NDArray[Any]) -> Floats:
        """What is paid out, by round."""
        owed = self._owed + np.cumsum(told - seen)
        paid = np.maximum(np.maximum.accumulate(owed), self.paid)
        more: Floats = np.diff(paid, prepend=self.paid)
        self._owed, self.paid = float(owed[-1]), float(paid[-1])
        return more


class Curves:
    """workers_cpu: CPUs. own_cpu: the same of all processes of the run, whoever started them; not
    for now. workers_rss: bytes. workers_runnable: a share, or nan. last, cpu: of each process by
    number; cpu is nan where there was no look before, and a row of `last` is 0 where there was none
    at all.
    """

    def __init__(self) -> None:
        self.kinds = Kinds()
        self.workers_cpu, self.workers_rss = Curve(), Curve()
        self.workers_runnable, self.own_cpu = Curve(), Curve()
        self.last = np.zeros((FEW, WIDTH), np.int64)
        self.cpu = np.full(FEW, math.nan)
        self._kept = np.zeros((FEW, WIDTH), np.int64)  # the last that were kept
        self._kept_cpu = np.full(FEW, math.nan)
        self._round_ns = 0  # the last that was kept
        self._workers_ended, self._started_ended = Ended(), Ended()
        self._started_ns = 0.0  # of CPU time, as far as the looks tell it

    def take(self, rows: Ints) -> None:
        """Rows of whole rounds, in the order of SAMPLES.

        Raises ValueError when a process is in a round twice, or time or CPU time runs backwards.
        """
        if not len(rows):
            return
        self._make_room()
        if rows[0, ROUND] <= self._round_ns:
            raise ValueError("a round that comes twice")
        order = np.argsort(rows[:, PROCESS], kind="stable")
        ordered = rows[order]
        firsts = np.diff(ordered[:, PROCESS], prepend=-1) != 0
        before = np.concatenate((ordered[:1], ordered[:-1]))
        before[firsts] = self._kept[ordered[firsts, PROCESS]]
        _check_order(before, ordered)
        begins = np.flatnonzero(np.diff(rows[:, ROUND], prepend=self._round_ns))
        rounds = rows[begins, ROUND]
        place = np.searchsorted(rounds, ordered[:, ROUND])
        previous = np.concatenate(([self._round_ns], rounds[:-1]))
        used, cpu = self._used(before, ordered, previous[place])
        worker = self.kinds.worker[ordered[:, PROCESS]]
        spans = np.maximum(rounds - previous, 1)
        of_workers = self._of_workers(before, ordered, place, rounds) / spans
        of_started = self._of_started(before, ordered, place, len(rounds)) / spans
        of_all = np.bincount(place, used, len(rounds)) + of_workers + of_started
        used = np.where(worker, used, 0.0)
        self.workers_cpu.put(rounds, np.bincount(place, used, len(rounds)) + of_workers)
        self.own_cpu.put(rounds, of_all)
        self.workers_rss.put(rounds, self._rss(ordered, place, len(rounds)))
        self.workers_runnable.put(rounds, self._runnable(ordered, place, len(rounds)))
        lasts = np.append(firsts[1:], True)
        numbers = ordered[lasts, PROCESS]
        self._kept[numbers] = self.last[numbers] = ordered[lasts]
        self._kept_cpu[numbers] = self.cpu[numbers] = cpu[lasts]
        self._round_ns = int(rounds[-1])

    def take_for_now(self, rows: Ints) -> None:
        """Those of one round that is not kept."""
        if not len(rows):
            return
        self._make_room()
        numbers = rows[:, PROCESS]
        rounds = rows[:1, ROUND]
        place = np.zeros(len(rows), np.int64)
        used, _ = self._used(self._kept[numbers], rows, place + self._round_ns)
        used = used[self.kinds.worker[numbers]]
        self.workers_cpu.put_for_now(rounds, np.array([used.sum()]))
        self.workers_rss.put_for_now(rounds, self._rss(rows, place, 1))
        self.workers_runnable.put_for_now(rounds, self._runnable(rows, place, 1))
        _, self.cpu[numbers] = self._used(self.last[numbers], rows, place)
        self.last[numbers] = rows

    def settle(self) -> None:
        """The end: what is shown is from now on what was kept."""
        self.cpu[:] = self._kept_cpu

    def _make_room(self) -> None:
        missing = self.kinds.count - len(self.last)
        if missing > 0:
            more = max(missing, len(self.last))
            nothing, never = np.zeros((more, WIDTH), np.int64), np.full(more, math.nan)
            self.last = np.concatenate((self.last, nothing))
            self._kept = np.concatenate((self._kept, nothing))
            self.cpu = np.concatenate((self.cpu, never))
            self._kept_cpu = np.concatenate((self._kept_cpu, never))

    def _used(self, before: Ints, rows: Ints, previous_ns: Ints) -> tuple[Floats, Floats]:
        """CPUs that each row's process used since the row before it; and the same as `cpu` has it.

        What it had used at the first look was used since its birth, or since the round before,
        whichever is longer ago.
        """
        numbers = rows[:, PROCESS]
        known = before[:, AT] != 0
        gone = rows[:, STATE] == ProcessState.GONE
        born = self.kinds.born_ns[numbers]
        begun = np.where(previous_ns == 0, born, np.minimum(previous_ns, born))
        since = np.where(known, before[:, AT], np.where(born == 0, previous_ns, begun))
        until = np.where(gone, rows[:, ROUND], rows[:, AT])
        span = until - since
        there = (span > 0) & (since > 0)
        share = np.where(there, (rows[:, CPU] - before[:, CPU]) / np.maximum(span, 1), 0.0)
        of_all = np.where(known & ~gone & there, share, math.nan)
        return share, of_all

    @property
    def started_ns(self) -> float:
        """CPU time of all processes that tasks started, and of those that these did."""
        return self._started_ns + self._started_ended.paid

    def _of_workers(self, before: Ints, rows: Ints, place: Ints, rounds: Ints) -> Floats:
        """ns of CPU time that workers used after the last look at them, by round: of those the host
        is told, or the fork server."""
        numbers = rows[:, PROCESS]
        told = np.where(before[:, AT] != 0, rows[:, CHILDREN] - before[:, CHILDREN], 0)
        told = np.where(self.kinds.parent[numbers], told, 0)
        told[rows[:, ROUND] < self.kinds.first_worker_ns] = 0
        gone = self.kinds.worker[numbers] & (rows[:, STATE] == ProcessState.GONE)
        seen = np.where(gone, rows[:, CPU] + rows[:, CHILDREN], 0)
        count = len(rounds)
        return self._workers_ended.take(
            np.bincount(place, told, count), np.bincount(place, seen, count)
        )

    def _of_started(self, before: Ints, rows: Ints, place: Ints, rounds: int) -> Floats:
        """The same of processes that tasks started: of those the workers are told, and others of
        theirs."""
        numbers = rows[:, PROCESS]
        worker, started = self.kinds.worker[numbers], self.kinds.started[numbers]
        if not started.any() and not rows[worker, CHILDREN].any():
            return np.zeros(rounds)
        self._started_ns += float((rows[started, CPU] - before[started, CPU]).sum(dtype=float))
        told = np.where(worker | started, rows[:, CHILDREN] - before[:, CHILDREN], 0)
        gone = started & (rows[:, STATE] == ProcessState.GONE)
        seen = np.where(gone, rows[:, CPU] + rows[:, CHILDREN], 0)
        return self._started_ended.take(
            np.bincount(place, told, rounds), np.bincount(place, seen, rounds)
        )

    def _runnable(self, rows: Ints, place: Ints, rounds: int) -> Floats:
        """The share of living workers that ran, or wanted to, or of whom something did that their
        tasks had started; nan without any."""
        numbers = rows[:, PROCESS]
        living = self.kinds.worker[numbers] & (rows[:, STATE] != ProcessState.GONE)
        owner = self.kinds.owner[numbers]
        running = (owner >= 0) & (rows[:, STATE] == ProcessState.RUNNING)
        count = np.bincount(place, living, rounds)
        pairs = np.unique(place[running] * len(self.kinds.owner) + owner[running])
        ran = np.bincount(pairs // len(self.kinds.owner), minlength=rounds)
        share = np.minimum(ran / np.maximum(count, 1), 1.0)
        return np.where(count > 0, share, math.nan)

    def _rss(self, rows: Ints, place: Ints, rounds: int) -> Floats:
        counted = self.kinds.worker[rows[:, PROCESS]] & (rows[:, STATE] != ProcessState.GONE)
        return np.bincount(place, np.where(counted, rows[:, RSS], 0), rounds).astype(np.float64)


def _check_order(before: Ints, rows: Ints) -> None:
    """Of each row and the one before it of the same process, 0 where there is none."""
    gone = rows[:, STATE] == ProcessState.GONE
    again = before[:, AT] != 0
    fits = (before[:, ROUND] < rows[:, ROUND]) & (before[:, AT] <= rows[:, AT])
    fits &= ~again | (before[:, STATE] != ProcessState.GONE)
    fits &= (rows[:, AT] >= rows[:, ROUND]) | gone
    for name in (CPU, CHILDREN):
        fits &= before[:, name] <= rows[:, name]
    if not bool(fits.all()):
        raise ValueError("a process of which time runs backwards")
