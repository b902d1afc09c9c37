"""What runs in a worker besides Pool's own loop: it records each chunk while it is in hand.

Standard library only, and little of it (see trace/layout.py): its import is part of every start.
"""

import contextlib
import io
import os
import sys
from array import array
from collections.abc import Callable, Iterable
from multiprocessing.pool import worker as pool_worker  # type: ignore[attr-defined]
from time import thread_time_ns
from typing import Any

from .. import lifeline
from ..names import FAILURES_FILE, OUTPUT_FOLDER
from ..trace.layout import CHUNKS, NO_CHUNK, TASKS, WORKERS, ChunkOutcome, Phase, TaskState
from ..trace.layout import clock_ns as clock
from ..trace.mapping import MappedTable
from .late import Late
from .queues import ResultQueue, TaskQueue

TRACEBACKS_KEPT = 1000  # of a worker; later failures keep their type and message
TEXT_LIMIT = 20_000  # characters of a traceback

# Plain numbers: an enum's member costs thrice as much to look up and to store.
INITIALIZING, WAITING = Phase.INITIALIZING.value, Phase.WAITING.value
UNPICKLING, RUNNING = Phase.UNPICKLING.value, Phase.RUNNING.value
PICKLING, WAITING_TO_SEND = Phase.PICKLING.value, Phase.WAITING_TO_SEND.value
SENDING = Phase.SENDING.value
DONE, RAISED = ChunkOutcome.DONE.value, ChunkOutcome.RAISED.value
TASK_DONE = TaskState.DONE.value

recorder: "Recorder"


class Recorder:
    """Writes a worker's own row and the rows of the chunks and tasks that it has in hand."""

    def __init__(self, folder: str, ordinal: int) -> None:
        self.ordinal = ordinal
        self.folder = folder
        self.failures = 0
        self.tasks = tasks = MappedTable(folder, TASKS)
        self.chunks = chunks = MappedTable(folder, CHUNKS)
        workers = MappedTable(folder, WORKERS)
        self._row = ordinal - 1
        self._phase = workers["phase"]
        self._chunk = workers["chunk"]
        self._ready = workers["ready"]
        self._is_ready = False
        self.single = False  # the chunk in hand is one call, its value no list
        self._initializing, self._initialized = workers["initializing"], workers["initialized"]
        self._cpu_begun: int | None = None
        # Bound once: looking them up costs more than writing to them, and each chunk pays it.
        self._worker, self._bytes_in = chunks["worker"], chunks["bytes_in"]
        self._taken, self._unpickled = chunks["taken"], chunks["unpickled"]
        self._ran, self._cpu = chunks["ran"], chunks["cpu"]
        self._pickled, self._sent = chunks["pickled"], chunks["sent"]
        self._bytes_out, self._outcome = chunks["bytes_out"], chunks["outcome"]
        names = ("begun", "ended", "state", "worker", "chunk")
        self.task_columns = tuple(tasks[name] for name in names)
        workers["pid"][self._row] = os.getpid()
        workers["ppid"][self._row] = os.getppid()

    def phase(self, phase: int) -> None:
        self._phase[self._row] = phase

    def initialize(self, late: Late) -> None:
        """Call the pool's initializer, in its time; `late`: the function and its arguments."""
        self._phase[self._row] = INITIALIZING
        self._initializing[self._row] = clock()
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
        self._initialized[self._row] = clock()

    def wait(self) -> None:
        """Between two chunks."""
        self._chunk[self._row] = NO_CHUNK
        self._phase[self._row] = WAITING
        if not self._is_ready:
            self._is_ready = True
            self._ready[self._row] = clock()

    def hold(self, chunk: int) -> None:
        """A message was read off the task queue, whose lock is still held: no more than this."""
        self._chunk[self._row] = chunk
        self._phase[self._row] = UNPICKLING

    def take(self, chunk: int, size: int) -> None:
        """The message is in hand, still pickled."""
        if chunk != NO_CHUNK:
            self._worker[chunk] = self.ordinal
            self._bytes_in[chunk] = size
            self._taken[chunk] = clock()

    def run(self, chunk: int) -> None:
        """It is unpickled; the tasks begin."""
        self._phase[self._row] = RUNNING
        if chunk != NO_CHUNK:
            self._unpickled[chunk] = clock()
            self._cpu_begun = thread_time_ns()

    def finish(self) -> int:
        """The tasks are over, the result is to be sent. Returns the chunk's number."""
        chunk = self._chunk[self._row]
        if self._cpu_begun is not None:  # None when Pool sends the reason instead of the result
            self._cpu[chunk] = thread_time_ns() - self._cpu_begun
            self._ran[chunk] = clock()
            self._cpu_begun = None
        self._phase[self._row] = PICKLING
        return int(chunk)

    def pickle(self, chunk: int) -> None:
        """The result is pickled; now it waits for its turn."""
        self._pickled[chunk] = clock()
        self._phase[self._row] = WAITING_TO_SEND

    def begin_sending(self, chunk: int, succeeded: bool) -> None:
        """It is its turn, and the lock its own. After this the outcome is the host's to write:
        it may find that it cannot read what it gets, or that half of it never came.
        """
        if not self._outcome[chunk]:
            self._outcome[chunk] = DONE if succeeded else RAISED
        self._phase[self._row] = SENDING

    def send(self, chunk: int, size: int) -> None:
        """The result is on its way."""
        self._bytes_out[chunk] = size
        self._sent[chunk] = clock()

    def leave(self) -> None:
        """Pool's loop has ended. It does so, too, when an input raised OSError while unpickled."""
        if self._phase[self._row] != Phase.UNPICKLING:
            self._phase[self._row] = Phase.LEAVING

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
        self.fail(task, error, chunk=int(self._chunk[self._row]), deadly=True, **facts)


