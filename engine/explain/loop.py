"""Reasons why a pool is no quicker than a plain loop. Pure."""

from typing import NamedTuple

from .case import Case
from .reason import Cause, Evidence, Reason, Remedy, Span

SLOWER = 1.1
"""A pool that takes so many times as long as a loop is slower; less is not seen by its clock."""
EXPLAINED = 0.7
"""Of what a loop would save: who has told so much of it has told why."""

STILL = 10
"""A loop that is so many times quicker than what a better setting leaves makes that one vain."""


class Loop(NamedTuple):
    """What a plain loop over the same tasks takes: the sum of the tasks' times, or of their CPU
    times where they had to share CPUs; or what a run by one worker took, where that is less: then
    it is `measured`. (Such a run is no loop, either: its chunks went through the pool.)
    """

    loop_s: float
    measured: bool = False


def loop_of(case: Case, *, contended: bool) -> Loop:
    numbers = case.numbers
    loop = Loop(numbers.work_s)
    if contended and numbers.cpu_s is not None:
        loop = Loop(numbers.cpu_s)
    if numbers.serial is not None and numbers.processes > 1:
        loop = min(loop, Loop(numbers.serial.makespan_s, measured=True))
    return loop


def slower(case: Case, loop: Loop) -> Reason | None:
    """SLOWER_THAN_LOOP. cost_s: makespan - loop."""
    if case.makespan_s < SLOWER * loop.loop_s or case.one_at_a_time:
        return None
    costs, workers = case.costs, case.workers
    values = {
        "loop_s": loop.loop_s,
        "makespan_s": case.makespan_s,
        "break_even_s": None if costs is None else costs.break_even_s(workers, case.chunksize),
        "measured": loop.measured,
    }
    evidence = Evidence((Span(case.called_ns, case.returned_ns),))
    return Reason(Cause.SLOWER_THAN_LOOP, case.makespan_s - loop.loop_s, values, evidence)


def one_at_a_time(case: Case, loop: Loop) -> Reason | None:
    """ONE_AT_A_TIME: apply waits for each task. cost_s: what the others could have taken over, as
    far as there are CPUs for what tasks compute.
    """
    numbers = case.numbers
    if not case.one_at_a_time or numbers.processes < 2 or case.tasks < 2:
        return None
    cpus = numbers.cpus / max(min(numbers.cpu_share or 1.0, 1.0), 1e-3)
    crew = min(numbers.processes, case.tasks, max(int(cpus), 1))
    longest_s = 0.0 if numbers.durations is None else numbers.durations.longest_s
    cost_s = case.makespan_s - max(loop.loop_s / crew, longest_s)
    values = {"processes": numbers.processes, "method": "apply", "better": "map"}
    evidence = Evidence((Span(case.called_ns, case.returned_ns),))
    return Reason(Cause.ONE_AT_A_TIME, cost_s, values, evidence, Remedy({"method": "map"}))
