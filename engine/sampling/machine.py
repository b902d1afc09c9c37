"""What the machine of a run does, at one look."""

from typing import NamedTuple

from ..machine import cpu_seconds
from .memory import Memory, MemoryGauge


class MachineSeen(NamedTuple):
    """As in MACHINE: ns of CPU time so far, and bytes; 0 where the system does not say it."""

    busy: int = 0
    all: int = 0
    available: int = 0
    limit: int = 0


class MachineGauge:
    """Looks at the CPUs that this process may use, and at its memory. A look measured 0.1 ms on two
    CPUs. What it has counted never falls, which some systems' own figures do."""

    def __init__(self) -> None:
        self._memory = MemoryGauge()
        self._last = MachineSeen()

    def look(self) -> MachineSeen:
        idle_s, all_s = cpu_seconds()
        memory = self._memory.look() or Memory(0, 0)
        busy, whole = int((all_s - idle_s) * 1e9), int(all_s * 1e9)
        self._last = MachineSeen(max(busy, self._last.busy), max(whole, self._last.all), *memory)
        return self._last
