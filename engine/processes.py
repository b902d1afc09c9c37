"""The processes of a run, as the system sees them."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

import psutil

from . import belonging


@dataclass
class Left:
    """What tasks had started and was still there at the end of a run.

    processes: PID and name of each; of very many, of the first. count: of all.
    """

    processes: dict[int, str] = field(default_factory=dict)
    count: int = 0

    def add(self, processes: Iterable[tuple[int, str]], count: int | None = None) -> None:
        new = {pid: name for pid, name in processes if pid not in self.processes}
        self.processes |= new
        self.count += len(new) if count is None else count


def group_members(host_pid: int | None) -> list[psutil.Process]:
    """Living processes of the group that the host led; where there are no groups, its children.

    None: of a host that is not there yet, nobody.
    """
    if host_pid is None:
        return []
    if os.name != "posix":
        return children_of(host_pid)
    if not _group_exists(host_pid):
        return []
    return [one for one in psutil.process_iter() if _group_of(one) == host_pid]


def _group_of(process: psutil.Process) -> int | None:
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        if process.status() != psutil.STATUS_ZOMBIE:
            return os.getpgid(process.pid)
    return None


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def children_of(pid: int) -> list[psutil.Process]:
    """All that descend from `pid`, as far as each one's parent is still there."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill_group(host_pid: int | None) -> None:
    """Kill all of them at once, whatever they do."""
    if host_pid is None:
        return
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(host_pid, signal.SIGKILL)
        return
    for process in children_of(host_pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(host_pid).kill()


def session_members(leader: int) -> list[psutil.Process]:
    """Living processes of the session that `leader`, a child of ours, leads or has led."""
    return [one for one in psutil.process_iter() if _session_of(one) == leader]


def _session_of(process: psutil.Process) -> int | None:
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        session = os.getsid(process.pid)  # the status is dear
        return None if process.status() == psutil.STATUS_ZOMBIE else session
    return None


def kill_session(leader: int) -> None:
    """Kill all in the session that `leader`, a child of ours that we have not waited for, leads."""
    for process in session_members(leader):
        with contextlib.suppress(psutil.Error):
            process.kill()


def end_carriers(token: str, others: Iterable[psutil.Process] = ()) -> dict[int, str]:
    """Kill every process that carries `token`, and `others`; PID and name of each that there was.

    Those that have become another user's are left alone.
    """
    ended = {}
    for process in [*belonging.carriers(lambda found: found == token), *others]:
        with contextlib.suppress(psutil.Error):
            name = process.name()
            process.kill()
            ended[process.pid] = name
    return ended


def unread_bytes(descriptor: int) -> int:
    """What was written into a socket and not read at its other end; 0 where nobody can tell."""
    if not sys.platform.startswith("linux"):
        return 0
    import fcntl
    import termios

    answer = fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(answer, sys.byteorder)
