"""What belongs to a run, wherever it is: everything that a run starts carries the run's token.

Processes inherit it in an environment variable, which a fork keeps; semaphores and the folder of
sockets have it in their names. It says whose the run is, so that the next program that starts can
tell what a killed one has left.
"""

import contextlib
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import psutil

from .names import RUN_VARIABLE

LINUX = sys.platform.startswith("linux")
SHARED = Path("/dev/shm")
FOLDER_PREFIX = "poolscope-"
OWNER = re.compile(r"([0-9a-f]+)-(\d+)-(\d+)")
"""Namespace of PIDs, the owner's PID, and when it was started."""
OWNER_LIMIT = 60
TOKEN = re.compile(rf"{OWNER.pattern}-[0-9a-f]{{6}}")
"""Whose it is, and a number by chance."""
SAME_S = 2
"""Where only the clock says when a process was started, it may have been set meanwhile."""


def this_process() -> str:
    """This process as an owner: like no other since the machine was started."""
    return f"{_namespace():x}-{os.getpid()}-{_started(os.getpid())}"


def new_token() -> str:
    """For one run, preview or probe of this process."""
    return f"{this_process()}-{secrets.token_hex(3)}"


def lives(owner: str) -> bool | None:
    """Whether `owner`, as `this_process` has named it, is still there; None: nobody can tell."""
    match = OWNER.fullmatch(owner[:OWNER_LIMIT])
    if match is None or int(match[1], 16) != _namespace():  # of a container, say
        return None
    started = _started(int(match[2]))
    return started is not None and abs(started - int(match[3])) <= (0 if LINUX else SAME_S)


def owner_lives(token: str) -> bool:
    """Whether the process that made `token` is still there; also True where that cannot be told."""
    return TOKEN.fullmatch(token) is None or lives(token.rpartition("-")[0]) is not False


@cache
def _namespace() -> int:
    """PIDs of another namespace mean other processes here."""
    return os.stat("/proc/self/ns/pid").st_ino if LINUX else 0


def _started(pid: int) -> int | None:
    """When a process was started: on Linux in ticks since boot, else in seconds of the clock."""
    try:
        if LINUX:  # a clock that is set cannot change it
            stat = Path(f"/proc/{pid}/stat").read_bytes()
            return int(stat.rpartition(b")")[2].split()[19])
        return round(psutil.Process(pid).create_time())
    except (OSError, psutil.Error):
        return None


def folder_of(token: str) -> Path:
    """Where multiprocessing puts a run's sockets; their paths must be short."""
    return Path(tempfile.gettempdir()) / f"{FOLDER_PREFIX}{token}"


def carriers(wanted: Callable[[str], bool]) -> Iterator[psutil.Process]:
    """Processes that carry a token that is wanted; never this one, nor one that it descends from.

    Processes of other users keep their variables to themselves, and are not ours to end.
    """
    spared = {os.getpid(), *(one.pid for one in psutil.Process().parents())}
    for pid in psutil.pids():
        if pid in spared or (LINUX and not _mentions_token(pid)):
            continue
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            token = process.environ().get(RUN_VARIABLE, "")
            if token and wanted(token) and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _mentions_token(pid: int) -> bool:
    """Quicker than psutil, for all those that do not."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return RUN_VARIABLE.encode() in file.read()
    except OSError:
        return False


def remove_things(token: str) -> None:
    """A run's semaphores and its folder of sockets, when nobody of it is left."""
    if LINUX:
        for path in SHARED.glob(f"sem.mp-{token}-*"):
            with contextlib.suppress(PermissionError):  # another user's
                path.unlink(missing_ok=True)
    shutil.rmtree(folder_of(token), ignore_errors=True)
