"""Numbers of a run. Pure: a Recording or Trace in, figures out."""

from dataclasses import dataclass

from .recording import Recording
from .trace.lane import Lane

NS = 1e9


@dataclass(frozen=True)
class Metrics:
    """Figures of a run so far; None where they are not known yet. Times in seconds.

    makespan_s: from the call of the Pool method to its return, or to now while it is on.
    work_s: the sum of all task times.
    speed_up: work_s / makespan_s, the speed-up against the same task times one after the other.
    utilisation: work_s / (processes x makespan_s): the share of the pool's time spent in tasks.
    Source of the definitions: the usual ones of parallel computing, with task times measured
    inside the pool in the place of a run on one processor.
    """

    makespan_s: float | None = None
    work_s: float = 0.0
    speed_up: float | None = None
    utilisation: float | None = None


def measure(recording: Recording, now_ns: int) -> Metrics:
    """The figures of `recording`; `now_ns` (the run's clock) ends what is still going on."""
    trace, journal = recording.trace, recording.journal
    if trace is None or journal.called_ns is None:
        return Metrics()
    end_ns = journal.returned_ns or (trace.end_ns if trace.ended else now_ns)
    makespan_ns = max(end_ns - journal.called_ns, 0)
    work_ns = sum(busy_ns(lane, end_ns) for lane in trace.lanes)
    if not makespan_ns:
        return Metrics(0.0, work_ns / NS)
    processes = recording.experiment.pool.processes
    return Metrics(
        makespan_s=makespan_ns / NS,
        work_s=work_ns / NS,
        speed_up=work_ns / makespan_ns,
        utilisation=work_ns / (processes * makespan_ns),
    )


def busy_ns(lane: Lane, now_ns: int) -> int:
    """ns that a worker has spent in tasks, the one in hand included."""
    running = max(now_ns - lane.running[1], 0) if lane.running is not None else 0
    return lane.busy_ns + running
