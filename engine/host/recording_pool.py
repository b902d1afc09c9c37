"""A `multiprocessing.pool.Pool` that records what it does, and does it as Pool does.

The private names of CPython's Pool that Poolscope leans on are in this file, worker.py, watch.py
and backends/pool.py; tests/engine/host/test_pool_contract.py holds them against each Python.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext
from multiprocessing.pool import Pool
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, NamedTuple

from ..trace.layout import CHUNKS, NO_CHUNK, ChunkOutcome, clock_ns
from ..trace.mapping import MappedTable
from ..trace.writer import WorkersTable
from .worker import ResultQueue, TaskQueue, chunk_number, numbered_pickle, run_chunk, work


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
    results: chunk number to what came back, (True, values) or (False, exception).
    failures: chunks that the host itself could not pickle or unpickle.
    handed: chunks handed out so far.
    """

    _inqueue: TaskQueue
    _outqueue: ResultQueue

    def __init__(self, folder: Path, workers_table: WorkersTable, **settings: Any) -> None:
        self._folder = folder
        self._table = workers_table
        self._chunks = MappedTable(str(folder), CHUNKS)
        self._handed_ns, self._received_ns = self._chunks["handed"], self._chunks["received"]
        self._chunk_numbers = itertools.count()
        self._next_row = 0
        self._slots: dict[int, int] = {}  # id of a process that is there: its slot
        self.workers: list[Worker] = []
        self.results: dict[int, tuple[bool, Any]] = {}
        self.failures: list[ChunkFailure] = []
        self.handed = 0
        self.Process: Any = self._new_process  # Pool reaches it through the instance
        super().__init__(**settings)

    # --- births

    def _new_process(
        self, ctx: BaseContext, *, target: Callable[..., None], args: tuple[Any, ...]
    ) -> BaseProcess:
        ordinal = len(self.workers) + 1
        slot = self._free_slot()
        self._table.add(ordinal, slot, clock_ns())
        process = ctx.Process(target=work, args=(str(self._folder), ordinal, *args))  # type: ignore[attr-defined]
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
        if self.replaces_the_dead():
            popen = worker.process._popen  # type: ignore[attr-defined]
            return None if popen is None else popen.returncode
        return worker.process.exitcode

    def replaces_the_dead(self) -> bool:
        """Pool's thread that collects dead workers and starts others still runs."""
        return self._worker_handler.is_alive()  # type: ignore[attr-defined,no-any-return]

    # --- chunks out

    def _guarded_task_generation(
        self, result_job: int, func: Callable[..., Any], iterable: Iterable[Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Pool's messages, with `run_chunk` in the place of `mapstar`.

        `iterable` cuts chunks off a list, so it cannot raise as one of a person's could.
        """
        firsts, sizes = self._chunks["first"], self._chunks["size"]
        for number, (function, items) in enumerate(iterable):
            chunk, first = next(self._chunk_numbers), self._next_row
            firsts[chunk] = first
            sizes[chunk] = len(items)
            self._next_row += len(items)
            yield result_job, number, run_chunk, (chunk, first, function, items), {}

    def _setup_queues(self) -> None:
        self._inqueue = TaskQueue(ctx=self._ctx)  # type: ignore[attr-defined]
        self._outqueue = ResultQueue(ctx=self._ctx)  # type: ignore[attr-defined]
        self._quick_put = self._put
        self._quick_get = self._get

    def _put(self, message: Any) -> None:
        """Send a task message, or Pool's sentinel None; called by Pool's task thread."""
        chunk = NO_CHUNK if message is None else message[3][0]
        try:
            data = numbered_pickle(chunk, message)
        except BaseException as error:
            self._chunks["outcome"][chunk] = ChunkOutcome.NOT_SENT
            self.failures.append(ChunkFailure(chunk, True, error))
            raise
        if chunk != NO_CHUNK:
            self._handed_ns[chunk] = clock_ns()
            self.handed += 1
        self._inqueue._writer.send_bytes(data)

    # --- results back

    def _get(self) -> Any:
        """Receive a result message; called by Pool's result thread.

        An exception here ends that thread and with it the pool, as it does in Pool (gh-79492):
        it is noted in `failures` for the host to end the run.
        """
        data = self._outqueue._reader.recv_bytes()
        received_ns = clock_ns()
        chunk = chunk_number(data)
        try:
            message = ForkingPickler.loads(data)
        except BaseException as error:
            self._chunks["outcome"][chunk] = ChunkOutcome.NOT_READ
            self.failures.append(ChunkFailure(chunk, False, error))
            raise
        if chunk != NO_CHUNK:
            self._received_ns[chunk] = received_ns
            self.results[chunk] = message[2]
        return message

    def settled(self) -> int:
        """Chunks whose end the host knows: received, or failed on the way out or back."""
        return len(self.results) + len(self.failures)
