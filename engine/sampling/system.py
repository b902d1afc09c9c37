"""What the system says of a process, as cheaply as it can be asked.

A look measured 12 to 20 us by /proc on Linux, and 60 to 110 us by psutil's `oneshot`, so psutil is
asked only where there is no /proc.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import psutil

from ..trace.layout import clock_ns
from .layout import ProcessState

LINUX = sys.platform.startswith("linux")
LAST_FIELD = 22
"""As many are parted from one another; none that comes later is needed."""
LISTED_A_LOOK = 20
"""PIDs that are listed in the time that a look at a process takes."""
CPU_OF_PROCESS = 2
"""CPUCLOCK_SCHED of the kernel: the clock of a process has the number (~pid << 3) | this, as
clock_getcpuclockid(3) makes it. It tells ns, and /proc ticks of mostly 10 ms."""


class Seen(NamedTuple):
    """A process at one look; times in ns, memory in bytes.

    started: when it was, as the system counts: another process with its PID has another one.
    children_ns: CPU time of those of its children that it has waited for.
    """

    at_ns: int
    started: int
    ppid: int
    name: str
    cpu_ns: int
    children_ns: int
    rss: int
    threads: int
    state: ProcessState


class System(Protocol):
    """Raises nothing: what cannot be asked is not there."""

    looks: int
    """Processes that may be looked at in one go, which is 2 to 3 ms."""

    def begin(self) -> None:
        """Whoever is there now is no newcomer."""

    def look(self, pid: int) -> Seen | None:
        """At a process; None when there is none."""

    def newcomers(self, roots: Iterable[int]) -> Iterator[int | None]:
        """PIDs of processes that may be new, and may descend from `roots`.

        None comes in between whenever as much was done as a look at a process costs.
        """

    def forget(self, pid: int) -> None:
        """This process has gone: its PID can be a newcomer's."""

    def born_ns(self, seen: Seen) -> int:
        """When it was started, on the run's clock; about, and at least 1."""


class ProcFolder:
    """Linux: its folder /proc. PIDs there at the beginning, and again at the next listing, are
    those of the same processes: before a PID is given away again, all others are.
    """

    looks = 100

    def __init__(self) -> None:
        self._tick_ns = 10**9 // os.sysconf("SC_CLK_TCK")
        self._page_bytes = os.sysconf("SC_PAGE_SIZE")
        self._listed: set[int] = set()

    def begin(self) -> None:
        with contextlib.suppress(OSError):  # there is no such folder in some sandboxes
            self._listed = {int(name) for name in os.listdir("/proc") if name.isdigit()}

    def look(self, pid: int) -> Seen | None:
        try:
            descriptor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            try:
                data = os.read(descriptor, 2048)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        if not data:  # it went in between
            return None
        at_ns = clock_ns()
        head, _, rest = data.rpartition(b")")  # the name may hold anything, also parentheses
        fields = rest.split(None, LAST_FIELD)  # proc(5), from field 3 on
        state = _LETTERS.get(fields[0], ProcessState.UNKNOWN)
        if state is ProcessState.GONE:
            return None
        return Seen(
            at_ns,
            int(fields[19]),
            int(fields[1]),
            head[head.index(b"(") + 1 :].decode("utf-8", "replace"),
            self._cpu_ns(pid, int(fields[11]) + int(fields[12])),
            (int(fields[13]) + int(fields[14])) * self._tick_ns,
            max(int(fields[21]), 0) * self._page_bytes,
            int(fields[17]),
            state,
        )

    def _cpu_ns(self, pid: int, ticks: int) -> int:
        try:
            return time.clock_gettime_ns((~pid << 3) | CPU_OF_PROCESS)
        except OSError:  # it has just gone, or the system is none that tells
            return ticks * self._tick_ns

    def newcomers(self, roots: Iterable[int]) -> Iterator[int | None]:
        listed: set[int] = set()
        try:
            with os.scandir("/proc") as entries:
                for entry in entries:
                    if entry.name.isdigit():
                        listed.add(int(entry.name))
                        if not len(listed) % LISTED_A_LOOK:
                            yield None
        except OSError:
            return
        new, self._listed = listed - self._listed, listed
        yield from sorted(new)

    def forget(self, pid: int) -> None:
        self._listed.discard(pid)

    def born_ns(self, seen: Seen) -> int:
        began_ns = seen.started * self._tick_ns
        ago_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - began_ns
        return max(clock_ns() - ago_ns, 1)


