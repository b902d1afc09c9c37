"""What of a trace has changed since it was last drawn. Pure."""

from dataclasses import dataclass
from typing import Self

from ....engine.journal import Journal
from ....engine.recording import Recording
from ....engine.trace.lane import Lane
from ....engine.trace.trace import Trace
from .palette import nice_limit


@dataclass(frozen=True)
class Signature:
    """What a drawing depends on beside the time; two equal ones look the same.

    troubles: how many faults, kills and lost results there were.
    frontier_ns: no lane can show anything new before this time. Lanes that are over cannot at all.
    shades_ns: the duration that has the last shade of colours by duration.
    """

    over: int
    running: tuple[int, ...]
    lanes: int
    ended: bool
    workers: int
    stopped: bool
    moments_ns: tuple[int, ...]
    frontier_ns: int
    troubles: tuple[int, int, int] = (0, 0, 0)
    shades_ns: int = 0

    @classmethod
    def of(cls, recording: Recording, trace: Trace) -> Self:
        counts = trace.counts
        return cls(
            over=counts.over,
            running=tuple(lane.running[0] for lane in trace.living if lane.running is not None),
            lanes=len(trace.lanes),
            ended=trace.ended,
            workers=trace.told.said,
            stopped=recording.journal.stopped,
            moments_ns=moments_ns(recording.journal),
            troubles=(
                len(recording.journal.faults),
                len(recording.journal.kills),
                counts.result_lost,
            ),
            frontier_ns=min((_frontier_ns(lane) for lane in trace.living), default=0),
            shades_ns=nice_limit(trace.longest_ns),
        )


def _frontier_ns(lane: Lane) -> int:
    return lane.running[1] if lane.running is not None else lane.until_ns


def moments_ns(journal: Journal) -> tuple[int, ...]:
    """When the Pool method was called and when it returned, as far as it was."""
    return tuple(at for at in (journal.called_ns, journal.returned_ns) if at is not None)


def run_end_ns(recording: Recording, trace: Trace, now_ns: int) -> int:
    """Now, while anything can still happen; then the last thing that did."""
    told, returned_ns = trace.told, recording.journal.returned_ns
    known_ns = max(trace.end_ns, told.begun_ns)
    idle = all(lane.running is None for lane in trace.living)
    if trace.ended:
        known_ns = max(known_ns, _last_word_ns(recording, trace))
    if trace.ended or (returned_ns is not None and idle):
        return max(known_ns, returned_ns or 0)
    return max(known_ns, now_ns)


def _last_word_ns(recording: Recording, trace: Trace) -> int:
    """The last that is known of a run that is over.

    Workers leave after it, so their ends count only where it did not end by itself.
    """
    journal = recording.journal
    moments = [at or 0 for at in (journal.returned_ns, journal.problem_ns, journal.stopped_ns)]
    if journal.returned_ns is None:
        moments.append(trace.told.died_ns)
    return max(*moments, trace.last_ns)
