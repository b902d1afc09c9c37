"""What the figures depend on beside the program: the machine, and the versions of what is used."""

import os
import sys
from importlib import metadata
from typing import Any

from poolscope.engine.machine import describe

PACKAGES = ("PySide6_Essentials", "pyqtgraph", "numpy", "psutil")
QUIET = 0.5
"""A load from which on something else seems to run."""


def look() -> dict[str, Any]:
    """The machine, the versions, and how busy it was before the bench began."""
    machine = describe()
    return {
        **machine.to_json(),
        "implementation": sys.implementation.name,
        "packages": {name: version_of(name) for name in PACKAGES},
        "load_at_start": load(),
        "has_screen": has_screen(),
    }


def version_of(package: str) -> str | None:
    """The version of an installed package; None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def load() -> float | None:
    """The mean number of processes that ran or wanted to in the last minute, if that is known."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def has_screen() -> bool:
    """Whether a window can be seen; not where a platform of Qt's has been chosen."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return False
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) or sys.platform in ("win32", "darwin")


def sentences(facts: dict[str, Any]) -> list[str]:
    """`look()` for people."""
    quota = "no cgroup quota" if facts["quota"] is None else f"a quota of {facts['quota']:.3g} CPUs"
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    at_start = facts["load_at_start"]
    busy = "unknown" if at_start is None else f"{at_start:.2f}"
    started_on = "a screen" if facts["has_screen"] else "no screen"
    return [
        f"{facts['system']}: {facts['physical']} cores, {facts['logical']} CPUs, "
        f"{facts['affinity']} of them allowed, {quota}",
        f"{facts['implementation']} {facts['python']}, {packages}",
        f"load when it began: {busy}; started on {started_on}, all else without one",
    ]
