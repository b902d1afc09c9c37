"""Which finished tasks of many lanes are in view, and which of them are drawn by themselves. Pure.

A bar that is wide enough is drawn by itself. The narrower ones are drawn together: each pixel
column of a lane shows the share of its time that they were busy, see dense.py. Both come from one
look, and together they hold all the busy time, so nothing jumps where one turns into the other.
The work is by the number of pixel columns, whatever the number of tasks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane

FEW = 2
"""A lane with no more tasks in view than that for each column is looked at task by task."""
BLOCK = 24_000
"""Columns of all lanes that are worked on together: as much as a processor keeps at hand."""
_ENDS = np.array([0, -1])
Bytes = npt.NDArray[np.int8]


class Numbers(Protocol):
    """The numbers of the colours of tasks."""

    def between(self, lane: Lane, first: int, last: int) -> Bytes:
        """Of those at the places of a lane from `first` to before `last`."""

    def at(self, lane: Lane, places: Ints) -> Bytes:
        """Of those at some places of a lane."""


class NoNumbers:
    """For who asks for no colours."""

    def between(self, lane: Lane, first: int, last: int) -> Bytes:
        return np.zeros(last - first, np.int8)

    def at(self, lane: Lane, places: Ints) -> Bytes:
        return np.zeros(len(places), np.int8)


@dataclass(frozen=True)
class Tasks:
    """Finished tasks of several lanes, an item each, in the order of the lanes and of time.

    lane: which of the lanes that were looked at, counted from the first. place: there. begun,
    ended: times in ns. number: of its colour.
    """

    lane: Ints
    place: Ints
    begun: Ints
    ended: Ints
    number: Bytes

    def __len__(self) -> int:
        return len(self.lane)

    @property
    def arrays(self) -> tuple[Any, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))

    def where(self, mask: npt.NDArray[np.bool_]) -> "Tasks":
        """Those of which `mask` says so."""
        which = np.flatnonzero(mask)
        if len(which) == len(self):
            return self
        return Tasks(*(array.take(which) for array in self.arrays)) if len(which) else NO_TASKS

    def cuts(self, lanes: int) -> list[int]:
        """Where those of each of so many lanes begin, and where the last ones end."""
        return self.lane.searchsorted(np.arange(lanes + 1)).tolist()

    def by_lane(self) -> Iterator[tuple[int, slice]]:
        """The lanes that have any, and where these are."""
        changes = np.flatnonzero(self.lane[1:] != self.lane[:-1]) + 1
        for low, high in pairwise([0, *changes.tolist(), len(self)]) if len(self) else ():
            yield int(self.lane[low]), slice(low, high)


_NO_INTS = np.zeros(0, np.int64)
NO_TASKS = Tasks(_NO_INTS, _NO_INTS, _NO_INTS, _NO_INTS, np.zeros(0, np.int8))


@dataclass(frozen=True)
class Few:
    """All tasks in view of lanes that have few, an item each, in the order of lanes and of time.

    lanes: those that have any. counts: how many. begun, ended, number: as in Tasks. wide: which are
    drawn by themselves.
    """

    lanes: Ints
    counts: Ints
    begun: Ints
    ended: Ints
    number: Bytes
    wide: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.begun)

    def wide_ones(self, first: Ints) -> Tasks:
        """first: by lane of all that are looked at, the place of its first task in view."""
        which = np.flatnonzero(self.wide)
        if not len(which):
            return NO_TASKS
        ends = np.cumsum(self.counts)
        rank = ends.searchsorted(which, side="right")
        lane = self.lanes.take(rank)
        place = which - (ends - self.counts).take(rank) + first.take(lane)
        times = self.begun.take(which), self.ended.take(which)
        return Tasks(lane, place, *times, self.number.take(which))


@dataclass(frozen=True)
class Crowds:
    """Lanes with more tasks in view than are looked at one by one.

    lanes: which, as in Tasks. after: lanes x edges, the place after the tasks that had begun then.
    """

    lanes: Ints
    after: Ints

    def __len__(self) -> int:
        return len(self.lanes)


@dataclass(frozen=True)
class InView:
    """What is seen of the finished tasks of `lanes` between `edges` (ns, ascending, even).

    first, last: by lane; the places in view are from first to last - 1.
    wide: the tasks that are drawn by themselves. looked_at: how many tasks this cost.
    """

    lanes: Sequence[Lane]
    edges: Ints
    wide_ns: float
    first: list[int]
    last: list[int]
    wide: Tasks
    looked_at: int

    @property
    def columns(self) -> int:
        return len(self.edges) - 1

    @property
    def column_ns(self) -> float:
        return float(self.edges[-1] - self.edges[0]) / self.columns


@dataclass(frozen=True)
class Look(InView):
    """The same, with what is drawn together."""

    few: Few
    crowds: Crowds


def blocks(lanes: Sequence[Lane], columns: int) -> Iterator[tuple[int, Sequence[Lane]]]:
    """The lanes some at a time, and the number of the first of these."""
    step = max(BLOCK // columns, 1)
    for first in range(0, len(lanes), step):
        yield first, lanes[first : first + step]


def look(
    lanes: Sequence[Lane], edges: Ints, wide_ns: float, numbers: Numbers | None = None
) -> Look:
    """What is seen of `lanes`; tasks that took `wide_ns` or more are drawn by themselves.

    Columns must not be wider than half of that: such a task then covers the edge of a column, and
    is found there.
    """
    numbers = numbers or NoNumbers()
    first, last = [], []
    ends, begin_ns = edges[_ENDS], int(edges[0])
    for lane in lanes:
        low, high = lane.begun.searchsorted(ends, side="right").tolist()
        if low and lane.ended[low - 1] > begin_ns:
            low -= 1
        first.append(low)
        last.append(high)
    begins = np.array(first, np.int64)
    counts = np.array(last, np.int64) - begins
    is_few = counts <= FEW * (len(edges) - 1)
    few = _few_of(lanes, first, np.where(is_few, counts, 0), wide_ns, numbers)
    wide = few.wide_ones(begins)
    crowds = _crowds_of(lanes, np.flatnonzero(~is_few), edges)
    if len(crowds):
        wide = joined([wide, _wide_at_edges(lanes, crowds, begins, edges, wide_ns, numbers)])
    looked_at = len(few) + 2 * crowds.after.size
    return Look(lanes, edges, wide_ns, first, last, wide, looked_at, few, crowds)


def whole(looks: Sequence[Look], lanes: Sequence[Lane], edges: Ints, wide_ns: float) -> InView:
    """What looks at some of `lanes` after the other have seen of all of them."""
    wide, count = [], 0
    for part in looks:
        wide.append(Tasks(part.wide.lane + count, *part.wide.arrays[1:]))
        count += len(part.lanes)
    first = [place for part in looks for place in part.first]
    last = [place for part in looks for place in part.last]
    looked_at = sum(part.looked_at for part in looks)
    return InView(lanes, edges, wide_ns, first, last, joined(wide), looked_at)


def _few_of(
    lanes: Sequence[Lane], first: list[int], counts: Ints, wide_ns: float, numbers: Numbers
) -> Few:
    """So many tasks of each lane, from its place in `first` on."""
    some = np.flatnonzero(counts)
    if not len(some):
        nothing = NO_TASKS
        none = np.zeros(0, np.bool_)
        return Few(some, some, nothing.begun, nothing.ended, nothing.number, none)
    parts = [(lanes[n], first[n], first[n] + int(counts[n])) for n in some.tolist()]
    begun = np.concatenate([lane.begun[low:high] for lane, low, high in parts])
    ended = np.concatenate([lane.ended[low:high] for lane, low, high in parts])
    number = np.concatenate([numbers.between(*part) for part in parts])
    return Few(some, counts[some], begun, ended, number, ended - begun >= wide_ns)


def _crowds_of(lanes: Sequence[Lane], which: Ints, edges: Ints) -> Crowds:
    after = np.empty((len(which), len(edges)), np.int64)
    for row, number in enumerate(which.tolist()):
        after[row] = lanes[number].begun.searchsorted(edges, side="right")
    return Crowds(which, after)


def _wide_at_edges(
    lanes: Sequence[Lane],
    crowds: Crowds,
    first: Ints,
    edges: Ints,
    wide_ns: float,
    numbers: Numbers,
) -> Tasks:
    """Those tasks of crowds that are drawn by themselves.

    Each covers some edges that follow one another, and no other task begins between them; of one
    that is cut off by the view, that may be the first edge or the last alone.
    """
    after = crowds.after
    covered = max(int(wide_ns * (len(edges) - 1) / (edges[-1] - edges[0])) - 1, 1)
    begins = len(edges) - covered + 1
    long = np.zeros(after.shape, np.bool_)
    if begins > 0:  # a view of a few pixels has no room for one that is not cut off
        long[:, :begins] = after[:, covered - 1 :] == after[:, :begins]
        long[:, 1:begins] &= after[:, 1:begins] != after[:, : begins - 1]
    long[:, 0] = long[:, -1] = True
    rows, columns = np.nonzero(long)
    places = np.maximum(after[rows, columns] - 1, first[crowds.lanes[rows]])
    fresh = (np.diff(places, prepend=-1) != 0) | (np.diff(rows, prepend=-1) != 0)
    found, places = crowds.lanes[rows[fresh]], places[fresh]
    nothing = np.zeros(len(found), np.int64)
    tasks = Tasks(found, places, nothing, nothing.copy(), np.zeros(len(found), np.int8))
    for number, these in tasks.by_lane():
        lane = lanes[number]
        tasks.begun[these] = lane.begun.take(places[these])
        tasks.ended[these] = lane.ended.take(places[these])
        tasks.number[these] = numbers.at(lane, places[these])
    return tasks.where(tasks.ended - tasks.begun >= wide_ns)


def joined(parts: Sequence[Tasks]) -> Tasks:
    """All of them, in the order of the lanes."""
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NO_TASKS
    together = Tasks(*map(np.concatenate, zip(*(part.arrays for part in parts), strict=True)))
    if (np.diff(together.lane) >= 0).all():
        return together
    order = np.argsort(together.lane, kind="stable")
    return Tasks(*(array.take(order) for array in together.arrays))
