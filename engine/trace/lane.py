"""One worker's part of a trace."""

from dataclasses import dataclass

import numpy as np

from .columns import GrowingRows, Ints
from .layout import NO_CHUNK, Phase
from .reader import Columns

NO_ROWS: Ints = np.zeros(0, np.int32)
NO_TIMES: Ints = np.zeros(0, np.int64)


@dataclass
class Likely:
    """How many tasks each lane will get, as far as anybody can tell."""

    tasks: int = 0


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

    __slots__ = (
        "_breaks",
        "_likely",
        "_tasks",
        "busy_ns",
        "ordinal",
        "over",
        "replaced",
        "replaces",
        "running",
        "workers",
    )

    def __init__(self, ordinal: int, workers: Columns, likely: Likely | None = None) -> None:
        self.ordinal = ordinal
        self._likely = likely
        self.workers = workers
        self.running: tuple[int, int] | None = None
        self.replaces: Lane | None = None
        self.replaced = False
        self.over = False
        self.busy_ns = 0
        # Most lanes of a run with many are short, and few chunks break: made when needed.
        self._tasks: GrowingRows | None = None
        self._breaks: GrowingRows | None = None

    def __len__(self) -> int:
        return 0 if self._tasks is None else len(self._tasks)

    @property
    def nbytes(self) -> int:
        """Of memory, for what it holds by task and by broken chunk; room to grow included."""
        return sum(rows.nbytes for rows in (self._tasks, self._breaks) if rows is not None)

    @property
    def rows(self) -> Ints:
        return NO_ROWS if self._tasks is None else self._tasks[0]

    @property
    def begun(self) -> Ints:
        return NO_TIMES if self._tasks is None else self._tasks[1]

    @property
    def ended(self) -> Ints:
        return NO_TIMES if self._tasks is None else self._tasks[2]

    @property
    def busy_before(self) -> Ints:
        return NO_TIMES if self._tasks is None else self._tasks[3]

    def place_of(self, row: int) -> int | None:
        """Where the task in `row` stands in the arrays; None when it is not there."""
        rows = self.rows
        # Of their own type: with another one numpy would turn all of them into it first.
        place = int(np.searchsorted(rows, np.int32(row)))
        return place if place < len(rows) and rows[place] == row else None

    def busy_until(self, time_ns: int) -> int:
        """ns that the worker had spent in its finished and lost tasks by then."""
        place = int(np.searchsorted(self.ended, time_ns, side="right"))
        if place == len(self):
            return self.busy_ns
        return int(self.busy_before[place]) + max(time_ns - int(self.begun[place]), 0)

    def busy_so_far(self, time_ns: int) -> int:
        """ns that the worker had spent in tasks by then, the one in hand included."""
        running = max(time_ns - self.running[1], 0) if self.running is not None else 0
        return self.busy_until(time_ns) + running

    @property
    def until_ns(self) -> int:
        """When its last task ended; 0 without any."""
        return int(self.ended[-1]) if len(self) else 0

    @property
    def broken_at(self) -> Ints:
        return NO_TIMES if self._breaks is None else self._breaks[0]

    @property
    def never_run(self) -> Ints:
        return NO_ROWS if self._breaks is None else self._breaks[1]

    @property
    def never_run_count(self) -> Ints:
        return NO_ROWS if self._breaks is None else self._breaks[2]

    def note_broken(self, at_ns: Ints, rows: Ints, counts: Ints) -> None:
        """Take in chunks that broke after all that are here."""
        if self._breaks is None:
            self._breaks = GrowingRows(np.int64, np.int32, np.int32)
        self._breaks.extend(at_ns, rows, counts)

    def append(self, rows: Ints, begun: Ints, ended: Ints) -> None:
        """Take in tasks that ended after all that are here."""
        if self._tasks is None:
            self._tasks = GrowingRows(np.int32, np.int64, np.int64, np.int64)
        before = ended - begun
        before[0] += self.busy_ns
        sums = before.cumsum()
        busy_ns = int(sums[-1])
        likely = 0 if self._likely is None else self._likely.tasks
        # Exclusive sums: each of them less its own duration, which the first has not got twice.
        before[0] -= self.busy_ns
        self._tasks.extend(rows, begun, ended, sums - before, likely=likely)
        self.busy_ns = busy_ns

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
