"""What a recording knows about a problem beside its facts: where it is, and what went down with it.

Pure: a Problem and a Recording in, facts out. Whatever an opened file says is checked first.
"""

from typing import Any, NamedTuple

import numpy as np

from .exits import cause
from .problem import Kind, Problem
from .recording import Recording
from .trace.columns import Ints
from .trace.lane import Lane
from .trace.layout import ChunkOutcome, TaskState
from .trace.trace import Trace

BREAKS_CHUNK = (
    Kind.TASK_RAISED,
    Kind.WORKER_DIED,
    Kind.RESULT_NOT_SENT,
    Kind.RESULT_NOT_READ,
)
"""What takes other tasks of a chunk, or their results, down with it."""


EMPTY_HANDED = ("starting", "initializing", "waiting", "leaving")
"""Phases in which a worker holds neither a chunk nor a lock."""


class Place(NamedTuple):
    """Where a problem is seen: the row of a task, the ordinal of a worker, a time in ns.

    None where nobody knows.
    """

    row: int | None
    ordinal: int | None
    at_ns: int | None


def place_of(problem: Problem, at_ns: int | None, recording: Recording) -> Place:
    """Where `problem`, told at `at_ns`, is seen on the timeline."""
    trace = recording.trace
    if trace is None:
        return Place(None, None, at_ns)
    row = _row_of(problem, recording, trace)
    lane = _lane_of(problem, at_ns, trace)
    ordinal = None if lane is None else lane.ordinal
    if ordinal is None and row is not None:
        ordinal = int(trace.tasks["worker"][row]) or None
    if ordinal is None:
        ordinal = _taker_of(problem.values.get("chunk"), trace)
    if lane is not None and lane.died_ns:
        at_ns = lane.died_ns
    elif row is not None and problem.kind is Kind.TASK_RAISED:
        at_ns = int(trace.tasks["ended"][row]) or at_ns  # it was told when the method had returned
    return Place(row, ordinal, at_ns)


def explained(problem: Problem, recording: Recording, at_ns: int | None = None) -> Problem:
    """`problem` with what the recording knows beside it, for a better sentence.

    by_hand: the person sent the signal. never_run, went_down: [first, last, count] of the tasks of
    its chunk that never began, and of those that were done and whose results went down with it;
    first and last are None where the tasks are neighbours by row only.
    """
    trace = recording.trace
    if trace is None or problem.kind not in BREAKS_CHUNK:
        return problem
    values: dict[str, Any] = dict(problem.values)
    lane = _lane_of(problem, at_ns, trace)
    if problem.kind is Kind.WORKER_DIED and lane is not None:
        killed = (kill for kill in recording.journal.kills if kill.ordinal == lane.ordinal)
        if any(cause(-kill.signal) == values.get("cause") for kill in killed):
            values["by_hand"] = True
    chunk = _chunk_of(problem, recording, trace, lane)
    if chunk is not None:
        values |= _broken(chunk, recording, trace)
    return Problem(problem.kind, problem.field, values)


def harmless(problem: Problem, recording: Recording, at_ns: int | None = None) -> bool:
    """Nothing was lost by it: processes that were ended with the run, and the death of a worker
    that had nothing in hand, and no lock."""
    if problem.kind is Kind.LEFT_BEHIND:
        return True
    if problem.kind is not Kind.WORKER_DIED or {"task", "first"} & set(problem.values):
        return False
    lane = None if recording.trace is None else _lane_of(problem, at_ns, recording.trace)
    if lane is not None and lane.chunk is not None:
        return False
    return problem.values.get("phase") in EMPTY_HANDED


def _row_of(problem: Problem, recording: Recording, trace: Trace) -> int | None:
    """The row of the task that it names; facts about tasks are indices."""
    index = problem.values.get("task")
    if index is None and problem.kind in (Kind.WORKER_DIED, Kind.RESULT_VANISHED):
        index = problem.values.get("first")
    known = isinstance(index, int) and 0 <= index < trace.total
    return recording.row_of(index) if known and isinstance(index, int) else None


def _lane_of(problem: Problem, at_ns: int | None, trace: Trace) -> Lane | None:
    """The last worker that had the PID which it names, and was born before `at_ns`."""
    pid, count = problem.values.get("pid"), len(trace.lanes)
    if not isinstance(pid, int) or not count:
        return None
    found = np.flatnonzero(trace.workers["pid"][:count] == pid)
    if at_ns is not None:
        found = found[trace.workers["born"][:count][found] <= at_ns]
    return trace.lanes[int(found[-1])] if len(found) else None


def _taker_of(chunk: Any, trace: Trace) -> int | None:
    known = isinstance(chunk, int) and 0 <= chunk < trace.chunks.rows
    return (int(trace.chunks["worker"][chunk]) or None) if known else None


def _chunk_of(
    problem: Problem, recording: Recording, trace: Trace, lane: Lane | None
) -> int | None:
    """The chunk that it broke."""
    row = _row_of(problem, recording, trace)
    if problem.kind is Kind.WORKER_DIED and lane is not None:
        chunk = lane.chunk
    else:
        chunk = None if row is None else int(trace.tasks["chunk"][row])
    if chunk is None or not 0 <= chunk < trace.chunks.rows:
        return None
    outcome = trace.chunks["outcome"][chunk]
    if problem.kind is Kind.WORKER_DIED:  # one that had sent its result has broken nothing
        return chunk if outcome == ChunkOutcome.LOST else None
    return None if outcome == ChunkOutcome.DONE else chunk


def _broken(chunk: int, recording: Recording, trace: Trace) -> dict[str, list[int | None]]:
    first, size = int(trace.chunks["first"][chunk]), int(trace.chunks["size"][chunk])
    rows = np.arange(max(first, 0), min(first + size, trace.total))
    states, begun = trace.tasks["state"][rows], trace.tasks["begun"][rows]
    parts = {"never_run": rows[begun == 0], "went_down": rows[states == TaskState.DONE]}
    return {name: _span(part, recording) for name, part in parts.items() if len(part)}


def _span(rows: Ints, recording: Recording) -> list[int | None]:
    """First, last and count of neighbours."""
    if recording.reordered and len(rows) > 1:
        return [None, None, len(rows)]
    indices = recording.indices_of(rows)
    return [int(indices[0]), int(indices[-1]), len(rows)]
