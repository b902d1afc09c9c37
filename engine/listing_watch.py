"""Looks after a host while it evaluates inputs: some never come, some would fill the memory."""

from collections.abc import Callable

import psutil

from .journal import Journal
from .problem import Kind, Problem
from .trace.layout import clock_ns

GRACE_S = 1.0
"""Beyond the time limit: the host says it better when it still can."""
MEMORY_LEFT = 0.05
"""Of the machine's: with less than this available, a host that holds much of it is ended."""
MEMORY_HELD = 0.25


class ListingWatch:
    """Of the host whose PID `pid` gives, if there is one; its inputs may take `limit_s` seconds."""

    def __init__(self, pid: Callable[[], int | None], limit_s: int) -> None:
        self._pid = pid
        self._limit_s = limit_s

    def verdict(self, journal: Journal) -> Problem | None:
        """Why the host has to be ended; None as long as it is well, or evaluates no inputs."""
        if journal.loaded_ns is None or journal.inputs is not None or journal.problem is not None:
            return None
        if clock_ns() > journal.loaded_ns + (self._limit_s + GRACE_S) * 1e9:
            return Problem(Kind.INPUTS_TOO_SLOW, "inputs", {"seconds": self._limit_s})
        memory = psutil.virtual_memory()
        if memory.available < MEMORY_LEFT * memory.total:
            held = _resident_bytes(self._pid())
            if held > MEMORY_HELD * memory.total:
                return Problem(Kind.INPUTS_TOO_LARGE, "inputs", {"bytes": held})
        return None


def _resident_bytes(pid: int | None) -> int:
    try:
        return 0 if pid is None else int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
