"""The files of a run folder that hold numbers, and what their columns mean.

Each is an ordinary `.npy` of int64 that `numpy.load` opens. Tasks and chunks are stored column by
column (Fortran order): a worker then fills "worker" and "chunk" for a whole chunk with one copy
and stores three numbers a task, which measured a third cheaper than rows of four (0.15 to 0.24
against 0.18 to 0.41 us a task on CPython 3.11 to 3.13). Workers are stored row by row, because
that table grows.

Times are nanoseconds of `clock_ns`, one clock for all processes of a machine; 0 is "not yet".
Every worker imports it: standard library only, and nothing that Pool has not loaded already
(dataclasses alone would add 10 ms to a worker's start, typing 2).
"""

from enum import IntEnum
from time import perf_counter_ns as clock_ns

__all__ = [
    "CHUNKS",
    "FETCHED",
    "HEADER_BYTES",
    "NO_CHUNK",
    "ORDER",
    "TASKS",
    "WORKERS",
    "ChunkOutcome",
    "Phase",
    "Table",
    "TaskState",
    "clock_ns",
    "header",
]

HEADER_BYTES = 128
ITEM_BYTES = 8
NO_CHUNK = -1


class TaskState(IntEnum):
    """How a task ended. A task that has begun and has no state yet is running.

    Workers write DONE and RAISED. LOST and NOT_RUN are written once, when the run is over and no
    process is left that could write: a task that had begun is lost, one that had not was not run.
    """

    OPEN = 0
    DONE = 2
    RAISED = 3
    LOST = 4
    NOT_RUN = 5


class ChunkOutcome(IntEnum):
    """How a chunk ended. Any but DONE takes the results of its finished tasks down with it."""

    OPEN = 0
    DONE = 1
    RAISED = 2
    NOT_SENT = 3  # its input or its result could not be pickled
    NOT_READ = 4  # its result could not be unpickled
    LOST = 5  # its worker died


class Phase(IntEnum):
    """What a worker is doing, as it last said itself."""

    STARTING = 0
    WAITING = 1  # for the lock of the task queue
    RECEIVING = 2  # holds that lock
    UNPICKLING = 3
    RUNNING = 4
    PICKLING = 5
    WAITING_TO_SEND = 6  # for the lock of the result queue
    SENDING = 7  # holds that lock
    LEAVING = 8
    INITIALIZING = 9


class Table:
    """One `.npy` file: its name, its columns, and whether it is stored column by column."""

    __slots__ = ("by_column", "columns", "file_name")

    def __init__(self, file_name: str, columns: tuple[str, ...], *, by_column: bool) -> None:
        self.file_name = file_name
        self.columns = columns
        self.by_column = by_column

    def size(self, rows: int) -> int:
        """Bytes of the file with this many rows."""
        return HEADER_BYTES + rows * len(self.columns) * ITEM_BYTES


TASKS = Table("tasks.npy", ("begun", "ended", "worker", "state", "chunk"), by_column=True)
"""A row a task in the order of handing out; begun and ended are times."""

ORDER = Table("order.npy", ("position",), by_column=True)
"""A row a task: the position of its input among the inputs as given. Only where they differ."""

FETCHED = Table("fetched.npy", ("fetched",), by_column=True)
"""A row a task: the time at which its result was taken from imap's iterator. imap's only."""

CHUNKS = Table(
    "chunks.npy",
    (
        "first",  # row of its first task
        "size",  # tasks
        "worker",  # ordinal
        "handed",  # time: put into the task queue by the host
        "taken",  # time: out of the task queue, still pickled
        "unpickled",  # time; that of the first task's begin, where it is the only one
        "ran",  # time: the last task returned, or one had raised and that was noted
        # ns of CPU time of the worker's thread while the tasks ran, never more than they took.
        # Exact after a chunk of 100 us or more and after a pause of as much; otherwise what the
        # thread did since the chunk before counts, too, which is less than that (begin_cpu).
        "cpu",
        "pickled",  # time: the result
        "sent",  # time
        "received",  # time: by the host
        "bytes_in",
        "bytes_out",
        "outcome",
        "pickling",  # time: the host began to pickle it
    ),
    by_column=True,
)
"""A row a chunk, numbered in the order of handing out."""

WORKERS = Table(
    "workers.npy",
    (
        "pid",
        "ppid",
        "slot",  # 0, 1, 2 …; a replaced worker's successor takes over its slot
        "born",  # time: the host asked for it
        "ready",  # time: it asked for work for the first time
        "phase",
        "chunk",  # in hand, or NO_CHUNK
        "died",  # time: seen by the host
        "exit_code",  # as of multiprocessing.Process: negative for a signal
        "initializing",  # time: it called the pool's initializer
        "initialized",  # time: that returned
    ),
    by_column=False,
)
"""A row a worker in the order of birth (ordinal - 1). Rows beyond the last worker are zero."""


def header(table: Table, rows: int) -> bytes:
    """The `.npy` header (format 1.0, HEADER_BYTES long) of `table` with this many rows."""
    shape = f"({rows}, {len(table.columns)})"
    text = f"{{'descr': '<i8', 'fortran_order': {table.by_column}, 'shape': {shape}, }}"
    room = HEADER_BYTES - 10
    return b"\x93NUMPY\x01\x00" + room.to_bytes(2, "little") + text.ljust(room - 1).encode() + b"\n"
