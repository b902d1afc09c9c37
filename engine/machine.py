"""The machine that a run runs on, as far as it matters to a pool."""

import os
import platform
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
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical
    return Machine(
        system=platform.platform(),
        python=platform.python_version(),
        physical=psutil.cpu_count(logical=False) or logical,
        logical=logical,
        affinity=affinity,
        quota=_cgroup_quota(),
    )


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
