"""Reasons in how many workers there were for the CPUs. Pure."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..experiment import PROCESSES_HERE, Experiment
from .case import NS, Case
from .memory import ROOM
from .reason import Cause, Evidence, Reason, Remedy, Span
from .seen import Seen
from .sources import imports_of, is_computing
from .what_if import Plan, best, chunksizes, round_first

FULL, BUSY = 0.7, 0.9
"""Of the CPUs: so full by our own tasks, or so busy by all programs, that tasks wait for one."""
WAITS = 0.25
"""A task that computes less of its time than this waits, whatever else the machine does."""
FEWER = 0.75
"""So many times the workers, or less, are worth saying that there are too many."""
MORE = 1.2
FURTHEST = 8
"""Times as many workers as there were: what is known of them reaches no further."""
AT_WORK = 0.75
"""Of their time that workers were in tasks, when more of them would help."""
UNEVEN, SLACK = 1.1, 0.02
"""Other chunks that are so many times as quick go with more workers; of the quickest, so much
longer is as good."""
OTHERS = 0.2
"""Of the workers' CPU time that other threads than the one of the task used."""


def reasons(case: Case, seen: Seen) -> Iterator[Reason]:
    """THREADS, TOO_MANY_WORKERS or TOO_FEW_WORKERS."""
    share = case.numbers.cpu_share
    if share is None or case.one_at_a_time or not case.numbers.cpu_s:
        return
    threads = _threads(case, seen)
    if threads is not None:
        yield threads
        return
    need = needed_cpu(case, seen)
    if is_contended(case, seen):
        found = _too_many(case, need)
    else:
        found = _too_few(case, need, seen)
    if found is not None:
        yield found


def fullness(case: Case) -> float:
    """CPU time of the workers by what the CPUs had, from the making of the pool to the end of the
    last task. Of starts and initializers only the times on the clock are known: they are taken to
    have had a CPU for the same share of it as the tasks.
    """
    numbers = case.numbers
    span_s = max(case.last_ns - case.pool_ns, 1) / NS
    starts_s = numbers.start_up.all_s * min(numbers.cpu_share or 0.0, 1.0)
    return ((numbers.cpu_s or 0.0) + starts_s) / (span_s * numbers.cpus)


def is_contended(case: Case, seen: Seen) -> bool:
    """More tasks than CPUs wanted one: there are more workers, and the CPUs were full; of them, or
    of other programs while the tasks did anything but wait.
    """
    share = case.numbers.cpu_share or 0.0
    if case.workers <= case.numbers.cpus or share > BUSY:
        return False
    if fullness(case) >= FULL:
        return True
    wanted = (seen.runnable or 0.0) >= FULL
    return wanted and (seen.machine_busy or 0.0) >= BUSY


def needed_cpu(case: Case, seen: Seen) -> float | None:
    """What share of its time a task would use a CPU if it always got one; None where nobody knows.

    Of the time of a task, `cpu_share` is what it computes and 1 - `runnable` what it waits for
    something else than a CPU: what is left is waiting for one, and would not be. So it is
    cpu_share / (cpu_share + 1 - runnable). Nobody has to have looked where the CPUs were not full.
    """
    share = min(case.numbers.cpu_share or 0.0, 1.0)
    if is_computing(case.experiment):
        return 1.0
    if seen.runnable is not None and share > 0:
        return share / (share + max(1.0 - seen.runnable, 0.0))
    if share <= WAITS and fullness(case) < FULL:
        return share
    return share if share >= BUSY else None


def _too_many(case: Case, need: float | None) -> Reason | None:
    """cost_s: what the workers beyond those that the CPUs have use for took of the start.

    From the call until the last worker was ready the CPUs started workers, but for what tasks
    computed meanwhile: (w - better) / w of that. Tasks themselves take longer side by
    side, but all of them together hardly do.
    """
    numbers, workers = case.numbers, case.workers
    if need is None:
        return None
    better = crew_for(numbers.cpus, need)
    if better > FEWER * workers:
        return None
    ready_ns = max((lane.ready_ns for lane in case.first_lanes), default=case.pool_ns)
    until_ns = min(ready_ns, case.last_ns)
    worked_s = sum(lane.busy_until(until_ns) for lane in case.trace.lanes) / NS
    worked_s *= (numbers.cpu_share or 0.0) / numbers.cpus
    starting_s = max((until_ns - case.called_ns) / NS - worked_s, 0.0)
    values = {
        "processes": numbers.processes,
        "cpus": numbers.cpus,
        "cpu_share": numbers.cpu_share,
        "better": better,
    }
    evidence = Evidence((Span(min(case.called_ns, case.first_ns), case.last_ns),))
    cost_s = starting_s * (1 - better / workers)
    return Reason(Cause.TOO_MANY_WORKERS, cost_s, values, evidence, Remedy({"processes": better}))


def mended_s(case: Case, seen: Seen) -> float | None:
    """How long the tasks take as many workers as the CPUs have use for, when all CPUs are theirs;
    their starts included. None where nobody knows what the tasks need.
    """
    numbers, need = case.numbers, needed_cpu(case, seen)
    if need is None or numbers.cpu_s is None:
        return None
    crew = min(crew_for(numbers.cpus, need), case.workers)
    computing_s = numbers.cpu_s / max(min(crew * need, numbers.cpus), 1e-3)
    between_s = case.gap_s * case.chunks / crew + max(case.returned_ns - case.last_ns, 0) / NS
    return computing_s + each_start_s(case) * crew + between_s


