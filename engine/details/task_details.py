"""All that a trace knows of one task, and of the chunk that brought it to its worker. Pure.

Costs by none of the others: a few searches.
"""

from dataclasses import dataclass

import numpy as np

from ..trace.handing_out import chunk_of
from ..trace.lane import Lane
from ..trace.layout import ChunkOutcome, TaskState
from ..trace.trace import Trace


@dataclass(frozen=True)
class Way:
    """A chunk and its way into a worker and out again, as far as it has come. Times in ns.

    place: of the task in it, 1 for the first of `size`. taker: the ordinal of the worker that took
    it; 0 before. queued_ns: from when the host had pickled it, and began to put it into the queue,
    until it was taken, or until now; None before. taken_ns: when that was; 0 before.
    before_ns: from then until the task began: unpickling, and the tasks before it; None before.
    cpu_ns: CPU time of the worker's thread while its tasks ran; work_ns: how long they ran; None
    until they are over. bytes_in, bytes_out: of its messages; 0 where they are not known.
    """

    number: int
    size: int
    place: int
    taker: int = 0
    queued_ns: int | None = None
    taken_ns: int = 0
    before_ns: int | None = None
    cpu_ns: int | None = None
    work_ns: int | None = None
    bytes_in: int = 0
    bytes_out: int = 0

    @property
    def cpu_share(self) -> float | None:
        """CPU time by the time that its tasks ran, 0 to 1; None until they are over."""
        if self.cpu_ns is None or not self.work_ns:
            return None
        return min(self.cpu_ns / self.work_ns, 1.0)


@dataclass(frozen=True)
class TaskDetails:
    """state: OPEN until it is over. ordinal: of the worker that ran it; 0 for none. begun_ns: 0
    before it began. took_ns: until now while it runs; None before it began.

    result_lost: it was done in vain. way: None while its chunk was not cut.
    """

    row: int
    state: TaskState
    ordinal: int = 0
    begun_ns: int = 0
    took_ns: int | None = None
    result_lost: bool = False
    way: Way | None = None

    @property
    def running(self) -> bool:
        return self.state is TaskState.OPEN and self.took_ns is not None


def task_details(trace: Trace, row: int, now_ns: int) -> TaskDetails:
    """Of the task in `row`; `now_ns` (the run's clock) ends what still goes on."""
    found = trace.find(row)
    if found is not None:
        lane, place = found
        begun_ns, ended_ns = int(lane.begun[place]), int(lane.ended[place])
        state = TaskState(int(trace.state_of(lane.rows[place : place + 1])[0]))
        lost = bool(trace.results_lost(np.array([row]))[0])
        way = _way_of(trace, row, begun_ns, now_ns)
        return TaskDetails(row, state, lane.ordinal, begun_ns, ended_ns - begun_ns, lost, way)
    lane_of = _running_in(trace, row)
    if lane_of is not None and lane_of.running is not None:
        begun_ns = lane_of.running[1]
        took_ns = max(now_ns - begun_ns, 0)
        way = _way_of(trace, row, begun_ns, now_ns)
        return TaskDetails(row, TaskState.OPEN, lane_of.ordinal, begun_ns, took_ns, way=way)
    way = _way_of(trace, row, 0, now_ns)
    return TaskDetails(row, _state_without_lane(trace, row, way), way=way)


def _state_without_lane(trace: Trace, row: int, way: Way | None) -> TaskState:
    """Of a task that no lane has: it waits, or its chunk broke before it could begin."""
    state = TaskState(int(trace.tasks["state"][row]))
    if state in (TaskState.NOT_RUN, TaskState.LOST):
        return state
    whole = (ChunkOutcome.OPEN, ChunkOutcome.DONE)
    broken = way is not None and trace.chunks["outcome"][way.number] not in whole
    begun = bool(trace.tasks["begun"][row])  # then it is not taken in yet
    return TaskState.NOT_RUN if broken and not begun else TaskState.OPEN


def _running_in(trace: Trace, row: int) -> Lane | None:
    ordinal = int(trace.tasks["worker"][row])
    if not 1 <= ordinal <= len(trace.lanes):
        return None
    lane = trace.lanes[ordinal - 1]
    return lane if lane.running is not None and lane.running[0] == row else None


def _way_of(trace: Trace, row: int, begun_ns: int, now_ns: int) -> Way | None:
    chunk = chunk_of(trace, row)
    if chunk is None:
        return None
    names = ("first", "size", "worker", "handed", "taken", "cpu", "ran", "bytes_in", "bytes_out")
    first, size, taker, handed, taken, cpu, ran, bytes_in, bytes_out = (
        int(trace.chunks[name][chunk]) for name in names
    )
    queued_ns = before_ns = work_ns = None
    if handed and (taken or not trace.ended):
        queued_ns = max((taken or now_ns) - handed, 0)
    if taken and begun_ns:
        before_ns = max(begun_ns - taken, 0)
    first_ns = int(trace.tasks["begun"][first])
    if ran and first_ns:
        work_ns = max(ran - first_ns, 0)
    return Way(
        chunk,
        size,
        row - first + 1,
        taker if 1 <= taker <= len(trace.lanes) else 0,
        queued_ns,
        taken,
        before_ns,
        None if work_ns is None else cpu,
        work_ns,
        bytes_in,
        bytes_out,
    )
