"""What runs in a worker besides Pool's own loop: it records each chunk while it is in hand.

Standard library only, and little of it (see trace/layout.py): its import is part of every start.
"""

import contextlib
import io
import os
import sys
from array import array
from collections.abc import Callable, Sequence
from multiprocessing.pool import worker as pool_worker  # type: ignore[attr-defined]
from time import thread_time_ns

from .. import lifeline
from ..names import FAILURES_FILE, OUTPUT_FOLDER
from ..trace.layout import NO_CHUNK, Phase, TaskState
from ..trace.layout import clock_ns as clock
from ..trace.mapping import Tables
from .late import Late
from .queues import ResultQueue, TaskQueue

TYPE_CHECKING = False  # typing itself would be 2 ms of a worker's start
if TYPE_CHECKING:
    from typing import Any
else:
    Any = object

TRACEBACKS_KEPT = 1000  # of a worker; later failures keep their type and message
TEXT_LIMIT = 20_000  # characters of a traceback

CPU_GAP_NS = 100_000
"""What a worker does for so long between two chunks may count as CPU time of the second."""

# Plain numbers: an enum's member costs thrice as much to look up and to store.
TASK_DONE = TaskState.DONE.value

recorder: "Recorder"


class Recorder:
    """Writes a worker's own row and the rows of the chunks and tasks that it has in hand.

    row: its row in the table of workers, where `phase`, `hand` (the chunk in hand) and `ready`
    are columns. chunk: the chunk that was taken last. single: that is one call, its value no list.
    torn: it has left half a message in the task queue's pipe.
    """

    def __init__(self, tables: Tables, ordinal: int) -> None:
        self.ordinal = ordinal
        self.row = ordinal - 1
        self.folder = tables.folder
        self.failures = 0
        self.chunk = NO_CHUNK
        self.single = self.torn = False
        self.tasks, self.chunks = tasks, chunks = tables.tasks, tables.chunks
        workers = tables.workers
        self.phase, self.hand = workers["phase"], workers["chunk"]
        self.ready = workers["ready"]
        self._initializing, self._initialized = workers["initializing"], workers["initialized"]
        # Bound once: looking them up costs more than writing to them, and each chunk pays it.
        names = ("begun", "ended", "state", "worker", "chunk")
        self.columns = (*(tasks[name] for name in names), chunks["unpickled"])
        self._ran, self._cpu = chunks["ran"], chunks["cpu"]
        self._cpu_used = self._cpu_until = 0
        workers["pid"][self.row] = os.getpid()
        workers["ppid"][self.row] = os.getppid()

    def initialize(self, late: Late) -> None:
        """Call the pool's initializer, in its time; `late`: the function and its arguments."""
        self.phase[self.row] = Phase.INITIALIZING
        self._initializing[self.row] = clock()
        try:
            function, arguments = late.values()
        except BaseException as error:
            self.die(None, error, initializer=True, unpickling=True)
            raise
        try:
            function(*arguments)
        except BaseException as error:
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            self.die(None, error, initializer=True)
            raise
        self._initialized[self.row] = clock()

    def begin_cpu(self, time: int) -> None:
        """The tasks of a chunk begin at `time`; `end_cpu` says what they have had.

        Reading a thread's CPU time is a system call, dearer than all other notes on a chunk. So one
        that follows on a short one within CPU_GAP_NS goes on from the last reading: what the thread
        did in between counts, too, which is no more than that.
        """
        if time - self._cpu_until > CPU_GAP_NS:
            self._cpu_used = thread_time_ns()

    def end_cpu(self, chunk: int, begun: int, ended: int) -> None:
        """They are over, after `begun` to `ended`: no thread can have had more than that."""
        used = thread_time_ns()
        cpu, wall = used - self._cpu_used, ended - begun
        if cpu < 0:  # the task has forked, and its child goes on here: a clock of its own
            cpu = used
        self._cpu[chunk] = cpu if cpu < wall else wall
        self._cpu_used = used
        # After a long one it is read again: the next may be as long, and that is worth being exact.
        self._cpu_until = ended if wall < CPU_GAP_NS else 0
        self._ran[chunk] = ended

    def tear(self) -> None:
        self.torn = True

    def interrupt(self, error: BaseException) -> None:
        """`error`, as of a signal's handler, has ended its reading, and gives the lock back.

        Where no message had begun it costs nobody anything; Pool's loop ends well of an OSError.
        """
        if self.torn or not isinstance(error, EOFError | OSError):
            self.die(None, error)
        if not self.torn:
            self.phase[self.row] = Phase.WAITING

    def leave(self) -> None:
        """Pool's loop has ended. It does so, too, when an input raised OSError while unpickled."""
        if not self.torn and self.phase[self.row] != Phase.UNPICKLING:
            self.phase[self.row] = Phase.LEAVING

    def fail(self, task: int | None, error: BaseException, **facts: Any) -> None:
        """Keep what was raised: by a task, or (`task` None) by the way of a chunk."""
        from ..messages import append_line  # dear, and seldom needed

        self.failures += 1
        text = ""
        if self.failures <= TRACEBACKS_KEPT:
            from traceback import format_exception

            text = "".join(format_exception(error))
            if len(text) > TEXT_LIMIT:
                text = text[: TEXT_LIMIT // 2] + "\n…\n" + text[-TEXT_LIMIT // 2 :]
        line: dict[str, Any] = {"task": task, "type": type(error).__name__}
        line["message"] = safe_str(error)
        line |= {"worker": self.ordinal, "at_ns": clock(), "traceback": text} | facts
        # A full disk must not put its own exception in the place of the task's, which Pool still
        # hands on; that not all is recorded, the host says when it finds the disk full itself.
        with contextlib.suppress(OSError):
            append_line(os.path.join(self.folder, FAILURES_FILE), line)

    def die(self, task: int | None, error: BaseException, **facts: Any) -> None:
        """Keep what this worker is about to end of, so that its death can be told with a reason."""
        self.fail(task, error, chunk=int(self.hand[self.row]), deadly=True, **facts)


def safe_str(error: BaseException) -> str:
    """`str(error)`, shortened; a class whose own `__str__` raises is named instead."""
    try:
        text = str(error)
    except Exception as second:
        return f"(its text cannot be shown: {type(second).__name__})"
    return text if len(text) <= 1000 else text[:1000] + "…"


def run_chunk(
    chunk: int, first: int, function: Callable[..., Any], inputs: Sequence[Any], star: bool = False
) -> list[Any]:
    """Pool's `mapstar`, or with `star` its `starmapstar`, with a row a task from row `first` on.

    One reading of the clock serves as the end of a task and the begin of the next.
    """
    record = recorder
    record.single = False
    begun, ended, state, workers, chunks, unpickled = record.columns
    now = clock
    unpickled[chunk] = time = now()
    if len(inputs) == 1:
        workers[first], chunks[first] = record.ordinal, chunk
    else:
        rows = slice(first, first + len(inputs))
        workers[rows] = array("q", (record.ordinal,)) * len(inputs)
        chunks[rows] = array("q", (chunk,)) * len(inputs)
        time = now()
    record.begin_cpu(time)
    done = TASK_DONE
    results: list[Any] = []
    append = results.append
    start, row = time, first
    try:
        if star:
            for item in inputs:
                begun[row] = time
                append(function(*item))
                ended[row] = time = now()
                state[row] = done
                row += 1
        else:
            for item in inputs:
                begun[row] = time
                append(function(item))
                ended[row] = time = now()
                state[row] = done
                row += 1
    except BaseException as error:
        _note_raised(record, chunk, row, start, now(), error)
        raise
    record.end_cpu(chunk, start, time)
    return results


def run_one(
    chunk: int, row: int, function: Callable[..., Any], args: tuple[Any, ...], kwds: dict[str, Any]
) -> Any:
    """One call, as `apply` and an `imap` without chunks hand it over, with its row."""
    record = recorder
    record.single = True
    begun, ended, state, workers, chunks, unpickled = record.columns
    workers[row], chunks[row] = record.ordinal, chunk
    begun[row] = unpickled[chunk] = time = clock()
    record.begin_cpu(time)
    try:
        value = function(*args, **kwds)
        ended[row] = end = clock()
        state[row] = TASK_DONE
    except BaseException as error:
        _note_raised(record, chunk, row, time, clock(), error)
        raise
    record.end_cpu(chunk, time, end)
    return value


def _note_raised(
    record: Recorder, chunk: int, row: int, begun: int, ended: int, error: BaseException
) -> None:
    """`ended` was read before these notes, which take longer than many a task."""
    error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
    if not isinstance(error, Exception):  # it ends the worker, and the task is lost
        record.die(row, error)
        return
    record.fail(row, error)
    record.columns[1][row] = ended
    record.columns[2][row] = TaskState.RAISED
    record.end_cpu(chunk, begun, clock())


def initialize(late: Late) -> None:
    """What Pool calls as its initializer: the one of the experiment, recorded."""
    recorder.initialize(late)


def work(
    tables: Tables, ordinal: int, inqueue: TaskQueue, outqueue: ResultQueue, *args: Any
) -> None:
    """The whole life of a worker: Pool's own loop, recorded into `tables`."""
    global recorder
    lifeline.hold(tables.folder)
    _redirect_output(f"{tables.folder}/{OUTPUT_FOLDER}/worker-{ordinal}.txt")
    recorder = Recorder(tables, ordinal)
    attach(recorder, inqueue, outqueue)
    pool_worker(inqueue, outqueue, *args)
    recorder.leave()


def attach(record: Recorder, inqueue: TaskQueue, outqueue: ResultQueue) -> None:
    """Have Pool's loop use `get` and `put` that write by `record`; it looks for them there."""
    inqueue.get = inqueue.getter(record)  # type: ignore[method-assign]
    outqueue.put = outqueue.putter(record)  # type: ignore[assignment, method-assign]


def _redirect_output(path: str) -> None:
    """Give this process an output file of its own: on a shared one lines are torn.

    Where the disk has no room for one more file, it prints into the host's.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        pass
    else:
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and (
            # A forked worker has what the host has done to its own, and its start is short.
            stream.errors != "backslashreplace"
            or stream.encoding != "utf-8"
            or not stream.line_buffering
        ):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
