"""Lanes as geometry: which lane is where, which bars a lane shows, which task is at a place. Pure.

A bar that is wide enough is drawn by itself. The narrower ones are drawn together: each pixel
column of a lane shows the share of its time that they were busy. Both come from one call, and
together they hold all the busy time, so nothing jumps where one turns into the other. The work is
by the number of pixel columns, whatever the number of tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...engine.trace.columns import Ints
from ...engine.trace.lane import Lane
from .digests import LaneDigest

Floats = npt.NDArray[np.float64]

LOWEST, HIGHEST = 18.0, 96.0
"""Pixels that a lane may take, with the gap to the next."""


@dataclass(frozen=True)
class LaneLayout:
    """Where `count` lanes stand in `height` pixels. They share it within the limits, then scroll.

    >>> LaneLayout(4, 200).pitch, LaneLayout(1, 200).pitch, LaneLayout(100, 200).pitch
    (50.0, 96.0, 18.0)
    """

    count: int
    height: float
    lowest: float = LOWEST
    highest: float = HIGHEST

    @property
    def pitch(self) -> float:
        """From the top of a lane to the top of the next, in whole pixels: all lanes are equal."""
        share = self.height // max(self.count, 1)
        return float(min(max(share, self.lowest), self.highest))

    @property
    def gap(self) -> float:
        """What of the pitch stays free."""
        return 1.0 if self.pitch < 10 else float(min(max(round(self.pitch * 0.1), 2), 8))

    @property
    def bar(self) -> tuple[float, float]:
        """How far below the top of its lane a bar begins, and how high it is."""
        height = self.pitch - self.gap
        pad = 0.0 if height < 10 else 1.0 if height < 24 else min(5.0, round(height * 0.08))
        return pad, max(height - 2 * pad - (1 if pad else 0), 1.0)

    @property
    def content_height(self) -> float:
        return self.pitch * self.count

    @property
    def scroll_limit(self) -> float:
        return max(0.0, self.content_height - self.height)

    def top(self, number: int) -> float:
        return number * self.pitch

    def visible(self, scroll: float) -> range:
        """Numbers of the lanes of which something is seen."""
        first = max(0, int(scroll // self.pitch))
        last = int(-(-(scroll + self.height) // self.pitch))
        return range(first, min(self.count, last))

    def lane_at(self, y: float) -> int | None:
        """The lane at `y` of the content; a gap belongs to the lane above it."""
        number = int(y // self.pitch)
        return number if 0 <= number < self.count else None


@dataclass(frozen=True)
class LaneBars:
    """What a lane shows of its finished tasks.

    first, last: the places in view are from first to last - 1.
    places: those that are drawn by themselves, in order.
    after: by edge, the place after the tasks that had begun by then.
    shares: by column, the busy share of all others (0 to 1). some: whether there are any.
    colour_places: by column, the task whose colour it takes.
    looked_at: how many tasks this cost.

    after, shares, some and colour_places are empty when every task is drawn by itself.
    """

    first: int
    last: int
    places: Ints
    after: Ints
    shares: Floats
    some: npt.NDArray[np.bool_]
    colour_places: Ints
    looked_at: int


_NONE = np.zeros(0, np.int64)


def bars_in(lane: Lane, edges: Ints, wide_ns: float) -> LaneBars:
    """What `lane` shows in the columns between `edges` (ns, ascending).

    Tasks that took `wide_ns` or more are drawn by themselves. Columns must not be wider than half
    of that: such a task then covers the edge of a column, and is found there.
    """
    begun, ended = lane.begun, lane.ended
    first, last = np.searchsorted(begun, edges[[0, -1]], side="right").tolist()
    if first and ended[first - 1] > edges[0]:
        first -= 1
    few = last - first <= len(edges) // 2
    if few:
        wide = np.arange(first, last)
        wide = wide[ended[first:last] - begun[first:last] >= wide_ns]
        if len(wide) == last - first:
            none = np.zeros(0, np.bool_), _NONE
            return LaneBars(first, last, wide, _NONE, np.zeros(0), *none, last - first)
    after = np.searchsorted(begun, edges, side="right")
    if not few:
        seen = np.clip(after - 1, first, last - 1)
        seen = seen[np.diff(seen, prepend=-1) > 0]
        wide = seen[ended[seen] - begun[seen] >= wide_ns]
    busy = np.diff(_busy_until(begun, ended, lane.busy_before, after, edges))
    fresh = np.diff(after)
    if len(wide):
        busy -= np.diff(busy_of(begun[wide], ended[wide], edges))
        fresh -= np.diff(np.searchsorted(begun[wide], edges, side="right"))
    return LaneBars(
        first,
        last,
        wide,
        after,
        np.clip(busy / np.maximum(np.diff(edges), 1), 0.0, 1.0),
        (busy > 0) | (fresh > 0),
        _colour_places(begun, ended, edges, after),
        2 * len(edges),
    )


def _busy_until(begun: Ints, ended: Ints, before: Ints, after: Ints, times: Ints) -> Ints:
    """Busy ns up to each time; `after` counts the tasks that had begun by then."""
    if not len(begun):
        return np.zeros(len(times), np.int64)
    place = np.maximum(after - 1, 0)
    busy = before[place] + np.minimum(times, ended[place]) - begun[place]
    return np.where(after > 0, busy, 0)


def busy_of(begun: Ints, ended: Ints, times: Ints) -> Ints:
    """Busy ns up to each time, for tasks that come one after the other."""
    before = np.concatenate(([0], np.cumsum(ended - begun)[:-1]))
    return _busy_until(begun, ended, before, np.searchsorted(begun, times, side="right"), times)


def _colour_places(begun: Ints, ended: Ints, edges: Ints, after: Ints) -> Ints:
    """The task in the middle of each column, or the last one that began before its end."""
    if not len(begun):
        return np.zeros(len(edges) - 1, np.int64)
    middle = np.searchsorted(begun, (edges[:-1] + edges[1:]) // 2, side="right") - 1
    middle = np.maximum(middle, 0)
    return np.where(ended[middle] > edges[:-1], middle, np.maximum(after[1:] - 1, 0))


def columns_of(begun: Ints, ended: Ints, edges: Ints, least: int) -> npt.NDArray[np.bool_]:
    """Which columns these tasks are in; each is in at least `least` of them, to be seen at all."""
    count = len(edges) - 1
    first = np.searchsorted(edges, begun, side="right") - 1
    last = np.maximum(np.searchsorted(edges, ended, side="left"), first + least)
    depth = np.zeros(count + 1, np.int64)
    np.add.at(depth, np.clip(first, 0, count), 1)
    np.add.at(depth, np.clip(last, 0, count), -1)
    return np.cumsum(depth[:-1]) > 0


def chunks_in(lane: Lane, digest: LaneDigest, bars: LaneBars, least_ns: float) -> Ints:
    """When the chunks in view began and ended (by row, ns); only those of `least_ns` or more."""
    starts = digest.chunk_starts
    if not len(starts) or bars.first == bars.last:
        return np.zeros((0, 2), np.int64)
    low, high = digest.chunk_ranks(np.array([bars.first, bars.last - 1])).tolist()
    if not len(bars.after) or high - low < len(bars.after):
        ranks = np.arange(low, high + 1)
    else:  # as with tasks: a long one covers an edge
        ranks = digest.chunk_ranks(np.maximum(bars.after - 1, bars.first))
        ranks = ranks[np.diff(ranks, prepend=-1) > 0]
    last = np.append(starts[low + 1 : high + 2], len(lane))[ranks - low] - 1
    times = np.stack([lane.begun[starts[ranks]], lane.ended[last]], axis=1)
    return times[times[:, 1] - times[:, 0] >= least_ns]


def task_at(lane: Lane, time_ns: float, slack_ns: float, now_ns: int) -> int | None:
    """The row of the task that `lane` was at; within `slack_ns` the nearest one also counts."""
    if lane.running is not None and lane.running[1] - slack_ns <= time_ns <= now_ns + slack_ns:
        inside = lane.running[1] <= time_ns
        if inside or not len(lane) or time_ns > lane.ended[-1]:
            return lane.running[0]
    place = int(np.searchsorted(lane.begun, int(time_ns), side="right"))
    near: list[tuple[float, int]] = []
    for number in (place - 1, place):
        if 0 <= number < len(lane):
            off = max(lane.begun[number] - time_ns, time_ns - lane.ended[number], 0.0)
            near.append((float(off), number))
    if not near or min(near)[0] > slack_ns:
        return None
    return int(lane.rows[min(near)[1]])


def tick_numbers(numbers: Sequence[Any], pitch: float, least: float) -> range:
    """Every n-th number, so that labels that need `least` pixels do not touch.

    >>> list(tick_numbers(range(6), 6.0, 14.0))
    [0, 3]
    """
    step = max(1, int(-(-least // pitch)))
    start = numbers[0] if numbers else 0
    return range(start + (-start) % step, start + len(numbers), step)
