"""Narrow bars of many lanes at once: what of their colour each pixel column shows. Pure.

A column shows the colour of the task in its middle, as much of it as the column's time was busy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ..scene.in_view import Bytes, Look, Numbers, Tasks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """Narrow bars of some of the lanes that were looked at; arrays are lanes x columns.

    lanes: which, as in InView. busy_ns: of all narrow tasks. some: whether there are any.
    numbers: of the colours.
    """

    lanes: Ints
    busy_ns: Floats
    some: Bools
    numbers: Bytes


def columns_in(seen: Look, numbers: Numbers) -> Iterator[Columns]:
    """The columns of those lanes in which something is too narrow to be drawn by itself."""
    if not seen.few.wide.all():
        yield _of_few(seen)
    if len(seen.crowds):
        yield _of_crowds(seen, numbers)


def _chosen(which: Bools, ones: Bytes, others: Bytes) -> Bytes:
    """Colours of the ones where `which` is, else of the others; these are small numbers."""
    return others + (ones - others) * which


def _of_few(seen: Look) -> Columns:
    """The columns of lanes of which all tasks in view are at hand."""
    few, edges, columns = seen.few, seen.edges, seen.columns
    begins = few.begun - edges[0]
    key = np.ceil(begins * (1 / seen.column_ns))  # even columns, so it is divided out
    np.clip(key, 0, columns, out=key)
    lasted_ns = few.ended - few.begun
    lasted_ns[few.wide] = 0
    sums = _sums(few.counts, few.ended - edges[0], lasted_ns, key.astype(np.int64), edges)
    numbers = few.number.take(sums.last)
    middle = sums.left_ns[:, :-1] > seen.column_ns / 2
    busy_ns = sums.busy_by_column()
    some = busy_ns > 0
    at_once = np.flatnonzero((lasted_ns == 0) & ~few.wide)
    if len(at_once):
        row = np.cumsum(few.counts).searchsorted(at_once, side="right")
        some[row, np.maximum(key[at_once].astype(np.int64) - 1, 0)] = True
    return Columns(few.lanes, busy_ns, some, _chosen(middle, numbers[:, :-1], numbers[:, 1:]))


@dataclass(frozen=True)
class _Sums:
    """Tasks at the edges of columns; arrays are lanes x edges.

    last: the number of the task that had begun last, or of the first if none had. left_ns: how long
    from then to its end. by_then_ns: how long it and all before it took; lasted_ns: how long it.
    """

    last: Ints
    left_ns: Ints
    by_then_ns: Ints
    lasted_ns: Ints

    def busy_by_column(self) -> Floats:
        left_ns = np.minimum(np.maximum(self.left_ns, 0), self.lasted_ns)
        busy_ns = np.subtract(self.by_then_ns, left_ns, out=left_ns)
        return (busy_ns[:, 1:] - busy_ns[:, :-1]).astype(np.float64)


def _sums(counts: Ints, ended: Ints, lasted_ns: Ints, begins: Ints, edges: Ints) -> _Sums:
    """Of tasks, so many for each lane. begins: the first edge at which each had begun.

    Tasks of a lane come one after the other, so they are added up once, and looked up at the edges.
    """
    size, rows = len(edges), len(counts)
    firsts = np.cumsum(counts) - counts
    key = np.repeat(np.arange(0, rows * size, size), counts)
    key += begins
    key[firsts] = np.arange(0, rows * size, size)
    begin = np.bincount(key, minlength=rows * size)
    begin[0] -= 1  # so that sums are the numbers of the last ones
    last = begin.cumsum().reshape(rows, size)
    left_ns = ended.take(last)
    left_ns -= edges - edges[0]
    return _Sums(last, left_ns, lasted_ns.cumsum().take(last), lasted_ns.take(last))


def _of_crowds(seen: Look, numbers: Numbers) -> Columns:
    """The columns of lanes that are looked at by edge, less what is drawn by itself."""
    lanes, after = seen.crowds.lanes, seen.crowds.after
    last = np.maximum(after - 1, 0)
    left_ns, busy_ns = np.empty_like(after), np.empty_like(after)
    colours = np.empty(after.shape, np.int8)
    for row, number in enumerate(lanes.tolist()):
        lane = seen.lanes[number]
        lane.busy_before.take(after[row], mode="clip", out=busy_ns[row])
        if after[row, -1] == len(lane):
            busy_ns[row, after[row] == len(lane)] = lane.busy_ns
        lane.ended.take(last[row], out=left_ns[row], mode="clip")
        colours[row] = numbers.at(lane, last[row])
    left_ns -= seen.edges
    middle = left_ns[:, :-1] > seen.column_ns / 2
    np.maximum(left_ns, 0, out=left_ns)
    left_ns[after == 0] = 0
    busy_ns -= left_ns
    by_column = (busy_ns[:, 1:] - busy_ns[:, :-1]).astype(np.float64)
    fresh = after[:, 1:] > after[:, :-1]
    wide = seen.wide.where(np.isin(seen.wide.lane, lanes))
    if len(wide):
        _take_out(by_column, fresh, wide, lanes, seen.edges)
    some = (by_column > 0) | fresh
    return Columns(lanes, by_column, some, _chosen(middle, colours[:, :-1], colours[:, 1:]))


def _take_out(busy_ns: Floats, fresh: Bools, wide: Tasks, lanes: Ints, edges: Ints) -> None:
    """Leave what is drawn by itself out of columns; where a wide one begins no other does."""
    rows, counts = np.unique(lanes.searchsorted(wide.lane), return_counts=True)
    begins = edges.searchsorted(wide.begun)
    ended, lasted_ns = wide.ended - edges[0], wide.ended - wide.begun
    busy_ns[rows] -= _sums(counts, ended, lasted_ns, begins, edges).busy_by_column()
    new = begins > 0
    fresh[np.repeat(rows, counts)[new], begins[new] - 1] = False
