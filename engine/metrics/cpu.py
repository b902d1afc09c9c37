"""Whether tasks computed or waited: the CPU time that they had, by chunk."""

import numpy as np

from ..trace.trace import Trace
from .blocks import NS
from .turns import Turns

CPU_GAP_NS = 100_000
"""As in engine/host/worker.py, which reads the CPU time; see "cpu" in trace/layout.py, too."""
ENOUGH = 0.5
"""Of the time of all chunks that those with an exact reading must have, to stand for all."""


class CpuTime:
    """Adds up the CPU time of chunks. cpu_s: None where none was noted.

    It is of the thread that runs the tasks: what other threads compute for it is not in it.
    """

    def __init__(self, trace: Trace) -> None:
        self._chunks = trace.chunks
        self._all = self._exact = np.zeros(2)  # ns of CPU, and on the clock

    def add_turns(self, turns: Turns) -> None:
        """Of some chunks; one whose CPU time nobody noted is left out."""
        noted = turns.took > 0
        took = turns.took[noted]
        cpu = np.minimum(self._chunks["cpu"][turns.chunks[noted]], took)
        exact = (
            (turns.ended_before == 0)
            | (turns.took_before >= CPU_GAP_NS)
            | (turns.begun - turns.ended_before > CPU_GAP_NS)
        )[noted]
        both = np.stack([cpu, took]).astype(np.float64)
        self._all = self._all + both.sum(axis=1)
        self._exact = self._exact + both[:, exact].sum(axis=1)

    @property
    def cpu_s(self) -> float | None:
        """CPU time of all chunks, never more than they took; of short ones it is up to 0.1 ms too
        much: what the worker did since the chunk before counts, too.
        """
        return float(self._all[0]) / NS if self._all[1] else None

    @property
    def share(self) -> float | None:
        """CPU time by the time of the same tasks on the clock, 0 to 1. None where none was noted.

        Near 1 they compute; less, they wait: for a file, the network, a lock, or for a CPU.
        Of the chunks whose CPU time was read exactly, where they have half of the time or more;
        else of all, and then it is at most so much.
        """
        cpu, took = self._exact if self._exact[1] >= ENOUGH * self._all[1] else self._all
        return float(cpu / took) if took else None
