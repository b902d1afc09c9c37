"""What was seen of the processes of a run from outside, as far as it helps to explain it. Pure."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..sampling.layout import Role
from ..sampling.samples import Samples, Series
from .case import NS, Case
from .sources import imports_of

LEAST_ROUNDS = 2
"""Of which a mean is made."""
LEAST_LOOKS = 4
"""At workers, of which a share is made."""
STARTERS = frozenset({"subprocess", "multiprocessing"})
"""Packages of tasks that may start processes, where nobody has looked whether they do."""


@dataclass(frozen=True)
class Seen:
    """None where nobody has looked, or not often enough.

    runnable: the share of looks at workers in tasks at which they ran or wanted to, or something
    did that the task had started. machine_busy: the share of the CPUs that was busy meanwhile,
    whoever it was; others_cpus: so many of them with programs that are not of the run. cpu_s: CPU
    time of all workers. starts: tasks started processes; started_s: CPU time of those, None where
    the looks cannot tell it. threads: the most that a worker was seen with. rss, rss_at_ns:
    the most bytes that all workers had together, and when. available: the least bytes that were
    free for programs. limit: bytes that there are at most.
    """

    runnable: float | None = None
    machine_busy: float | None = None
    others_cpus: float | None = None
    cpu_s: float | None = None
    starts: bool = False
    started_s: float | None = None
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
    starts, started_s = _started(case)
    return Seen(
        runnable=_share(case, _within(case, samples.workers_runnable())),
        machine_busy=_mean(_within(case, samples.machine_cpu())),
        others_cpus=_others_cpus(case),
        cpu_s=_integral_s(cpu),
        starts=starts,
        started_s=started_s,
        threads=_threads(samples),
        rss=None if heaviest is None else _whole(rss.values[heaviest]),
        rss_at_ns=None if heaviest is None else int(rss.at_ns[heaviest]),
        available=_whole(available.min()) if len(available) else None,
        limit=samples.limit_bytes,
    )


def count_started(case: Case, seen: Seen) -> None:
    """What tasks had other processes compute is what they compute: the case's figures have it."""
    numbers = case.numbers
    if not seen.started_s or numbers.cpu_s is None or numbers.work_s <= 0:
        return
    share = (numbers.cpu_share or 0.0) + seen.started_s / numbers.work_s
    case.numbers = replace(numbers, cpu_s=numbers.cpu_s + seen.started_s, cpu_share=share)


def _started(case: Case) -> tuple[bool, float | None]:
    """Whether tasks started processes, and the CPU time of these; None where nobody can tell.

    The system tells a worker what each process that it has waited for had used: on Linux. What
    workers were told that have been replaced since, nobody has seen in full.
    """
    samples = case.recording.samples
    workers = [one.number for one in samples.processes if one.role is Role.WORKER]
    if not any(samples.last(number) for number in workers):
        return not STARTERS.isdisjoint(imports_of(case.experiment)), None
    used_s = min(samples.started_cpu_s, case.makespan_s * case.numbers.cpus)
    starts = used_s > 0 or any(one.role is Role.OF_TASK for one in samples.processes)
    if not starts:
        return False, 0.0
    told = str(case.recording.machine.get("system", "")).startswith("Linux")
    replaced = any(lane.replaces is not None for lane in case.trace.lanes)
    return True, used_s if told and not replaced else None


def _others_cpus(case: Case) -> float | None:
    """What the machine's CPUs did less what the run's processes did, the app's included, on
    average; None where a part of the CPUs is granted: nobody sees what others take of that.
    """
    samples, cpus = case.recording.samples, case.numbers.cpus
    if case.recording.machine.get("affinity") != cpus:
        return None
    machine, own = _within(case, samples.machine_cpu()), _within(case, samples.own_cpu())
    at_ns, of_machine, of_own = np.intersect1d(machine.at_ns, own.at_ns, return_indices=True)
    if len(at_ns) < LEAST_ROUNDS:
        return None
    others = cpus * machine.values[of_machine] - own.values[of_own]
    spans = np.diff(at_ns)
    return max(float((others[1:] * spans).sum() / spans.sum()), 0.0)


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
