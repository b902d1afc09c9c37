"""Tasks in the order of a figure: the longest first, or failures as they came. Pure.

Ten million tasks are not sorted at once: that would take a second. They are sorted in blocks, one
a step, and a question is answered by a search in all blocks together.
"""

from collections.abc import Callable

import numpy as np

from .columns import Ints
from .layout import TaskState
from .trace import Trace

BLOCK = 16_384
"""Rows sorted in one step."""
NEVER_NS = np.iinfo(np.int64).max


class Order:
    """Rows by a figure, the smallest first; equal ones by row. Four bytes a row.

    figures_of: the figures of rows (int64). That of a row must not change while it is in here.
    A place is how many rows come before.
    """

    def __init__(self, most: int, figures_of: Callable[[Ints], Ints]) -> None:
        """most: rows that there can be."""
        self._figures_of = figures_of
        blocks = -(-most // BLOCK)
        self._rows: Ints = np.zeros((blocks, BLOCK), np.int32)
        self._sizes = np.zeros(blocks, np.int64)
        self.used = 0  # blocks
        self.count = 0

    def size(self, block: int) -> int:
        """How many rows a block holds."""
        return int(self._sizes[block])

    def put(self, block: int, rows: Ints) -> None:
        """Have these rows, at most BLOCK, in a block instead of those that it holds."""
        rows = np.sort(rows)
        rows = rows[np.argsort(self._figures_of(rows), kind="stable")]
        self._rows[block, : len(rows)] = rows
        self.count += len(rows) - int(self._sizes[block])
        self._sizes[block] = len(rows)
        self.used = max(self.used, block + 1)

    def clear(self) -> None:
        """Hold no rows."""
        self._sizes[:] = 0
        self.used = self.count = 0

    def _places(self, figure: int, row: int) -> Ints:
        """By block, how many of its rows come before `row`, which has this figure."""
        sizes, every = self._sizes[: self.used], np.arange(self.used)
        low, high = np.zeros(self.used, np.int64), sizes.copy()
        for _ in range(BLOCK.bit_length()):
            middle = np.minimum((low + high) // 2, BLOCK - 1)
            there = self._rows[every, middle]
            figures = self._figures_of(there)
            before = (figures < figure) | ((figures == figure) & (there < row))
            before &= low < high
            low = np.where(before, middle + 1, low)
            high = np.where(before, high, np.minimum(middle, high))
        return low

    def place(self, figure: int, row: int) -> int:
        """How many rows come before `row`, which has this figure."""
        return int(self._places(figure, row).sum())

    def after(self, figure: int, row: int) -> int | None:
        """The row that comes after `row`, which has this figure and may be in here or not."""
        places = self._places(figure, row)
        blocks = np.flatnonzero(places < self._sizes[: self.used])
        same = self._rows[blocks, places[blocks]] == row
        places[blocks[same]] += 1
        blocks = np.flatnonzero(places < self._sizes[: self.used])
        rows = self._rows[blocks, places[blocks]]
        if not len(rows):
            return None
        figures = self._figures_of(rows)
        return int(rows[figures == figures.min()].min())

    def before(self, figure: int, row: int) -> int | None:
        """The row that comes before `row`, which has this figure and may be in here or not."""
        places = self._places(figure, row)
        blocks = np.flatnonzero(places > 0)
        rows = self._rows[blocks, places[blocks] - 1]
        if not len(rows):
            return None
        figures = self._figures_of(rows)
        return int(rows[figures == figures.max()].max())

    @property
    def first(self) -> int | None:
        return self.after(np.iinfo(np.int64).min, -1)

    @property
    def last(self) -> int | None:
        return self.before(NEVER_NS, np.iinfo(np.int32).max)


class Longest:
    """The tasks that came to an end of their own, done or raised, the longest first.

    `look` sees what has ended by now, `step` takes it in; until `ready` the order lacks some.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        # Of the trace, not of itself: a circle would keep a large run in memory for long.
        self.order = Order(trace.total, lambda rows: -took_ns(trace, rows))
        blocks = -(-trace.total // BLOCK)
        self._settled = np.zeros(blocks, np.bool_)  # nothing can change in there any more
        self._due: list[int] = []

    @property
    def ready(self) -> bool:
        return not self._due

    def look(self) -> None:
        """See to it that all which has ended by now is taken in."""
        if self._trace.ended and self._settled.all():
            return
        self._due = np.flatnonzero(~self._settled)[::-1].tolist()

    def step(self) -> None:
        """Take in a block of rows."""
        if not self._due:
            return
        block = self._due.pop()
        ended = self._trace.ended  # read before the states
        first = block * BLOCK
        states = self._trace.tasks["state"][first : first + BLOCK].copy()
        finished = (states == TaskState.DONE) | (states == TaskState.RAISED)
        if np.count_nonzero(finished) != self.order.size(block):
            self.order.put(block, np.flatnonzero(finished) + first)
        self._settled[block] = ended or not (states == TaskState.OPEN).any()

    def holds(self, row: int) -> bool:
        """Whether the task in `row` can be in the order: it has come to an end of its own."""
        state = int(self._trace.tasks["state"][row])
        return state in (TaskState.DONE, TaskState.RAISED)

    def place(self, row: int) -> int:
        """How many tasks took longer."""
        return self.order.place(self._figure(row), row)

    def slower(self, row: int) -> int | None:
        """The one that comes before it; None for the longest."""
        return self.order.before(self._figure(row), row)

    def faster(self, row: int) -> int | None:
        """The one that comes after it; None for the shortest."""
        return self.order.after(self._figure(row), row)

    def took_ns_of(self, row: int) -> int:
        """How long the task in `row` took, which has ended."""
        return int(took_ns(self._trace, np.array([row]))[0])

    def _figure(self, row: int) -> int:
        return -self.took_ns_of(row)


class Failed:
    """Raised and lost tasks in the order in which they ended; to be used as Longest is."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self.order = Order(trace.total, lambda rows: ends_of(trace, rows))
        self._taken = 0  # of trace.bad_rows
        self._known = 0  # how many there were at the last look
        self._ended = trace.ended

    @property
    def ready(self) -> bool:
        return self._taken == self._known

    def look(self) -> None:
        """See to it that all which has failed by now is taken in."""
        if self._trace.ended and not self._ended:  # the ends of lost ones have been written
            self.order.clear()
            self._taken, self._ended = 0, True
        self._known = len(self._trace.bad_rows)

    def step(self) -> None:
        """Take in a block of rows."""
        if self.ready:
            return
        first = self._taken // BLOCK * BLOCK
        rows = self._trace.bad_rows[first : min(first + BLOCK, self._known)]
        self.order.put(first // BLOCK, rows)
        self._taken = first + len(rows)

    def place(self, row: int) -> int:
        """How many failed before the task in `row` ended."""
        return self.order.place(self._figure(row), row)

    def before(self, row: int) -> int | None:
        """The last one that failed before the task in `row` ended."""
        return self.order.before(self._figure(row), row)

    def after(self, row: int) -> int | None:
        """The first one that failed after the task in `row` ended."""
        return self.order.after(self._figure(row), row)

    def _figure(self, row: int) -> int:
        return int(ends_of(self._trace, np.array([row]))[0])


def took_ns(trace: Trace, rows: Ints) -> Ints:
    """How long tasks took that have come to an end of their own."""
    return trace.tasks["ended"][rows] - trace.tasks["begun"][rows]


def ends_of(trace: Trace, rows: Ints) -> Ints:
    """When tasks ended, in ns: lost ones when their workers died; NEVER_NS while nobody knows."""
    ended = trace.tasks["ended"][rows]
    if (ended != 0).all():
        return ended
    workers = trace.tasks["worker"][rows]
    known = (workers >= 1) & (workers <= trace.workers.rows)
    died = trace.workers["died"][np.where(known, workers - 1, 0)]
    died = np.where(known & (died != 0), died, NEVER_NS)
    return np.where(ended != 0, ended, np.maximum(died, trace.tasks["begun"][rows]))
