"""The processes there are, as the keeper sees them. Standard library only.

Linux tells in /proc; elsewhere the program ps is asked.
"""

import os
import sys
from typing import NamedTuple

LINUX = sys.platform.startswith("linux")


class Process(NamedTuple):
    """A process as the system lists it. dead: its parent has not waited for it, or, seldom, only
    its first thread has ended.
    """

    pid: int
    parent: int
    group: int
    name: str
    dead: bool


def command_of(pid: int) -> str:
    """The command line of a process; empty when it has gone."""
    if not LINUX:
        return _ps("-p", str(pid), "-o", "command=")[1]
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def list_processes() -> list[Process]:
    """Every process there is, but for the one that was started to list them."""
    if LINUX:
        seen = (_read_stat(name) for name in os.listdir("/proc") if name.isdigit())
        return [one for one in seen if one is not None]
    own, said = _ps("-A", "-o", "pid=,ppid=,pgid=,state=,comm=")
    rows = [line.split(None, 4) for line in said.splitlines()]
    found = []
    for row in rows:
        if len(row) == 5 and int(row[0]) != own:
            pid, parent, group = map(int, row[:3])
            name, dead = os.path.basename(row[4]), row[3].startswith("Z")
            found.append(Process(pid, parent, group, name, dead))
    return found


def _read_stat(pid: str) -> Process | None:
    """The name is in parentheses and may hold anything, also parentheses."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            head, _, rest = file.read().rpartition(b")")
    except OSError:
        return None
    name = head.partition(b"(")[2].decode("utf-8", "replace")
    state, parent, group = rest.split()[:3]
    return Process(int(pid), int(parent), int(group), name, state in b"ZX")


def _ps(*words: str) -> tuple[int, str]:
    """Its own PID, and what it says."""
    import subprocess

    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(["ps", *words], stdout=pipe, stderr=nowhere) as process:
        said, _ = process.communicate()
    return process.pid, said.decode("utf-8", "replace")
