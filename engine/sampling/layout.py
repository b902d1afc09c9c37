"""The files of a run folder that hold what the processes of a run were seen to do.

Written by the app, which looks from outside: what it says is never older than the run, never exact,
and no run needs it. Times are ns of `clock_ns`.
"""

from enum import IntEnum, StrEnum

from ..trace.layout import Table

PROCESSES_FILE = "processes.jsonl"
"""A line a process when it is first seen (number, pid, ppid, parent, role, ordinal, name, born_ns,
at_ns), a line when more is known of it (number, and role, ordinal or name), and a line when it has
gone (number, gone_ns). The last line (end_ns) says that nothing is missing."""

SAMPLES = Table(
    "samples.npy",
    (
        "round",  # time: that of the round's begin; all processes of a round have it
        "at",  # time: of this look
        "process",  # number
        "cpu",  # ns of CPU time that it has used so far, user and system
        "rss",  # bytes
        "threads",
        "state",  # ProcessState
        "children",  # ns of CPU time of its children that have ended and were waited for
    ),
    by_column=False,
)
"""A row a process and round; rounds follow one another. The last row of a process that has gone is
GONE: what the last look at it had seen, also one that was not kept."""

MACHINE = Table(
    "machine.npy",
    (
        "at",  # time
        "busy",  # ns that CPUs which the run may use were busy so far, of all of them together
        "all",  # ns that they have had
        "available",  # bytes of memory that are free for programs
        "limit",  # bytes that there are at most: the machine's, or what a cgroup grants
    ),
    by_column=False,
)
"""A row a round, written after that round's rows of SAMPLES, and one in front: when sampling began.
Both tables grow in blocks: rows that are not written yet are zero."""


class Role(StrEnum):
    """What a process is there for."""

    APP = "app"
    KEEPER = "keeper"
    HOST = "host"
    FORK_SERVER = "fork server"
    RESOURCE_TRACKER = "resource tracker"
    WORKER = "worker"
    OF_TASK = "of a task"  # whatever the tasks started


class ProcessState(IntEnum):
    """What the system says that a process does."""

    UNKNOWN = 0
    RUNNING = 1  # or wants to
    SLEEPING = 2  # waits, and can be woken
    WAITING_FOR_DISK = 3
    STOPPED = 4
    ZOMBIE = 5  # has ended; nobody has asked how yet
    GONE = 6
