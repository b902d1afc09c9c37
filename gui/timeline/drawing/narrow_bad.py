"""Raised and lost tasks that are too narrow for bars: each is seen all the same. Pure."""

import numpy as np

from ....engine.trace.columns import Ints
from ....engine.trace.layout import TaskState
from ....engine.trace.trace import Trace
from ..scene.bars import rows_of
from ..scene.digests import Digests
from ..scene.in_view import InView, Tasks
from .strips import Bad


def bad_in(trace: Trace, digests: Digests, seen: InView, least: int) -> Bad | None:
    """The columns in which tasks raised or were lost, at least `least` for each; None for none."""
    tasks = _bad_tasks(trace, digests, seen)
    if tasks is None:
        return None
    column_ns = seen.column_ns
    begin = np.floor((tasks.begun - seen.edges[0]) / column_ns).astype(np.int64)
    end = np.ceil((tasks.ended - seen.edges[0]) / column_ns).astype(np.int64)
    lost = trace.state_of(rows_of(seen, tasks)) == TaskState.LOST
    return Bad(tasks.lane, begin, np.maximum(end, begin + least), lost)


def _bad_tasks(trace: Trace, digests: Digests, seen: InView) -> Tasks | None:
    if not len(trace.bad_rows):
        return None
    numbers, places = [], []
    for number, (lane, first, last) in enumerate(
        zip(seen.lanes, seen.first, seen.last, strict=True)
    ):
        if last > first:
            bad = digests[lane.ordinal - 1].bad
            low, high = bad.searchsorted((first, last)).tolist()
            if high > low:
                places.append(_by_column(lane.begun, bad[low:high], seen.edges))
                numbers.append(np.full(len(places[-1]), number))
    if not places:
        return None
    begun = [seen.lanes[n[0]].begun[at] for n, at in zip(numbers, places, strict=True)]
    ended = [seen.lanes[n[0]].ended[at] for n, at in zip(numbers, places, strict=True)]
    colours = [np.zeros(len(at), np.int8) for at in places]
    tasks = Tasks(*map(np.concatenate, (numbers, places, begun, ended, colours)))
    tasks = tasks.where(tasks.ended - tasks.begun < seen.wide_ns)
    return tasks if len(tasks) else None


def _by_column(begun: Ints, bad: Ints, edges: Ints) -> Ints:
    """Of more bad tasks than columns, the last that began in each; any other ended within it."""
    if len(bad) <= len(edges):
        return bad
    after = bad.searchsorted(begun.searchsorted(edges, side="right"))
    last = np.maximum(after - 1, 0)
    return bad[last[np.diff(last, prepend=-1) > 0]]
