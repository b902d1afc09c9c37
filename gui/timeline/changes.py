"""What of a trace has changed since it was last drawn. Pure."""

from dataclasses import dataclass
from typing import Self

from ...engine.journal import Journal
from ...engine.recording import Recording
from ...engine.trace.lane import Lane
from ...engine.trace.trace import Trace


@dataclass(frozen=True)
class Signature:
    """What a drawing depends on beside the time; two equal ones look the same.

    frontier_ns: no lane can show anything new before this time.
    """

    over: int
    running: tuple[int, ...]
    lanes: int
    ended: bool
    workers: int
    stopped: bool
    moments_ns: tuple[int, ...]
    frontier_ns: int

    @classmethod
    def of(cls, recording: Recording, trace: Trace) -> Self:
        count = len(trace.lanes)
        columns = ("pid", "ready", "died", "exit_code")
        return cls(
            over=trace.counts.over,
            running=tuple(lane.running[0] for lane in trace.lanes if lane.running is not None),
            lanes=count,
            ended=trace.ended,
            workers=sum(int(trace.workers[column][:count].sum()) for column in columns),
            stopped=recording.journal.stopped,
            moments_ns=moments_ns(recording.journal),
            frontier_ns=min((_frontier_ns(lane) for lane in trace.lanes), default=0),
        )


def _frontier_ns(lane: Lane) -> int:
    if lane.running is not None:
        return lane.running[1]
    return int(lane.ended[-1]) if len(lane) else 0


def moments_ns(journal: Journal) -> tuple[int, ...]:
    """When the Pool method was called and when it returned, as far as it was."""
    return tuple(at for at in (journal.called_ns, journal.returned_ns) if at is not None)


def run_end_ns(recording: Recording, trace: Trace, now_ns: int) -> int:
    """Now, while anything can still happen; then the last thing that did."""
    known_ns = max([trace.end_ns, *(lane.ready_ns for lane in trace.lanes)])
    returned_ns = recording.journal.returned_ns
    idle = all(lane.running is None for lane in trace.lanes)
    if trace.ended or (returned_ns is not None and idle):
        return max(known_ns, returned_ns or 0)
    return max(known_ns, now_ns)