def safe_str(error: BaseException) -> str:
    """`str(error)`, shortened; a class whose own `__str__` raises is named instead."""
    try:
        text = str(error)
    except Exception as second:
        return f"(its text cannot be shown: {type(second).__name__})"
    return text if len(text) <= 1000 else text[:1000] + "…"


def run_chunk(
    chunk: int, first: int, function: Callable[..., Any], items: Iterable[Any], star: bool = False
) -> Any:
    """Pool's `mapstar`, or with `star` its `starmapstar`, with a row a task from row `first` on.

    One reading of the clock serves as the end of a task and the begin of the next.
    """
    record = recorder
    record.single = False
    begun, ended, state, workers, chunks = record.task_columns
    inputs = tuple(items)
    if len(inputs) == 1:
        workers[first], chunks[first] = record.ordinal, chunk
    else:
        rows = slice(first, first + len(inputs))
        workers[rows] = array("q", (record.ordinal,)) * len(inputs)
        chunks[rows] = array("q", (chunk,)) * len(inputs)
    done = TASK_DONE
    results: list[Any] = []
    append = results.append
    now = clock
    row = first
    time = now()
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
        _note_raised(record, row, now(), error)
        raise
    return results


def run_one(
    chunk: int, row: int, function: Callable[..., Any], args: tuple[Any, ...], kwds: dict[str, Any]
) -> Any:
    """One call, as `apply` and an `imap` without chunks hand it over, with its row."""
    record = recorder
    record.single = True
    begun, ended, state, workers, chunks = record.task_columns
    workers[row], chunks[row] = record.ordinal, chunk
    begun[row] = clock()
    try:
        value = function(*args, **kwds)
        ended[row] = clock()
        state[row] = TASK_DONE
    except BaseException as error:
        _note_raised(record, row, clock(), error)
        raise
    return value


def _note_raised(record: Recorder, row: int, time: int, error: BaseException) -> None:
    """`time` was read before these notes, which take longer than many a task."""
    error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
    if not isinstance(error, Exception):  # it ends the worker, and the task is lost
        record.die(row, error)
        return
    record.fail(row, error)
    record.task_columns[1][row] = time
    record.task_columns[2][row] = TaskState.RAISED


def initialize(late: Late) -> None:
    """What Pool calls as its initializer: the one of the experiment, recorded."""
    recorder.initialize(late)


def work(folder: str, ordinal: int, inqueue: TaskQueue, outqueue: ResultQueue, *args: Any) -> None:
    """The whole life of a worker: Pool's own loop, recorded into `folder`."""
    global recorder
    lifeline.hold(folder)
    _redirect_output(os.path.join(folder, OUTPUT_FOLDER, f"worker-{ordinal}.txt"))
    recorder = Recorder(folder, ordinal)
    inqueue.recorder = outqueue.recorder = recorder
    pool_worker(inqueue, outqueue, *args)
    recorder.leave()


def _redirect_output(path: str) -> None:
    """Give this process an output file of its own: on a shared one lines are torn.

    Where the disk has no room for one more file, it prints into the host's.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
