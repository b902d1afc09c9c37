"""Numbers of a run while it goes on: cheap enough for every frame. Pure."""

from dataclasses import dataclass

from ..recording import Recording
from ..trace.lane import Lane
from ..trace.trace import Trace

NS = 1e9
FAR, FAR_S = 2, 1.0
"""By far longer than others: so many times as long as the longest of them, and so many seconds."""


@dataclass(frozen=True)
class Metrics:
    """Figures of a run so far; None where they are not known yet. Times in seconds.

    elapsed_s: from the call of the Pool method to its return, to the moment when it was clear that
    it never would, or to now.
    makespan_s: the same, but None for a method that never returned.
    work_s: the sum of all task times, as far as they lie before the end of elapsed_s.
    busy_workers: work_s / elapsed_s, the workers that were in a task, on average over time.
    utilisation: busy_workers / processes: the share of the pool's time spent in tasks.

    busy_workers is a speed-up only where each busy worker has a CPU, or its tasks only wait: with
    more workers than CPUs the tasks themselves take longer. That is why it is not called one.
    """

    elapsed_s: float | None = None
    makespan_s: float | None = None
    work_s: float = 0.0
    busy_workers: float | None = None
    utilisation: float | None = None


def measure(recording: Recording, now_ns: int) -> Metrics:
    """The figures of `recording`; `now_ns` (the run's clock) ends what is still going on."""
    trace, journal = recording.trace, recording.journal
    if trace is None or journal.called_ns is None:
        return Metrics()
    end_ns = journal.over_ns or (trace.end_ns if trace.ended else now_ns)
    elapsed_ns = max(end_ns - journal.called_ns, 0)
    gave_up = journal.returned_ns is None and (trace.ended or journal.over_ns is not None)
    work_ns = trace.busy_ns(end_ns)
    busy_workers = work_ns / elapsed_ns if elapsed_ns else None
    processes = recording.experiment.pool.processes
    return Metrics(
        elapsed_s=elapsed_ns / NS,
        makespan_s=None if gave_up else elapsed_ns / NS,
        work_s=work_ns / NS,
        busy_workers=busy_workers,
        utilisation=None if busy_workers is None else busy_workers / processes,
    )


def busy_share(busy_s: float, elapsed_s: float | None) -> float:
    """The share of the elapsed time that a worker spent in tasks, 0 to 1.

    A task that was running when the end was noted can reach a little beyond it.
    """
    return min(busy_s / elapsed_s, 1.0) if elapsed_s else 0.0


def busy_ns(lane: Lane, now_ns: int) -> int:
    """ns that a worker has spent in tasks until then, the one in hand included."""
    return lane.busy_so_far(now_ns)


def mean_initializer_s(trace: Trace) -> float | None:
    """Seconds that the pool's initializer took, on average; None before one has returned."""
    told = trace.told
    return told.initializers_ns / told.initializers / NS if told.initializers else None


@dataclass(frozen=True)
class Straggler:
    """The task that runs longest: its row, for how long by now, and the longest finished one."""

    row: int
    took_s: float
    longest_s: float


def straggler(recording: Recording, now_ns: int) -> Straggler | None:
    """A task that has run by far longer than any that is over; None while there is none such.

    Costs by the workers that live, not by the tasks.
    """
    trace = recording.trace
    if trace is None or not recording.counts.over:
        return None
    running = [lane.running for lane in trace.living if lane.running is not None]
    row, begun_ns = min(running, key=lambda task: task[1], default=(0, now_ns))
    took_s, longest_s = (now_ns - begun_ns) / NS, trace.longest_ns / NS
    if took_s <= max(FAR * longest_s, FAR_S):
        return None
    return Straggler(row, took_s, longest_s)


def remaining_s(recording: Recording, now_ns: int) -> float | None:
    """Seconds that the rest will take: the mean time of a finished task for each that is not over,
    less what the running ones have had, shared by as many workers as were busy on average.

    None where that would say nothing: before the first task is over, when all have begun, and
    while one runs by far longer than any before. Costs by the workers that live.
    """
    trace, called_ns, counts = recording.trace, recording.journal.called_ns, recording.counts
    finished = counts.done + counts.raised
    left = counts.total - counts.over
    if trace is None or called_ns is None or not finished or left <= counts.running:
        return None
    if now_ns <= called_ns or straggler(recording, now_ns) is not None:
        return None
    running = [lane.running[1] for lane in trace.living if lane.running is not None]
    running_ns = sum(max(now_ns - begun_ns, 0) for begun_ns in running)
    busy_workers = (trace.finished_ns + running_ns) / (now_ns - called_ns)
    if busy_workers <= 0:
        return None
    rest_ns = trace.finished_ns / finished * left - running_ns
    return max(rest_ns, 0.0) / busy_workers / NS
