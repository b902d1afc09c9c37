"""Bars that are wide enough to be drawn by themselves, of many lanes at once. Pure.

Edges stand on the device's pixels, so that they are sharp. What sets a bar apart from its
neighbours, the gap after it and its round corners, grows with its width from nothing on: so a bar
of the least width looks as it does in columns, and nothing jumps where it turns from one into the
other. The same holds at every zoom, whatever else is in view.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....engine.trace.columns import Ints
from ....engine.trace.layout import TaskState
from ....engine.trace.trace import Trace
from .in_view import InView, Tasks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WIDE_PX = 4.0
"""A bar of this width or more is drawn by itself."""
GAP_PX, GAP_FROM_PX = 1.0, 8.0
"""Free between a bar and the next, from this width on; less of it after narrower ones."""
RADIUS_PX, RADIUS_FROM_PX = 3.0, 13.0
"""Of the corners, from this width on; less for narrower bars."""
FLAT_PX, LOW_PX = 4.0, 16.0
"""Bars that are no higher have no room for round corners; from the second height on they have."""


def gap_px(width_px: Floats) -> Floats:
    """What stays free at the end of bars of these widths.

    >>> gap_px(np.array([4.0, 6.0, 8.0, 100.0]))
    array([0. , 0.5, 1. , 1. ])
    """
    return GAP_PX * np.clip((width_px - WIDE_PX) / (GAP_FROM_PX - WIDE_PX), 0.0, 1.0)


def radius_px(width_px: Floats, height_px: float) -> Floats:
    """The radius of the corners of bars of these widths.

    >>> radius_px(np.array([4.0, 7.0, 100.0]), 30.0), radius_px(np.array([100.0]), 4.0)
    (array([0., 1., 3.]), array([0.]))
    """
    across = np.clip((width_px - WIDE_PX) / (RADIUS_FROM_PX - WIDE_PX), 0.0, 1.0)
    upright = min(max((height_px - FLAT_PX) / (LOW_PX - FLAT_PX), 0.0), 1.0)
    return RADIUS_PX * across * upright


@dataclass(frozen=True)
class Bars:
    """Bars of finished tasks, an item each.

    begin, end: columns of the device, at most one beyond those in view. width_px: as it is when
    nothing is cut off. raised, lost, vain: how they look; vain are those whose results were lost.
    The others are good.
    """

    tasks: Tasks
    begin: Ints
    end: Ints
    width_px: Floats
    raised: Bools
    lost: Bools
    vain: Bools

    def __len__(self) -> int:
        return len(self.begin)

    def inked(self, ratio: float) -> tuple[Ints, Floats]:
        """Where the ink of each ends, and how much of it the last column has (0 to 1).

        A gap of half a column is a column with half of the ink.
        """
        gap = gap_px(self.width_px) * ratio
        whole = np.floor(gap + 1e-9)
        return self.end - whole.astype(np.int64), 1.0 - np.maximum(gap - whole, 0.0)


_ARRAYS = ("begin", "end", "width_px", "raised", "lost", "vain")


def bars_of(seen: InView, trace: Trace, ratio: float) -> Bars:
    """The bars of the wide tasks that are in view, on a device with `ratio` pixels a pixel."""
    tasks = seen.wide
    begin, end = snapped(seen, tasks.begun), snapped(seen, tasks.ended)
    rows = rows_of(seen, tasks)
    none = np.zeros(len(rows), np.bool_)
    states = trace.state_of(rows) if len(trace.bad_rows) else none
    some_lost = not trace.ended or trace.counts.result_lost
    return Bars(
        tasks,
        begin,
        end,
        (tasks.ended - tasks.begun) / (seen.column_ns * ratio),
        states == TaskState.RAISED,
        states == TaskState.LOST,
        trace.results_lost(rows) if some_lost else none,
    )


def all_bars(parts: Sequence[Bars], seen: InView) -> Bars:
    """Those of `seen`, which were made some lanes after the other."""
    if len(parts) == 1:
        return parts[0]
    arrays = zip(*([getattr(part, name) for name in _ARRAYS] for part in parts), strict=True)
    return Bars(seen.wide, *map(np.concatenate, arrays))


def snapped(seen: InView, times_ns: Ints) -> Ints:
    """The edges of columns that are nearest to times; -1 and one too many for what is out of view.

    There are as many edges as columns and one.
    """
    columns = np.rint((times_ns - seen.edges[0]) / seen.column_ns)
    return np.clip(columns, -1, seen.columns + 1).astype(np.int64)


def rows_of(seen: InView, tasks: Tasks) -> Ints:
    """The rows of tasks in the task table."""
    parts = [seen.lanes[lane].rows.take(tasks.place[these]) for lane, these in tasks.by_lane()]
    return np.concatenate(parts) if parts else np.zeros(0, np.int32)
