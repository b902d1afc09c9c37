"""Where keys lead from the selected task, and which stretch of time shows a task. Pure."""

from enum import StrEnum

import numpy as np

from ....engine.trace.lane import Lane
from ....engine.trace.trace import Trace
from .shown import Shown

Span = tuple[int, int]
"""Begin and end in ns of the run's clock."""

LEAST_PX, GOOD_PX = 3.0, 40.0
"""A narrower bar is hard to see; and how wide one that was looked for is made then."""
MOST_SHARE, GOOD_SHARE = 0.9, 0.6
"""Of the view that a bar may take before less is shown of it, and what it takes then."""
MARGIN_SHARE = 0.04
"""Of the view that stays free beside a task that was walked to."""


class Step(StrEnum):
    """To another task of the lane, or of the next lane above or below that has any."""

    BEFORE = "before"
    AFTER = "after"
    FIRST = "first"
    LAST = "last"
    ABOVE = "above"
    BELOW = "below"


class Walker:
    """Walks over the lanes of `shown` as they stand on the screen.

    Going up and down keeps to the time at which that began, however long the tasks between.
    """

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self.begin()

    def begin(self) -> None:
        """Another run is shown."""
        self._time_ns = 0
        self._at: int | None = None  # where going up and down has led to

    def can_walk(self, row: int | None) -> bool:
        """Whether the task in `row` is in a lane."""
        return row is not None and self._lane_of(row) is not None

    def to(self, step: Step, row: int) -> int | None:
        """The row of the task that `step` leads to from the one in `row`; None when there is none.

        Raises ValueError when that is in no lane.
        """
        lane = self._lane_of(row)
        if lane is None:
            raise ValueError(f"the task in row {row} is in no lane")
        if step in (Step.ABOVE, Step.BELOW):
            return self._to_other_lane(-1 if step is Step.ABOVE else 1, lane, row)
        self._at = None
        found = lane.place_of(row)
        place = len(lane) if found is None else found  # the running one comes after all others
        count = len(lane) + (lane.running is not None)
        goal = {
            Step.BEFORE: place - 1,
            Step.AFTER: place + 1,
            Step.FIRST: 0,
            Step.LAST: count - 1,
        }[step]
        return _row_at(lane, goal) if 0 <= goal < count and goal != place else None

    def _to_other_lane(self, step: int, lane: Lane, row: int) -> int | None:
        shown, trace = self._shown, self._shown.trace
        assert trace is not None
        if row != self._at:
            begun_ns, ended_ns = self._part_in_view(row)
            self._time_ns = (begun_ns + ended_ns) // 2
        order = shown.lane_order()
        place = shown.place_of(lane.ordinal) + step
        while 0 <= place < len(trace.lanes):
            other = trace.lanes[place if order is None else int(order[place])]
            found = nearest(other, self._time_ns, shown.now_ns)
            if found is not None:
                self._at = found
                return found
            place += step
        return None

    def _part_in_view(self, row: int) -> Span:
        span = self.span_of(row)
        assert span is not None
        begin_ns, end_ns = self._shown.span_ns
        if span[0] >= end_ns or span[1] <= begin_ns:
            return span
        return max(span[0], begin_ns), min(span[1], end_ns)

    def span_of(self, row: int) -> Span | None:
        """When the task in `row` began and ended, or how far it has got; None before it began."""
        lane = self._lane_of(row)
        if lane is None:
            return None
        if lane.running is not None and lane.running[0] == row:
            return lane.running[1], max(self._shown.now_ns, lane.running[1])
        place = lane.place_of(row)
        assert place is not None
        return int(lane.begun[place]), int(lane.ended[place])

    def ordinal_of(self, row: int) -> int | None:
        """The worker in whose lane the task in `row` is."""
        lane = self._lane_of(row)
        return None if lane is None else lane.ordinal

    def _lane_of(self, row: int) -> Lane | None:
        trace = self._shown.trace
        if trace is None or not 0 <= row < trace.total:
            return None
        found = trace.find(row)
        return found[0] if found is not None else _running_in(trace, row)

    def first_in(self, places: range, span: Span) -> int | None:
        """The first task that is seen in the topmost of these lanes that shows any."""
        shown, trace = self._shown, self._shown.trace
        order = shown.lane_order()
        for place in places if trace is not None else ():
            assert trace is not None
            lane = trace.lanes[place if order is None else int(order[place])]
            row = _first_in(lane, span, shown.now_ns)
            if row is not None:
                return row
        return None


def _running_in(trace: Trace, row: int) -> Lane | None:
    ordinal = int(trace.tasks["worker"][row])
    if not 1 <= ordinal <= len(trace.lanes):
        return None
    lane = trace.lanes[ordinal - 1]
    return lane if lane.running is not None and lane.running[0] == row else None


def _row_at(lane: Lane, place: int) -> int:
    if place < len(lane):
        return int(lane.rows[place])
    assert lane.running is not None
    return lane.running[0]


def nearest(lane: Lane, time_ns: int, now_ns: int) -> int | None:
    """The task that `lane` was at, or the one that is nearest in time; None when it has none."""
    after = int(np.searchsorted(lane.begun, time_ns, side="right"))
    near: list[tuple[int, int]] = []
    for place in (after - 1, after):
        if 0 <= place < len(lane):
            off = max(int(lane.begun[place]) - time_ns, time_ns - int(lane.ended[place]), 0)
            near.append((off, int(lane.rows[place])))
    if lane.running is not None:
        row, begun_ns = lane.running
        near.append((max(begun_ns - time_ns, time_ns - max(now_ns, begun_ns), 0), row))
    return min(near)[1] if near else None


def _first_in(lane: Lane, span: Span, now_ns: int) -> int | None:
    place = int(np.searchsorted(lane.ended, span[0], side="right"))
    if place < len(lane):
        return int(lane.rows[place]) if lane.begun[place] < span[1] else None
    if lane.running is not None and lane.running[1] < span[1] and now_ns > span[0]:
        return lane.running[0]
    return None


def span_beside(task: Span, view: Span) -> Span:
    """`view`, moved by no more than it takes to have the task in it; its width stays.

    Of a task that is wider than the view, the side is shown that the view is nearer to.
    """
    if view[0] <= task[0] and task[1] <= view[1]:
        return view
    width_ns = view[1] - view[0]
    margin_ns = round(width_ns * MARGIN_SHARE)
    low, high = task[1] + margin_ns - width_ns, task[0] - margin_ns
    if low > high:  # it does not fit: any view between shows nothing but it
        low, high = high, low
    begin_ns = min(max(view[0], low), high)
    return begin_ns, begin_ns + width_ns


def span_to_see(task: Span, view: Span, width_px: float) -> Span:
    """A stretch of time that shows the task well, with what ran beside it: `view` if that does.

    width_px: of the view. A view that shows the task too narrow or too wide to be seen is left for
    one around it; one that shows it only in part, or not at all, for one of the same width.
    """
    view_ns = view[1] - view[0]
    took_ns = max(task[1] - task[0], 1)
    middle_ns = (task[0] + task[1]) // 2
    shown_px = took_ns / view_ns * width_px
    if shown_px < LEAST_PX:
        view_ns = round(took_ns * width_px / GOOD_PX)
    elif took_ns > view_ns * MOST_SHARE:
        view_ns = round(took_ns / GOOD_SHARE)
    elif view[0] <= task[0] and task[1] <= view[1]:
        return view
    return middle_ns - view_ns // 2, middle_ns - view_ns // 2 + view_ns
