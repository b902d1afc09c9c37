"""One worker's part of a trace."""

import numpy as np

from .columns import Growing, Ints
from .layout import NO_CHUNK, Phase
from .reader import Columns


class Lane:
    """The tasks that one worker ran, in the order in which it ran them.

    The arrays are sorted by time and have an item a finished or lost task: `rows` (int32) numbers
    its row in the task table, `begun` and `ended` are times in ns, `busy_before` is the ns that
    the worker spent in tasks before this one.
    running: row and begin of the task in hand, or None.
    replaces: the worker whose slot it took over, or None. replaced: another has taken over its own.
    over: the worker is gone, and nothing more will come into this lane.
    broken_at, never_run, never_run_count: an item for each chunk that broke before all of its tasks
    had begun: the time in ns, the row of the first task that was never run, and how many were not.
    """

    def __init__(self, ordinal: int, workers: Columns) -> None:
        self.ordinal = ordinal
        self.workers = workers
        self.running: tuple[int, int] | None = None
        self.replaces: Lane | None = None
        self.replaced = False
        self.over = False
        self._rows = Growing(np.int32)
        self._begun = Growing(np.int64)
        self._ended = Growing(np.int64)
        self._busy_before = Growing(np.int64)
        self._broken_at = Growing(np.int64)
        self._never_run = Growing(np.int32)
        self._never_run_count = Growing(np.int32)
        self.busy_ns = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Ints:
        return self._rows.values

    @property
    def begun(self) -> Ints:
        return self._begun.values

    @property
    def ended(self) -> Ints:
        return self._ended.values

    @property
    def busy_before(self) -> Ints:
        return self._busy_before.values

    def busy_until(self, time_ns: int) -> int:
        """ns that the worker had spent in its finished and lost tasks by then."""
        place = int(np.searchsorted(self.ended, time_ns, side="right"))
        if place == len(self):
            return self.busy_ns
        return int(self.busy_before[place]) + max(time_ns - int(self.begun[place]), 0)

    @property
    def broken_at(self) -> Ints:
        return self._broken_at.values

    @property
    def never_run(self) -> Ints:
        return self._never_run.values

    @property
    def never_run_count(self) -> Ints:
        return self._never_run_count.values

    def note_broken(self, at_ns: Ints, rows: Ints, counts: Ints) -> None:
        """Take in chunks that broke after all that are here."""
        self._broken_at.extend(at_ns)
        self._never_run.extend(rows)
        self._never_run_count.extend(counts)

    def append(self, rows: Ints, begun: Ints, ended: Ints) -> None:
        """Take in tasks that ended after all that are here."""
        sums = np.cumsum(ended - begun)
        self._rows.extend(rows)
        self._begun.extend(begun)
        self._ended.extend(ended)
        self._busy_before.extend(np.concatenate(([0], sums[:-1])) + self.busy_ns)
        self.busy_ns += int(sums[-1])

    def _said(self, column: str) -> int:
        return int(self.workers[column][self.ordinal - 1])

    @property
    def pid(self) -> int:
        """0 until the worker has said it."""
        return self._said("pid")

    @property
    def ppid(self) -> int:
        return self._said("ppid")

    @property
    def slot(self) -> int:
        return self._said("slot")

    @property
    def born_ns(self) -> int:
        return self._said("born")

    @property
    def ready_ns(self) -> int:
        """When it first asked for work; 0 before."""
        return self._said("ready")

    @property
    def initializing_ns(self) -> tuple[int, int]:
        """When it called the pool's initializer, and when that returned; 0 before, or without."""
        return self._said("initializing"), self._said("initialized")

    @property
    def initializer_ns(self) -> int | None:
        """How long the initializer took; None without one, and before it has returned."""
        called_ns, returned_ns = self.initializing_ns
        return returned_ns - called_ns if returned_ns else None

    @property
    def died_ns(self) -> int:
        """When the host saw its end; 0 while it lives."""
        return self._said("died")

    @property
    def exit_code(self) -> int | None:
        """As of multiprocessing.Process; None while it lives."""
        return self._said("exit_code") if self.died_ns else None

    @property
    def left(self) -> bool:
        """It has gone by itself, when Pool's loop in it was over."""
        return self.exit_code == 0 and self._said("phase") == Phase.LEAVING

    @property
    def phase(self) -> Phase:
        return Phase(self._said("phase"))

    @property
    def chunk(self) -> int | None:
        """The chunk in hand."""
        chunk = self._said("chunk")
        return None if chunk == NO_CHUNK else chunk
