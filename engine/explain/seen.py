"""What was seen of the processes of a run from outside, as far as it helps to explain it. Pure."""

import math
from dataclasses import dataclass

import numpy as np

from ..sampling.layout import Role
from ..sampling.samples import Samples, Series
from .case import NS, Case

LEAST_ROUNDS = 2
"""Of which a mean is made."""
LEAST_LOOKS = 4
"""At workers, of which a share is made."""


@dataclass(frozen=True)
class Seen:
    """None where nobody has looked, or not often enough.

    runnable: the share of looks at workers in tasks at which they ran or wanted to.
    machine_busy: the share of the CPUs that was busy meanwhile, whoever it was. cpu_s: CPU time of
    all workers. threads: the most that a worker was seen with. rss, rss_at_ns: the most bytes that
    all workers had together, and when. available: the least bytes that were free for programs.
    limit: bytes that there are at most.
    """

    runnable: float | None = None
    machine_busy: float | None = None
    cpu_s: float | None = None
    threads: int | None = None
    rss: int | None = None
    rss_at_ns: int | None = None
    available: int | None = None
    limit: int | None = None


def look(case: Case) -> Seen:
    """At what was sampled between the begin of the first task and the end of the last."""
    samples = case.recording.samples
    cpu, rss = _within(case, samples.workers_cpu()), _within(case, samples.workers_rss())
    available = _within(case, samples.available()).values
    heaviest = int(np.argmax(rss.values)) if len(rss.values) else None
    return Seen(
        runnable=_share(case, _within(case, samples.workers_runnable())),
        machine_busy=_mean(_within(case, samples.machine_cpu())),
        cpu_s=_integral_s(cpu),
        threads=_threads(samples),
        rss=None if heaviest is None else _whole(rss.values[heaviest]),
        rss_at_ns=None if heaviest is None else int(rss.at_ns[heaviest]),
        available=_whole(available.min()) if len(available) else None,
        limit=samples.limit_bytes,
    )


def _within(case: Case, series: Series) -> Series:
    inside = (series.at_ns >= case.first_ns) & (series.at_ns <= case.last_ns)
    inside &= np.isfinite(series.values)
    return Series(series.at_ns[inside], series.values[inside])


def _whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None


def _share(case: Case, series: Series) -> float | None:
    """Of the looks at workers in tasks: those that have none sleep. Up to the end of the work, by
    the share of their time that they were in tasks then.
    """
    end_ns = case.numbers.tail_begin_ns or case.last_ns
    values = series.values[series.at_ns <= end_ns]
    span_ns = (end_ns - case.first_ns) * case.workers
    if len(values) * case.workers < LEAST_LOOKS or span_ns <= 0:
        return None
    in_tasks = sum(lane.busy_until(end_ns) for lane in case.trace.lanes) / span_ns
    return min(float(values.mean()) / max(in_tasks, 1e-6), 1.0)


def _mean(series: Series) -> float | None:
    return float(series.values.mean()) if len(series.values) >= LEAST_ROUNDS else None


def _integral_s(series: Series) -> float | None:
    """Of CPUs that were used, each value being that of the time since the one before."""
    if len(series.values) < LEAST_ROUNDS:
        return None
    return float((series.values[1:] * np.diff(series.at_ns)).sum()) / NS


def _threads(samples: Samples) -> int | None:
    workers = [one.number for one in samples.processes if one.role is Role.WORKER]
    readings = [samples.last(number) for number in workers]
    return max((one.threads for one in readings if one is not None), default=None)
