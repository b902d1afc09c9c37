"""How long results waited to be taken from imap's iterator: what of it a lane shows. Pure."""

import sys
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ....engine.recording import Recording
from ....engine.trace.columns import Ints
from ....engine.trace.lane import Lane
from ....engine.trace.layout import TaskState
from ....engine.trace.trace import Trace
from .in_view import InView

NEVER = sys.maxsize


@dataclass(frozen=True)
class Waits:
    """By task, in the order of lanes and of time: from when to when its result waited, and if it
    was taken. lane: as in InView.

    A result that still waits does so until now.
    """

    lane: Ints
    rows: Ints
    since: Ints
    until: Ints
    taken: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)


def waits_in(trace: Trace, seen: InView, waiting_ns: int | None) -> Waits | None:
    """The waits that are in view, of the tasks that have bars of their own; None for none.

    waiting_ns: until when results wait that nobody has taken; None when nobody will any more.
    Results are taken in the order in which a worker sent them. So those in view are found by
    halving; where they are more than pixel columns, only those whose bars are in view count.
    """
    fetched = trace.fetched
    if fetched is None:
        return None
    cuts = seen.wide.cuts(len(seen.lanes))
    parts = []
    for number, lane in enumerate(seen.lanes):
        places = _places_in(fetched, lane, seen, number)
        if places is None:
            places = seen.wide.place[cuts[number] : cuts[number + 1]]
        if len(places):
            parts.append((np.full(len(places), number), lane.rows[places], lane.ended[places]))
    if not parts:
        return None
    of, shown, since = (np.concatenate(part) for part in zip(*parts, strict=True))
    until = fetched[shown]
    taken = until != 0
    there = taken
    if waiting_ns is not None:
        until = np.where(taken, until, waiting_ns)
        there = taken | (trace.tasks["state"][shown] == TaskState.DONE)
    if not there.any():
        return None
    until = np.maximum(until, since)
    return Waits(of[there], shown[there], since[there], until[there], taken[there])


def _places_in(fetched: Ints, lane: Lane, seen: InView, number: int) -> Ints | None:
    """The wide tasks whose results were taken since the view begins; None for too many."""
    last, begin_ns = seen.last[number], int(seen.edges[0])
    rows = lane.rows
    first = bisect_left(range(last), begin_ns, key=lambda at: int(fetched[rows[at]]) or NEVER)
    if last - first > seen.columns:
        return None
    lasts_ns = lane.ended[first:last] - lane.begun[first:last]
    return np.flatnonzero(lasts_ns >= seen.wide_ns) + first


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


def thinned(lane: Ints, places: Ints, apart: int) -> npt.NDArray[np.bool_]:
    """Which of `places` (columns, by lane, ascending) stay, so that about `apart` columns are
    between them: the last of each heap.

    >>> thinned(np.zeros(5, int), np.array([1, 2, 6, 7, 30]), 5).tolist()
    [False, True, False, True, True]
    """
    heaps = places // apart
    differs = (np.diff(heaps) != 0) | (np.diff(lane) != 0)
    return np.append(differs, True)[: len(places)]
