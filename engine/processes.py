"""The processes of a run, as the system sees them."""

import contextlib
import os
import signal

import psutil


def group_members(host_pid: int) -> list[psutil.Process]:
    """Living processes of the group that the host led; where there are no groups, its children."""
    if os.name != "posix":
        return _children(host_pid)
    if not _group_exists(host_pid):
        return []
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == host_pid and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill_group(host_pid: int, *, spare_trackers: bool = False) -> None:
    """Kill all of them at once, whatever they do.

    A resource tracker that is spared unlinks the semaphores of the dead and ends by itself.
    """
    if os.name == "posix" and spare_trackers:
        for process in group_members(host_pid):
            with contextlib.suppress(psutil.Error):
                if not _is_tracker(process):
                    process.kill()
        return
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(host_pid, signal.SIGKILL)
        return
    for process in _children(host_pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(host_pid).kill()


def _is_tracker(process: psutil.Process) -> bool:
    return any("multiprocessing.resource_tracker" in word for word in process.cmdline())
