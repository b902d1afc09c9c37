"""Reasons in other programs of the machine. Pure."""

from .case import NS, Case
from .reason import Cause, Evidence, Reason, Span
from .seen import Seen
from .sources import is_computing

WAITED = 0.2
"""Of their time that tasks waited for a CPU, to be said."""
HELD = 0.1
"""Of the CPUs that other programs had, to be said."""
FULL = 0.7
"""Of the CPUs that were busy, whoever it was, when tasks wait for one."""


def waited_for_cpu(case: Case, seen: Seen) -> float | None:
    """The share of their time that tasks waited for a CPU; None where nobody knows.

    They compute `cpu_share` of it, and ran or wanted to in `runnable` of the looks.
    """
    if case.numbers.cpu_share is None:
        return None
    share = min(case.numbers.cpu_share, 1.0)
    if is_computing(case.experiment):
        return 1.0 - share
    return None if seen.runnable is None else max(seen.runnable - share, 0.0)


def reason(case: Case, seen: Seen) -> Reason | None:
    """BUSY_MACHINE. cost_s: by so much longer the tasks took as they got fewer CPUs than they
    wanted; as far as other programs had those.

    With p tasks at once on average they wanted p (computed + waited) CPUs, or all.
    """
    numbers, waited = case.numbers, waited_for_cpu(case, seen)
    others, busy = seen.others_cpus, seen.machine_busy
    if waited is None or waited < WAITED or others is None or busy is None:
        return None
    if others < HELD * numbers.cpus or busy < FULL:
        return None
    span_s = max(case.last_ns - case.first_ns, 1) / NS
    share = min(numbers.cpu_share or 0.0, 1.0)
    wanted = min(numbers.work_s / span_s * (share + waited), numbers.cpus)
    lost = min(others, max(wanted - (numbers.cpu_s or 0.0) / span_s, 0.0))
    values = {
        "others_cpus": others,
        "cpus": numbers.cpus,
        "share": min(others / numbers.cpus, 1.0),
        "cpu_share": share,
    }
    evidence = Evidence((Span(case.first_ns, case.last_ns),))
    return Reason(Cause.BUSY_MACHINE, span_s * lost / max(wanted, 1e-3), values, evidence)
