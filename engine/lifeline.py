"""The kernel ends the whole run when the app goes, however it goes (Linux).

The app holds the only write end of a FIFO in the run folder. Host and workers open its read end
and ask for SIGKILL to their process group when something happens on it; the one thing that can
happen is that the last writer closes it. PR_SET_PDEATHSIG would not do: it follows the thread that
forked, and Pool forks replacements from a helper thread.

The host's keeper is not in that group: it sees to what the kernel leaves (engine/host/keeper.py).

Where there is no such signal, the host ends its workers and itself when its connection to the app
closes, which it sees between two looks; on POSIX its keeper, which sees it at once, ends a host
that does not, and the group. On Windows there is only the host's own look, so what is stuck in C
stays there.
Every worker imports it: standard library only, see trace/layout.py.
"""

import os
import sys

from .names import LIFELINE_FILE

_held: list[int] = []


def create(folder: str) -> int | None:
    """In the app: make the FIFO and return its write end, or None where there is no such thing."""
    if not sys.platform.startswith("linux"):
        return None
    path = os.path.join(folder, LIFELINE_FILE)
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a writer cannot open without a reader
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    finally:
        os.close(reader)


def is_held(folder: str) -> bool | None:
    """Whether an app has the run in `folder` in hand, in whatever container; None: nobody can tell.

    Its FIFO is there for good, and has a writer just as long.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        descriptor = os.open(os.path.join(folder, LIFELINE_FILE), os.O_RDONLY | os.O_NONBLOCK)
    except OSError:  # not yet, or of a run that came from elsewhere
        return None
    try:
        return os.read(descriptor, 1) != b""
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def hold(folder: str) -> None:
    """In the host or a worker: die with the app. Ends the process when the app has gone already."""
    if not sys.platform.startswith("linux"):
        return
    if _held:  # a fork of one that holds it: the group is the same, and so is the open file
        return
    import fcntl
    import signal

    try:
        descriptor = os.open(os.path.join(folder, LIFELINE_FILE), os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:  # the app has made none; the keeper ends the run when it goes
        return
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)
    _held.append(descriptor)
    try:
        gone = os.read(descriptor, 1) == b""
    except BlockingIOError:
        gone = False
    if gone:
        os._exit(1)
