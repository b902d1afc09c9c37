"""How long results waited to be taken from imap's iterator: what of it a lane shows. Pure."""

import sys
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...engine.recording import Recording
from ...engine.trace.columns import Ints
from ...engine.trace.lane import Lane
from ...engine.trace.layout import TaskState
from ...engine.trace.trace import Trace
from .lanes import LaneBars

NEVER = sys.maxsize


@dataclass(frozen=True)
class Waits:
    """By task, in the order of a lane: from when to when its result waited, and if it was taken.

    A result that still waits does so until now.
    """

    rows: Ints
    since: Ints
    until: Ints
    taken: npt.NDArray[np.bool_]


def waits_in(
    trace: Trace, lane: Lane, bars: LaneBars, edges: Ints, wide_ns: float, waiting_ns: int | None
) -> Waits | None:
    """The waits that are in view, of the tasks that took `wide_ns` or more; None for none.

    waiting_ns: until when results wait that nobody has taken; None when nobody will any more.
    Results are taken in the order in which a worker sent them. So those in view are found by
    halving; where they are more than pixel columns, only those whose bars are in view count.
    """
    fetched = trace.fetched
    if fetched is None or not bars.last:
        return None
    rows, begin_ns = lane.rows, int(edges[0])
    first = bisect_left(
        range(bars.last), begin_ns, key=lambda place: int(fetched[rows[place]]) or NEVER
    )
    places = bars.places
    if bars.last - first <= len(edges):
        places = np.arange(first, bars.last)
        places = places[lane.ended[places] - lane.begun[places] >= wide_ns]
    shown, until = rows[places], fetched[rows[places]]
    taken = until != 0
    seen = taken
    if waiting_ns is not None:
        until = np.where(taken, until, waiting_ns)
        seen = taken | (trace.tasks["state"][shown] == TaskState.DONE)
    if not seen.any():
        return None
    since = lane.ended[places]
    until = np.maximum(until, since)
    return Waits(shown[seen], since[seen], until[seen], taken[seen])


@dataclass(frozen=True)
class Wait:
    """Of one result. taken_ns: None when it was not taken; over: and will never be."""

    taken_ns: int | None
    waited_ns: int
    over: bool


def wait_of(recording: Recording, trace: Trace, row: int, now_ns: int) -> Wait | None:
    """How long the result of a task that has ended waited; None with another method than imap."""
    if trace.fetched is None:
        return None
    taken_ns, ended_ns = int(trace.fetched[row]), int(trace.tasks["ended"][row])
    over = trace.ended or recording.journal.over_ns is not None
    return Wait(taken_ns or None, max((taken_ns or now_ns) - ended_ns, 0), over)


def merged(begins: npt.NDArray[np.float64], ends: npt.NDArray[np.float64]) -> list[list[float]]:
    """Stretches without those parts that lie over others; `begins` ascend.

    >>> merged(np.array([0.0, 1.0, 5.0]), np.array([3.0, 2.0, 6.0]))
    [[0.0, 3.0], [5.0, 6.0]]
    """
    reached = np.maximum.accumulate(ends)
    starts = np.flatnonzero(np.append(True, begins[1:] > reached[:-1]))
    lasts = np.append(starts[1:], len(ends)) - 1
    return np.stack([begins[starts], reached[lasts]], axis=1).tolist()


def thinned(places: npt.NDArray[np.float64], apart: float) -> npt.NDArray[np.float64]:
    """Some of `places`, so that about `apart` pixels are between them; the last of each heap."""
    if not len(places):
        return places
    heaps = places // apart
    return places[np.append(np.diff(heaps) != 0, True)]
