"""Ends one worker of a run because the person wants to see what Pool does then.

Nobody but that worker is ever signalled: PIDs come again, and a worker may be gone by the time
that somebody has clicked.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

import psutil

from .messages import Event, append_line
from .names import EVENTS_FILE
from .problem import Kind, Problem, ProblemError
from .recording import Recording
from .trace.lane import Lane
from .trace.layout import clock_ns

POSIX = os.name == "posix"
SIGNALS = (signal.SIGKILL, signal.SIGTERM) if POSIX else (signal.SIGTERM,)
"""What a worker can be sent; elsewhere SIGTERM is TerminateProcess, and ends it just as surely."""
SLACK_S = 0.5
"""The system tells the begin of a process in hundredths of a second."""


class Obstacle(StrEnum):
    """Why a worker cannot be killed."""

    RUN_OVER = "run over"
    STARTING = "starting"  # it has not said its PID yet
    GONE = "gone"


def obstacle(recording: Recording, ordinal: int) -> Obstacle | None:
    """Why the worker cannot be killed, as far as the recording knows; None when it can."""
    trace = recording.trace
    if trace is None or trace.ended or recording.journal.ended:
        return Obstacle.RUN_OVER
    if not 1 <= ordinal <= len(trace.lanes):
        return Obstacle.GONE
    lane = trace.lanes[ordinal - 1]
    if lane.died_ns or lane.replaced:
        return Obstacle.GONE
    return None if lane.pid else Obstacle.STARTING


def kill_worker(recording: Recording, ordinal: int, sign: int = SIGNALS[0]) -> None:
    """Send `sign`, one of SIGNALS, to the worker, and note it in the run's events.

    Raises ProblemError (WORKER_GONE) when it is not there any more, or its PID is somebody else's
    by now, and (NOT_WRITABLE) when it was sent but could not be noted.
    """
    recording.update()
    why = obstacle(recording, ordinal)
    lane = None
    if recording.trace is not None and 1 <= ordinal <= len(recording.trace.lanes):
        lane = recording.trace.lanes[ordinal - 1]
    if why is not None or lane is None:
        raise _gone(0 if lane is None else lane.pid)
    at_ns = clock_ns()
    with _held(lane.pid) as send:
        if not _is_worker(recording, lane):
            raise _gone(lane.pid)
        send(sign)
    facts = {"ordinal": ordinal, "pid": lane.pid, "signal": int(sign), "at_ns": at_ns}
    path = recording.folder / EVENTS_FILE
    try:
        append_line(path, {"event": Event.KILLED.value} | facts)
    except OSError as error:
        values = {"path": str(path), "error": error.strerror or str(error)}
        raise ProblemError(Problem(Kind.NOT_WRITABLE, None, values)) from error


def _gone(pid: int) -> ProblemError:
    return ProblemError(Problem(Kind.WORKER_GONE, None, {"pid": pid}))


@contextlib.contextmanager
def _held(pid: int) -> Iterator[Callable[[int], None]]:
    """What signals the process that has `pid` now, even if another one should get the PID.

    Raises ProblemError when there is none.
    """
    descriptor: int | None = None
    try:
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(NotImplementedError):
                descriptor = _open(pid)
        yield lambda sign: _signal(pid, descriptor, sign)
    except (ProcessLookupError, FileNotFoundError, psutil.NoSuchProcess) as error:
        raise _gone(pid) from error
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _open(pid: int) -> int | None:
    """A handle to the process; None where the kernel or its guards give none."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        raise
    except OSError:
        return None


def _signal(pid: int, descriptor: int | None, sign: int) -> None:
    if descriptor is not None:
        signal.pidfd_send_signal(descriptor, sign)
    else:
        os.kill(pid, sign)


def _is_worker(recording: Recording, lane: Lane) -> bool:
    """Whether the process that has the worker's PID now is the worker itself.

    It must live, in the host's group, as a child of the parent that the worker had and of its age;
    and no later worker may have got the PID.
    """
    host_pid = recording.journal.host.get("pid")
    assert recording.trace is not None
    if not host_pid or any(
        later.pid == lane.pid for later in recording.trace.lanes[lane.ordinal :]
    ):
        return False
    process = psutil.Process(lane.pid)
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    if POSIX and os.getpgid(lane.pid) != host_pid:
        return False
    return process.ppid() == (lane.ppid or host_pid) and _has_age(lane.pid, lane)


def _has_age(pid: int, lane: Lane) -> bool:
    """Whether `pid` began after the worker was asked for, and before that asked for work.

    True on other systems than Linux, whose clocks do not compare over a sleep of the machine.
    """
    if not sys.platform.startswith("linux"):
        return True
    now_s, now_ns = time.clock_gettime(time.CLOCK_BOOTTIME), clock_ns()
    slept_s = now_s - time.clock_gettime(time.CLOCK_MONOTONIC)
    age_s = now_s - _began_s(pid)
    ready_ns = lane.initializing_ns[0] or lane.ready_ns or now_ns
    youngest_s, oldest_s = (now_ns - ready_ns) / 1e9, (now_ns - lane.born_ns) / 1e9 + slept_s
    return youngest_s - SLACK_S <= age_s <= oldest_s + SLACK_S


def _began_s(pid: int) -> float:
    """When a process began, in seconds since the machine did (proc(5), stat, field 22)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")
