"""Times of many lanes added up in rows and bins, at the cost of what is added. Pure."""

import numpy as np
import numpy.typing as npt

from ..trace.columns import Ints

ROWS, BINS = 64, 2048
"""About what a window's width shows: of the bins at least half are in use."""

Bools = npt.NDArray[np.bool_]


class Grid:
    """Rows of time bins; times are ns since the beginning of the grid, and add up exactly.

    busy: ns by row and bin. alive: ns in which there was somebody to be busy, as far as that is
    noted. bad: where something went wrong. bin_ns: how long a bin is, a power of two.

    A time beyond the last bin makes each bin twice as long: neighbours are added up.
    """

    def __init__(self, rows: int = ROWS, bins: int = BINS) -> None:
        self.bin_ns = 1
        self.busy: Ints = np.zeros((rows, bins), np.int64)
        self.alive: Ints = np.zeros((rows, bins), np.int64)
        self.bad: Bools = np.zeros((rows, bins), np.bool_)
        self._used = False

    @property
    def end_ns(self) -> int:
        """The first time that has no bin."""
        return int(self.busy.shape[1]) * self.bin_ns

    def reach(self, time_ns: int) -> None:
        """Have a bin for this time."""
        while time_ns >= self.end_ns:
            self.bin_ns *= 2
            for table, add in self._tables() if self._used else ():
                _halve(table.T, add)

    def _use(self, until_ns: int) -> None:
        self.reach(until_ns)
        self._used = True

    def join_rows(self, first: int, stop: int) -> None:
        """Put these rows together two by two; those at the end become free."""
        for table, add in self._tables():
            _halve(table[first:stop], add)

    def _tables(self) -> tuple[tuple[npt.NDArray[np.generic], np.ufunc], ...]:
        return (self.busy, np.add), (self.alive, np.add), (self.bad, np.logical_or)

    def add_busy(self, rows: Ints, begun: Ints, ended: Ints) -> None:
        """Add spans, each to its row, in any order."""
        self._use(int(np.max(ended, initial=0)))
        add_spans(self.busy, rows, begun, ended, self.bin_ns)

    def add_alive(self, rows: Ints, begun: Ints, ended: Ints) -> None:
        self._use(int(np.max(ended, initial=0)))
        add_spans(self.alive, rows, begun, ended, self.bin_ns)

    def add_lane(self, row: int, begun: Ints, ended: Ints, before: Ints, origin_ns: int) -> int:
        """Add tasks that come one after the other; `before`: the ns of those before each.

        Here begun and ended are times of the run's clock, and the grid begins at `origin_ns`: they
        are searched, not copied. Costs by the bins that they cover; returns how many edges.
        """
        end_ns = int(ended[-1]) - origin_ns
        self._use(end_ns)
        first = max(int(begun[0]) - origin_ns, 0) // self.bin_ns
        last = max(end_ns // self.bin_ns, first)
        edges = np.arange(first, last + 2) * self.bin_ns + origin_ns
        busy = busy_until(edges, begun, ended, before)
        self.busy[row, first : last + 1] += np.diff(busy)
        return len(edges)

    def mark_bad(self, rows: Ints, begun: Ints, ended: Ints) -> None:
        """Mark every bin that these spans touch."""
        self._use(int(np.max(ended, initial=0)))
        first, last = begun // self.bin_ns, ended // self.bin_ns
        self.bad[rows, first] = True
        self.bad[rows, last] = True
        wide = last - first > 1
        if wide.any():
            low, depth = _between(len(self.bad), rows[wide], first[wide], last[wide])
            self.bad[:, low : low + depth.shape[1]] |= depth > 0


def busy_until(times_ns: Ints, begun: Ints, ended: Ints, before: Ints) -> Ints:
    """ns that tasks which come one after the other had taken by each of these times.

    before: ns of all tasks before each, counted from anywhere. Costs a search for each time.
    """
    after = np.searchsorted(begun, times_ns, side="right")
    place = np.maximum(after - 1, 0)
    busy = before[place] - before[0] + np.minimum(times_ns, ended[place]) - begun[place]
    return np.where(after > 0, busy, 0)


def add_spans(table: Ints, rows: Ints, begun: Ints, ended: Ints, bin_ns: int) -> None:
    """Add to each bin of `table` the ns that it shares with each span.

    Costs by the spans, and by the bins between the first and the last of those that are long.

    >>> table = np.zeros((1, 4), np.int64)
    >>> add_spans(table, np.array([0, 0]), np.array([5, 1]), np.array([28, 3]), 8); table
    array([[5, 8, 8, 4]])
    """
    if not len(rows):
        return
    flat, bins = table.reshape(-1), table.shape[1]  # one index is added at much faster than two
    first, last = begun // bin_ns, ended // bin_ns
    wide = last > first
    np.add.at(flat, rows * bins + first, np.where(wide, (first + 1) * bin_ns, ended) - begun)
    if not wide.any():
        return
    rows, first, last, ended = rows[wide], first[wide], last[wide], ended[wide]
    np.add.at(flat, rows * bins + last, ended - last * bin_ns)
    if (last - first > 1).any():
        low, depth = _between(len(table), rows, first, last)
        table[:, low : low + depth.shape[1]] += depth * bin_ns


def _between(count: int, rows: Ints, first: Ints, last: Ints) -> tuple[int, Ints]:
    """By row, how many spans cover each bin after their `first` and before their `last` one.

    Returns the bin of the first column, and the columns as far as any span reaches.
    """
    low, high = int(first.min()) + 1, int(last.max())
    steps = np.zeros((count, high - low + 1), np.int64)
    flat, width = steps.reshape(-1), steps.shape[1]
    np.add.at(flat, rows * width + first + 1 - low, 1)
    np.add.at(flat, rows * width + last - low, -1)
    return low, np.cumsum(steps[:, :-1], axis=1)


def _halve(table: npt.NDArray[np.generic], add: np.ufunc) -> None:
    """Put the rows of `table` together two by two, in place; the rest becomes empty."""
    joined = add.reduceat(table, np.arange(0, len(table), 2), axis=0)
    table[: len(joined)] = joined
    table[len(joined) :] = np.zeros((), table.dtype)
