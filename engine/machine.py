"""The machine that a run runs on, as far as it matters to a pool."""

import os
import platform
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Machine:
    """CPUs as the hardware, the system and the container count them.

    affinity: logical CPUs that this process may use.
    quota: CPUs that the cgroup grants, None without a limit.
    """

    system: str
    python: str
    physical: int
    logical: int
    affinity: int
    quota: float | None

    @property
    def usable(self) -> int:
        """CPUs that computing workers can really keep busy, at least 1."""
        granted = self.logical if self.quota is None else max(1, int(self.quota))
        return max(1, min(self.affinity, granted))

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"usable": self.usable}


def describe() -> Machine:
    """This machine, now."""
    logical = os.cpu_count() or 1
    return Machine(
        system=platform.platform(),
        python=platform.python_version(),
        physical=psutil.cpu_count(logical=False) or logical,
        logical=logical,
        affinity=len(_own_cpus()),
        quota=_cgroup_quota(),
    )


class Idle:
    """How many of the CPUs that this process may use have had nothing to do.

    None where a container is granted a part of them: nobody sees what is left of that. None also
    where the system does not say it.
    """

    def __init__(self) -> None:
        self._granted = _cgroup_quota() is None
        self._before = self._seconds()

    def look(self) -> float:
        """Between the last look and this one, on average."""
        before, self._before = self._before, self._seconds()
        idle_s, all_s = self._before[0] - before[0], self._before[1] - before[1]
        return len(_own_cpus()) * max(idle_s, 0.0) / all_s if self._granted and all_s > 0 else 0.0

    @staticmethod
    def _seconds() -> tuple[float, float]:
        """Idle, and all, of these CPUs together, since the machine was started."""
        return cpu_seconds()


def cpu_seconds() -> tuple[float, float]:
    """Idle, and all, of the CPUs that this process may use, since the machine was started; 0 and 0
    where the system does not say it."""
    try:
        every = psutil.cpu_times(percpu=True)
    except (OSError, psutil.Error):  # some sandboxes hide it
        return 0.0, 0.0
    own = [every[cpu] for cpu in _own_cpus() if cpu < len(every)]
    idle_s = sum(times.idle + getattr(times, "iowait", 0.0) for times in own)
    guests = ("guest", "guest_nice")  # which are in "user" and "nice", too
    guests_s = sum(getattr(times, name, 0.0) for times in own for name in guests)
    all_s = sum(map(sum, own)) - guests_s
    return idle_s, all_s


def _own_cpus() -> Collection[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return range(os.cpu_count() or 1)


def _cgroup_quota(root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """CPUs granted by cgroup v2's cpu.max or v1's cpu.cfs_quota_us, None without a limit."""
    try:
        quota, period = (root / "cpu.max").read_text().split()[:2]
    except (OSError, ValueError):
        try:
            quota = (root / "cpu" / "cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu" / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    try:
        value = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):  # "max"
        return None
    return value if value > 0 else None