_LETTERS = {
    b"R": ProcessState.RUNNING,
    b"S": ProcessState.SLEEPING,
    b"I": ProcessState.SLEEPING,
    b"D": ProcessState.WAITING_FOR_DISK,
    b"T": ProcessState.STOPPED,
    b"t": ProcessState.STOPPED,
    b"Z": ProcessState.ZOMBIE,
    b"X": ProcessState.GONE,
    b"x": ProcessState.GONE,
}


class Psutil:
    """Any other system."""

    looks = 40

    def begin(self) -> None:
        pass

    def look(self, pid: int) -> Seen | None:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                started, ppid = int(process.create_time() * 1e9), process.ppid()
                name, status = process.name(), process.status()
                at_ns = clock_ns()
                nothing = (at_ns, started, ppid, name, 0, 0, 0, 0)
                if status == psutil.STATUS_ZOMBIE:
                    return Seen(*nothing, ProcessState.ZOMBIE)
                state = _STATES.get(status, ProcessState.UNKNOWN)
                try:
                    cpu = process.cpu_times()
                    rss, threads = process.memory_info().rss, process.num_threads()
                except psutil.AccessDenied:  # it has become another user's
                    return Seen(*nothing, state)
        except psutil.ZombieProcess:
            return None  # nothing can be asked of it here
        except (psutil.Error, OSError, ValueError):
            return None
        cpu_ns = int((cpu.user + cpu.system) * 1e9)
        children = getattr(cpu, "children_user", 0.0) + getattr(cpu, "children_system", 0.0)
        return Seen(at_ns, started, ppid, name, cpu_ns, int(children * 1e9), rss, threads, state)

    def newcomers(self, roots: Iterable[int]) -> Iterator[int | None]:
        """In one go, as psutil has it; its cost makes rounds rarer."""
        found: set[int] = set()
        for root in roots:
            if root not in found:
                try:
                    below = psutil.Process(root).children(recursive=True)
                except (psutil.Error, OSError, ValueError):
                    continue
                found |= {process.pid for process in below}
                yield from [None] * self.looks
        yield from sorted(found)

    def forget(self, pid: int) -> None:
        pass

    def born_ns(self, seen: Seen) -> int:
        return max(clock_ns() - (time.time_ns() - seen.started), 1)


_STATES = {
    psutil.STATUS_RUNNING: ProcessState.RUNNING,
    psutil.STATUS_SLEEPING: ProcessState.SLEEPING,
    psutil.STATUS_IDLE: ProcessState.SLEEPING,
    psutil.STATUS_WAITING: ProcessState.SLEEPING,
    psutil.STATUS_DISK_SLEEP: ProcessState.WAITING_FOR_DISK,
    psutil.STATUS_STOPPED: ProcessState.STOPPED,
    psutil.STATUS_TRACING_STOP: ProcessState.STOPPED,
}


def this_system() -> System:
    return ProcFolder() if LINUX else Psutil()


def uss_of(pid: int, started: int) -> int | None:
    """Bytes of memory that would be free if this process ended; None when it has gone.

    started: as of `Seen`. Dear: the system looks at each page, some 10 ms for a GB.
    """
    system = this_system()
    try:
        uss = int(psutil.Process(pid).memory_full_info().uss)
    except (psutil.Error, OSError, ValueError, AttributeError):
        return None
    seen = system.look(pid)
    is_it = seen is not None and seen.started == started and seen.state is not ProcessState.ZOMBIE
    return uss if is_it else None
