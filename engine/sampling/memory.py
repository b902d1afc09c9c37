"""How much memory a run can have, and how much of that is free."""

from pathlib import Path
from typing import NamedTuple

import psutil

CGROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
MOST_LEVELS = 20
NO_LIMIT = 1 << 60
"""cgroup v1 writes nearly 2^63 where there is none."""


class Memory(NamedTuple):
    """Bytes. available: free for programs. limit: that there are at most."""

    available: int
    limit: int


class MemoryGauge:
    """Of the machine, or of the cgroup that this process, and whatever it starts, is in."""

    def __init__(self, own: Path = OWN, cgroups: Path = CGROUPS) -> None:
        self._levels = [level for level in _levels(own, cgroups) if level.limit() is not None]

    def look(self) -> Memory | None:
        """None where the system does not say it."""
        try:
            machine = psutil.virtual_memory()
        except (OSError, psutil.Error):
            return None
        available, limit = int(machine.available), int(machine.total)
        for level in self._levels:
            granted = level.limit()
            if granted is not None:
                limit = min(limit, granted)
                available = min(available, max(granted - level.used(), 0))
        return Memory(available, limit)


class _Names(NamedTuple):
    """What files of a cgroup are called; cache: a line of memory.stat."""

    limits: tuple[str, ...]
    usage: str
    cache: str


V2 = _Names(("memory.max", "memory.high"), "memory.current", "inactive_file")
V1 = _Names(("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file")


class _Level(NamedTuple):
    """A cgroup."""

    folder: Path
    names: _Names

    def limit(self) -> int | None:
        """None without one."""
        found = [_number(self.folder / name) for name in self.names.limits]
        granted = [value for value in found if value is not None and value < NO_LIMIT]
        return min(granted, default=None)

    def used(self) -> int:
        """Without files that were read long ago, which the kernel lets go of first: what the
        kubelet calls the working set."""
        used = _number(self.folder / self.names.usage) or 0
        try:
            for line in (self.folder / "memory.stat").read_bytes().splitlines():
                name, _, value = line.partition(b" ")
                if name == self.names.cache.encode():
                    return max(used - int(value), 0)
        except (OSError, ValueError):
            pass
        return used


def _levels(own: Path, cgroups: Path) -> list[_Level]:
    """The cgroup of this process and those above it: each may have a limit (cgroups(7))."""
    try:
        lines = own.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        parts = line.split(":", 2)
        if len(parts) != 3:
            continue
        _, controllers, path = parts
        if not controllers:
            root, names = cgroups, V2
        elif "memory" in controllers.split(","):
            root, names = cgroups / "memory", V1
        else:
            continue
        # A container may see the path that the group has outside of it: then there is the root.
        folders = [folder for folder in _upwards(root, path) if folder.is_dir()]
        found += [_Level(folder, names) for folder in folders]
    return found


def _upwards(root: Path, path: str) -> list[Path]:
    parts = [part for part in path.split("/") if part not in ("", "..")][:MOST_LEVELS]
    return [root.joinpath(*parts[:depth]) for depth in range(len(parts), -1, -1)]


def _number(path: Path) -> int | None:
    """None where there is none: "max", or no such file."""
    try:
        return int(path.read_bytes())
    except (OSError, ValueError):
        return None