def each_start_s(case: Case) -> float:
    """What the start of a worker took, when they start one after the other."""
    ready_ns = [lane.ready_ns for lane in case.first_lanes]
    return (max(ready_ns, default=case.pool_ns) - case.pool_ns) / NS / max(len(ready_ns), 1)


def crew_for(cpus: int, need: float) -> int:
    """Workers that keep the CPUs busy with tasks that need so much of one; a quarter is none."""
    return max(cpus, math.ceil(cpus / max(need, 1e-6) - 0.25))


def _too_few(case: Case, need: float | None, seen: Seen) -> Reason | None:
    """cost_s: what is saved when the same tasks are shared out among more, who take as long for
    each as long as there are CPUs for what they compute; less what their starts take, which is as
    much for each as it was in the run.
    """
    numbers, workers = case.numbers, case.workers
    if need is None or at_work(case) < AT_WORK or case.tasks <= workers:
        return None
    most = min(FURTHEST * workers, case.tasks, PROCESSES_HERE)
    most = min(crew_for(numbers.cpus, max(need, 0.01)), most, _fitting(case, seen))
    if seen.starts and seen.started_s is None:  # they may compute what the tasks wait for
        most = min(most, numbers.cpus)
    crews = {most} | {min(2**doubled * workers, most) for doubled in range(1, 4)}
    played = {crew: _shared_by(case, crew) for crew in crews if crew >= MORE * workers}
    if not played:
        return None
    better = min(played, key=lambda crew: played[crew].time_s)
    cost_s = _shared_by(case, workers).time_s - played[better].time_s
    values = {
        "processes": numbers.processes,
        "cpus": numbers.cpus,
        "cpu_share": numbers.cpu_share,
        "better": better,
    }
    evidence = Evidence((Span(case.first_ns, case.last_ns),))
    remedy = Remedy({"processes": better, **played[better].pool})
    return Reason(Cause.TOO_FEW_WORKERS, cost_s, values, evidence, remedy)


def _fitting(case: Case, seen: Seen) -> int:
    """Workers that the memory has room for, if each has as much as those had at their height."""
    if not seen.rss or not seen.limit:
        return PROCESSES_HERE
    return int(ROOM * seen.limit * case.workers / seen.rss)


def at_work(case: Case) -> float:
    """The share of their time that workers were in tasks, while there were chunks to take."""
    end_ns = case.numbers.tail_begin_ns or case.last_ns
    span_ns = (end_ns - max(case.called_ns, case.first_ns)) * case.workers
    if span_ns <= 0:
        return case.numbers.utilisation or 0.0
    return sum(lane.busy_until(end_ns) for lane in case.trace.lanes) / span_ns


class Shared(NamedTuple):
    """How long the tasks take other workers, and what has to be set besides."""

    time_s: float
    pool: dict[str, Any]


def _shared_by(case: Case, crew: int) -> Shared:
    """So many workers, their starts included; with other chunks where those that the run would have
    then leave a worker without any, or are far from even.
    """
    case.watch()
    plan = Plan(case.durations_s, case.gap_s)
    size = max(case.experiment.with_pool(processes=crew).pool.chunksize_for(case.tasks), 1)
    time_s, pool = plan.makespan_s(size, crew), {}
    if case.has_chunks:
        sizes = round_first(reversed(chunksizes(case.tasks, crew)))
        smaller = [(one, plan.makespan_s(one, crew)) for one in sizes if one < size]
        other, other_s = best(smaller, SLACK) if smaller else (size, time_s)
        if smaller and (-(-case.tasks // size) < crew or time_s > UNEVEN * other_s):
            time_s, pool = other_s, {"chunksize": other}
    return Shared(time_s + each_start_s(case) * crew, pool)


def _threads(case: Case, seen: Seen) -> Reason | None:
    """cost_s: CPU time that other threads of the workers than those of the tasks used, by the CPUs:
    with a worker for each CPU, that is what they took from the tasks, at most.

    No remedy for threads of which nobody knows whose they are: a task may start its own.
    """
    numbers = case.numbers
    if seen.cpu_s is None or seen.threads is None or seen.threads < 2:
        return None
    others_s = seen.cpu_s - (numbers.cpu_s or 0.0) + (seen.started_s or 0.0)
    crowded = case.workers * seen.threads > numbers.cpus and case.workers >= numbers.cpus
    if not crowded or others_s < OTHERS * seen.cpu_s:
        return None
    libraries, variables = threaded(case.experiment)
    values = {
        "threads": seen.threads,
        "processes": numbers.processes,
        "cpus": numbers.cpus,
        "libraries": libraries,
        "variables": variables,
    }
    env = dict(case.experiment.place.env)
    wanted = {name: "1" for name in variables if libraries and env.get(name) != "1"}
    remedy = Remedy(variables=wanted) if wanted else None
    evidence = Evidence((Span(case.first_ns, case.last_ns),))
    return Reason(Cause.THREADS, others_s / numbers.cpus, values, evidence, remedy)


def threaded(experiment: Experiment) -> tuple[list[str], list[str]]:
    """Packages with threads of their own that the task's file imports, and their variables."""
    from ..checks.threads import LIBRARIES

    libraries = sorted(imports_of(experiment) & set(LIBRARIES))
    named = [LIBRARIES[library][-1] for library in libraries] or ["OMP_NUM_THREADS"]
    return libraries, list(dict.fromkeys(named))
