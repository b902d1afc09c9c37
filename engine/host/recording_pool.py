"""A `multiprocessing.pool.Pool` that records what it does, and does it as Pool does.

The private names of CPython's Pool that Poolscope leans on are in this file, queues.py, pipes.py,
worker.py, watch.py, and backends/pool.py and calls.py; tests/engine/host/test_pool_contract.py
holds them against each Python.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.context import BaseContext
from multiprocessing.pool import (  # type: ignore[attr-defined]
    MaybeEncodingError,
    Pool,
    mapstar,
    starmapstar,
)
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, NamedTuple

from ..trace.layout import NO_CHUNK, ChunkOutcome, clock_ns
from ..trace.mapping import map_tables
from ..trace.writer import WorkersTable
from .late import Late
from .pipes import receiver, sender
from .queues import ResultQueue, TaskQueue, chunk_number, numbered_pickle, prefix_of
from .worker import initialize, run_chunk, run_one, work

UNSEEN = 255
"""What multiprocessing gives as the exit code when a fork server went before its process. Here it
also stands for one that the system has kept to itself, since the task's module ignores SIGCHLD.
"""


class Worker(NamedTuple):
    """A worker that was ever born: its ordinal (from 1), its slot, and its process."""

    ordinal: int
    slot: int
    process: BaseProcess


class ChunkFailure(NamedTuple):
    """A chunk that the host could not hand out or take back."""

    chunk: int
    sending: bool
    error: BaseException


class RecordingPool(Pool):
    """Pool over the trace files that are already laid out in `folder`.

    workers: every worker ever born, in the order of birth.
    results: chunk number to what came back: (False, exception), or (True, values), or, from a call
    of its own, (True, value). arrived: these numbers in the order of coming back.
    failures: chunks that the host itself could not pickle or unpickle.
    not_sent: chunks whose results the worker could not pickle, in the order of coming back.
    broken: what ended the reading of results; None while they can come.
    asked, echoes: messages of the host's own into the pipe of results, and those that came out.
    handed: chunks handed out so far. expected: chunks that Pool has been given to hand out.
    """

    _inqueue: TaskQueue
    _outqueue: ResultQueue

    def __init__(
        self,
        folder: Path,
        workers_table: WorkersTable,
        *,
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
        **settings: Any,
    ) -> None:
        self._folder = folder
        self._table = workers_table
        self._tables = map_tables(str(folder))
        self._chunks = self._tables.chunks
        self._firsts, self._sizes = self._chunks["first"], self._chunks["size"]
        self._handed_ns, self._received_ns = self._chunks["handed"], self._chunks["received"]
        self._pickling_ns = self._chunks["pickling"]
        self._chunk_numbers = itertools.count()
        self._next_row = 0
        self._slots: dict[int, int] = {}  # id of a process that is there: its slot
        self.workers: list[Worker] = []
        self.results: dict[int, tuple[bool, Any]] = {}
        self.arrived: list[int] = []
        self.failures: list[ChunkFailure] = []
        self.not_sent: list[int] = []
        self.broken: BaseException | None = None
        self.handed = self.expected = 0
        self.asked = self.echoes = 0
        self.Process: Any = self._new_process  # Pool reaches it through the instance
        if initializer is not None:
            settings |= {"initializer": initialize, "initargs": (Late(initializer, initargs),)}
        super().__init__(**settings)

    # --- births

    def _new_process(
        self, ctx: BaseContext, *, target: Callable[..., None], args: tuple[Any, ...]
    ) -> BaseProcess:
        ordinal = len(self.workers) + 1
        slot = self._free_slot()
        self._table.add(ordinal, slot, clock_ns())
        self._tables.workers = self._table.mapped
        process = ctx.Process(target=work, args=(self._tables, ordinal, *args))  # type: ignore[attr-defined]
        self.workers.append(Worker(ordinal, slot, process))
        self._slots[id(process)] = slot
        return process  # type: ignore[no-any-return]

    def _free_slot(self) -> int:
        present = set(map(id, self._pool))  # type: ignore[attr-defined]
        self._slots = {name: slot for name, slot in self._slots.items() if name in present}
        taken = set(self._slots.values())
        return next(slot for slot in itertools.count() if slot not in taken)

    def exit_code(self, worker: Worker) -> int | None:
        """How `worker` ended; None while it lives, or has not been started.

        Pool's own thread collects the dead while it runs. With forkserver the code can be read but
        once: the second of two readers at a time would make it 255.
        """
        popen = worker.process._popen  # type: ignore[attr-defined]
        if popen is None:
            return None
        code = popen.returncode if self.replaces_the_dead() else worker.process.exitcode
        return None if code == UNSEEN and _is_there(popen.pid) else code

    def uncollected(self, worker: Worker) -> int | None:
        """The same of one that has ended and not been collected; None when it lives.

        Pool's thread does it in a moment, if it is not stuck. UNSEEN: there is no such process.
        """
        pid = worker.process.pid
        if pid is None:
            return None
        return UNSEEN if _is_there(pid) is False else _seen(pid)

    def replaces_the_dead(self) -> bool:
        """Pool's thread that collects dead workers and starts others still runs."""
        return self._worker_handler.is_alive()  # type: ignore[attr-defined,no-any-return]

    # --- chunks out

    def _guarded_task_generation(
        self, result_job: int, func: Callable[..., Any], iterable: Iterable[Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Pool's messages, with functions of ours in the place of Pool's and of the person's own.

        `iterable` walks along a list, so it cannot raise as one of a person's could.
        """
        star = func is starmapstar
        chunked = star or func is mapstar
        for number, item in enumerate(iterable):
            if chunked:  # an item is a function and the inputs of a chunk
                function, inputs = item
                chunk, first = self._number(len(inputs))
                arguments: tuple[Any, ...] = chunk, first, function, inputs
                if star:
                    arguments += (True,)
                yield result_job, number, run_chunk, arguments, {}
            else:  # imap without chunks: the function itself, and an input
                chunk, first = self._number(1)
                yield result_job, number, run_one, (chunk, first, func, (item,), {}), {}

    def _number(self, size: int) -> tuple[int, int]:
        """The number of the next chunk, and its first row."""
        chunk, first = next(self._chunk_numbers), self._next_row
        self._firsts[chunk] = first
        self._sizes[chunk] = size
        self._next_row = first + size
        return chunk, first

    def apply_async(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: Mapping[str, Any] | None = None,
        callback: Callable[[Any], object] | None = None,
        error_callback: Callable[[BaseException], object] | None = None,
    ) -> Any:
        """Pool's; the call is a chunk of its own."""
        chunk, row = self._number(1)
        self.expected += 1
        arguments = (chunk, row, func, tuple(args), dict(kwds or {}))
        return super().apply_async(run_one, arguments, {}, callback, error_callback)

    def _setup_queues(self) -> None:
        self._inqueue = TaskQueue(ctx=self._ctx)  # type: ignore[attr-defined]
        self._outqueue = ResultQueue(ctx=self._ctx)  # type: ignore[attr-defined]
        self._quick_put = self._put
        self._quick_get = self._get
        self._send = sender(self._inqueue._writer)
        self._receive = receiver(self._outqueue._reader)

    def _put(self, message: Any) -> None:
        """Send a task message, or Pool's sentinel None; called by Pool's task thread."""
        if message is None:
            self._send(numbered_pickle(prefix_of(NO_CHUNK), None))
            return
        chunk = message[3][0]
        self._pickling_ns[chunk] = clock_ns()
        try:
            data = numbered_pickle(prefix_of(chunk), message)
        except BaseException as error:
            self._chunks["outcome"][chunk] = ChunkOutcome.NOT_SENT
            self.failures.append(ChunkFailure(chunk, True, error))
            raise
        self._handed_ns[chunk] = clock_ns()
        self.handed += 1
        self._send(data)

    # --- results back

    def _get(self) -> Any:
        """Receive a result message; called by Pool's result thread.

        An exception here ends that thread and with it the pool, as it does in Pool (gh-79492):
        it is noted in `failures` for the host to end the run.
        """
        try:
            data = self._receive()
            received_ns = clock_ns()
            chunk = chunk_number(data)
        except BaseException as error:  # a task wrote into the pipe, or closed what it belongs to
            self.broken = error
            raise
        try:
            if chunk != NO_CHUNK:
                self._received_ns[chunk] = received_ns
            message = ForkingPickler.loads(data)
        except BaseException as error:
            if 0 <= chunk < self._chunks.rows:
                self._chunks["outcome"][chunk] = ChunkOutcome.NOT_READ
                self.failures.append(ChunkFailure(chunk, False, error))
            self.broken = error
            raise
        if chunk == NO_CHUNK:
            self.echoes += message is not None
            return message
        self.results[chunk] = outcome = message[2]
        self.arrived.append(chunk)
        outcomes = self._chunks["outcome"]
        if not outcome[0] and outcomes[chunk] == ChunkOutcome.DONE:
            # The worker was about to send it when something came in between, and sent that.
            outcomes[chunk] = ChunkOutcome.NOT_SENT
        if not outcome[0] and isinstance(outcome[1], MaybeEncodingError):
            self.not_sent.append(chunk)
        return message

    def ask(self) -> bool:
        """Send an echo after all results that have been sent; False when it cannot be, just now."""
        sent = self._outqueue.put_echo()
        self.asked += sent
        return sent

    def settled(self) -> int:
        """Chunks whose end the host knows: received, or failed on the way out or back."""
        return len(self.results) + len(self.failures)


def _seen(pid: int) -> int | None:
    """How a child ended, without collecting it; None as well where that cannot be known."""
    if not hasattr(os, "waitid"):
        return None
    try:
        end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # a fork server's, or Pool has just collected it
        return None
    if end is None:
        return None
    return end.si_status if end.si_code == os.CLD_EXITED else -end.si_status


def _is_there(pid: int) -> bool | None:
    """There is such a process, dead or alive; None where that cannot be told."""
    if os.name != "posix":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
