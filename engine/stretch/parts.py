"""What each worker did in a stretch of time, a row a worker: its life, its tasks, its busy time.

Half-open both ways, so that stretches that touch share nothing and lose nothing: a task begins in a
stretch from its begin on and before its end, and ends in it after its begin and up to its end. A
stretch that is exactly as long as a task so holds that task, and none of its neighbours.
"""

from typing import NamedTuple

import numpy as np

from ..trace.columns import Ints
from ..trace.lane import Lane
from ..trace.layout import NO_CHUNK
from ..trace.trace import Trace

WAYS = ("unpickling", "pickling", "sending", "in_hand")
"""Of a chunk: from when it was taken until it was unpickled; from when its last task had returned
until the result was pickled, and from there until it was sent; from when it was taken until its
result was sent."""
COLUMNS = (
    # What a worker did. Times in ns, as far as they lie in the stretch.
    "ordinal",
    "lived",
    "starting",  # from being asked for to the initializer, or to asking for work
    "initializing",
    "asking",  # what it lived for from when it first asked for work
    "ran",  # tasks that were running in it at any time
    "began",
    "ended",
    "whole",  # tasks that began and ended in it
    "running",  # 1 for a task of the stretch that is still in hand
    "busy",
    "raised",
    "lost",
    "results_lost",
    "longest",  # ns that the longest that ended in it took, from its begin
    # How far it has been looked at: places of the lane.
    "first",  # of the tasks that ended in it
    "stop",
    "swept",  # before this one it is known how tasks ended
    "closed",  # up to where the worker is done with their chunks
    "judged",  # before this one it is known what became of their chunks
    "judged_chunk",
)
WAY_COLUMNS = ("ways", "ways_open")
"""A row (WAYS) a worker: of chunks that it is done with, and of those that it may still be at."""


class Parts:
    """A row for each worker that lived in a stretch, in the order of birth: `parts["busy"]`."""

    def __init__(self) -> None:
        self._columns = dict.fromkeys(COLUMNS, np.zeros(0, np.int64))
        self._columns |= dict.fromkeys(WAY_COLUMNS, np.zeros((0, len(WAYS)), np.int64))

    def __len__(self) -> int:
        return len(self._columns["ordinal"])

    def __getitem__(self, column: str) -> Ints:
        return self._columns[column]

    def add(self, ordinals: Ints) -> Ints:
        """Make rows for more workers; their numbers."""
        numbers = np.arange(len(self), len(self) + len(ordinals))
        for name, values in self._columns.items():
            more = np.zeros((len(ordinals), *values.shape[1:]), np.int64)
            self._columns[name] = np.concatenate([values, more])
        self["ordinal"][numbers] = ordinals
        self["judged_chunk"][numbers] = NO_CHUNK
        return numbers


class Span(NamedTuple):
    """A stretch of time in ns, and how far into it anything can have happened."""

    begin: int
    end: int
    until: int

    def overlap(self, begin: int, end: int) -> int:
        """ns of a time that lie in it; none of one that has no begin (0)."""
        return max(min(end, self.until) - max(begin, self.begin), 0) if begin else 0

    def overlaps(self, begins: Ints, ends: Ints) -> Ints:
        """The same for each of many."""
        within = np.minimum(ends, self.until) - np.maximum(begins, self.begin)
        return np.maximum(np.where(begins > 0, within, 0), 0)


def those_in(trace: Trace, first: int, span: Span) -> Ints:
    """Ordinals of the workers that lived in the stretch, from the lane with number `first` on."""
    stop = len(trace.lanes)
    born, died = (trace.workers[name][first:stop] for name in ("born", "died"))
    here: Ints = np.flatnonzero((born < span.end) & ((died == 0) | (died > span.begin)))
    return here + first + 1


def note_lives(parts: Parts, numbers: Ints, trace: Trace, span: Span) -> None:
    """Fill in for how long workers lived, and for how long they were there without asking."""
    rows = parts["ordinal"][numbers] - 1
    names = ("born", "ready", "initializing", "initialized", "died")
    born, ready, called, returned, died = (trace.workers[name][rows] for name in names)
    stop = np.where(died, died, span.until)
    started = np.where(called, called, np.where(ready, ready, stop))
    parts["lived"][numbers] = span.overlaps(born, stop)
    parts["starting"][numbers] = span.overlaps(born, started)
    parts["initializing"][numbers] = span.overlaps(called, np.where(returned, returned, stop))
    parts["asking"][numbers] = span.overlaps(ready, stop)


def note_tasks(parts: Parts, number: int, trace: Trace, lane: Lane, span: Span) -> bool:
    """Fill in tasks and busy time; True when a later task is over, so that these will not change.

    Costs four searches, whatever the number of tasks.
    """
    begun, ended = lane.begun, lane.ended
    begun_before = int(begun.searchsorted(span.begin)), int(begun.searchsorted(span.end))
    first = min(int(ended.searchsorted(span.begin, "right")), begun_before[0])
    stop = max(min(int(ended.searchsorted(span.end, "right")), begun_before[1]), first)
    ran, began = begun_before[1] - first, begun_before[1] - begun_before[0]
    busy = _busy_until(lane, stop, span.until) - _busy_until(lane, first, span.begin)
    running = lane.running is not None and lane.running[1] < span.end
    if running:
        assert lane.running is not None
        ran, began = ran + 1, began + (lane.running[1] >= span.begin)
        busy += span.overlap(lane.running[1], lane.died_ns or span.until)
    values = {
        "ran": ran,
        "began": began,
        "ended": stop - first,
        "whole": max(stop - begun_before[0], 0),
        "running": running,
        "busy": busy,
        "first": first,
        "stop": stop,
        "closed": _closed(trace, lane, min(stop + 1, len(lane))),
    }
    for name, value in values.items():
        parts[name][number] = value
    return not running and len(lane) > stop


def _busy_until(lane: Lane, over: int, time_ns: int) -> int:
    """ns of its tasks before `time_ns`, by which `over` of them were over."""
    if over == len(lane):
        return lane.busy_ns
    return int(lane.busy_before[over]) + max(time_ns - int(lane.begun[over]), 0)


def _closed(trace: Trace, lane: Lane, stop: int) -> int:
    """Of the places before `stop`, how many are of chunks that the worker is done with.

    It is done with all but the last one that it has tasks of, as long as anything may still come.
    """
    if lane.over or trace.ended or not stop:
        return stop
    first = int(trace.chunks["first"][int(trace.tasks["chunk"][lane.rows[-1]])])
    return min(stop, int(lane.rows.searchsorted(first)))
