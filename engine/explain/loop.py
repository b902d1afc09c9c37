"""Reasons why a pool is no quicker than a plain loop. Pure."""

from typing import Any, NamedTuple

from .case import GUESSED_GAP_S, NS, Case
from .reason import Cause, Evidence, Reason, Remedy, Span

SLOWER = 1.1
"""A pool that takes so many times as long as a loop is slower; less is not seen by its clock."""
EXPLAINED = 0.7
"""Of what a loop would save: who has told so much of it has told why."""

STILL = 10
"""A loop that is so many times quicker than what a better setting leaves makes that one vain."""
SHORT = 4
"""Tasks that take more than so many times what a pool pays from are not too short for it."""


class Loop(NamedTuple):
    """What a plain loop over the same tasks takes: the sum of the tasks' times, or of their CPU
    times where they had to share CPUs; or what a run by one worker took, where that is less: then
    it is `measured`. (Such a run is no loop, either: its chunks went through the pool.)
    """

    loop_s: float
    measured: bool = False


def loop_of(case: Case, *, contended: bool, used_s: float | None = None) -> Loop:
    """used_s: CPU time of the workers, all that they did included, where somebody looked. Other
    programs can have left all of them less than one CPU: a loop would have got no more.
    """
    numbers = case.numbers
    loop = Loop(numbers.work_s)
    if contended and numbers.cpu_s is not None:
        span_s = max(case.last_ns - case.first_ns, 1) / NS
        got = min(max(numbers.cpu_s, used_s or 0.0) / span_s, 1.0)
        loop = min(loop, Loop(numbers.cpu_s / got if got > 0 else 0.0))
    if numbers.serial is not None and numbers.processes > 1:
        loop = min(loop, Loop(numbers.serial.makespan_s, measured=True))
    return loop


def slower(case: Case, loop: Loop) -> Reason | None:
    """SLOWER_THAN_LOOP. cost_s: makespan - loop."""
    if case.makespan_s < SLOWER * loop.loop_s or case.one_at_a_time:
        return None
    values: dict[str, Any] = {
        "loop_s": loop.loop_s,
        "makespan_s": case.makespan_s,
        "chunksize": case.chunksize,
        "measured": loop.measured,
        "short": is_short(case, loop),
    }
    if values["short"]:
        values["break_even_s"] = case.break_even_s
    evidence = Evidence((Span(case.called_ns, case.returned_ns),))
    return Reason(Cause.SLOWER_THAN_LOOP, case.makespan_s - loop.loop_s, values, evidence)


def is_short(case: Case, loop: Loop) -> bool:
    """A task takes a loop no longer than what matters to a pool; what it took here can be many
    times that, as workers had to share CPUs.
    """
    pays_s = case.break_even_s
    if pays_s is None:
        pays_s = max(case.gap_s, GUESSED_GAP_S) / case.chunksize
    return loop.loop_s / max(case.tasks, 1) <= SHORT * pays_s


def one_at_a_time(case: Case, loop: Loop) -> Reason | None:
    """ONE_AT_A_TIME: apply waits for each task. cost_s: what the others could have taken over, from
    the first task on, as far as there are CPUs for what tasks compute.
    """
    numbers = case.numbers
    if not case.one_at_a_time or numbers.processes < 2 or case.tasks < 2:
        return None
    cpus = numbers.cpus / max(min(numbers.cpu_share or 1.0, 1.0), 1e-3)
    crew = min(numbers.processes, case.tasks, max(int(cpus), 1))
    longest_s = 0.0 if numbers.durations is None else numbers.durations.longest_s
    worked_s = (case.returned_ns - max(case.first_ns, case.called_ns)) / NS
    cost_s = worked_s - max(loop.loop_s / crew, longest_s)
    values = {"processes": numbers.processes, "method": "apply", "better": "map"}
    evidence = Evidence((Span(case.called_ns, case.returned_ns),))
    return Reason(Cause.ONE_AT_A_TIME, cost_s, values, evidence, Remedy({"method": "map"}))
