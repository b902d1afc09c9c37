"""Reasons in memory. Pure."""

from collections.abc import Iterator

from .case import Case
from .reason import Cause, Evidence, Reason, Remedy, Span
from .seen import Seen

LEFT = 0.1
"""Of the memory, or less, that was free: it is near its limit."""
OURS = 0.5
"""Of the memory, or more, that the workers had: it is they who fill it."""
ROOM = 0.7
"""Of the memory that workers are to have at most."""


def reasons(case: Case, seen: Seen) -> Iterator[Reason]:
    """MEMORY. cost_s is 0: what swapping and reading files again cost is not measured.

    better: so many workers that what each had at its height fills ROOM of the memory.
    """
    if seen.rss is None or seen.available is None or not seen.limit or seen.rss_at_ns is None:
        return
    if seen.available > LEFT * seen.limit or seen.rss < OURS * seen.limit:
        return
    processes = case.numbers.processes
    fit = int(ROOM * seen.limit * case.workers / max(seen.rss, 1))
    better = max(1, fit) if fit < processes and processes > 1 else None
    values = {
        "bytes": seen.rss,
        "limit": seen.limit,
        "share": min(seen.rss / seen.limit, 1.0),
        "processes": processes,
        "better": better,
    }
    remedy = None if better is None else Remedy({"processes": better})
    evidence = Evidence((Span(seen.rss_at_ns, seen.rss_at_ns + 1),))
    yield Reason(Cause.MEMORY, 0.0, values, evidence, remedy)
