"""Finds out what a pool will never say itself: which workers died, and what went down with them.

Decided from deaths and from the phase that each worker last wrote, never from silence: a slow
task and a large pickle are silent, too.
"""

import signal
from multiprocessing.util import debug
from typing import Any

from ..problem import Kind, Problem
from ..trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Phase, TaskState, clock_ns
from ..trace.mapping import MappedTable
from ..trace.writer import WorkersTable
from .recording_pool import RecordingPool, Worker

FROZEN_LOOKS = 4
"""Looks in a row that must find the queue's lock held by nobody alive."""
DEATHS_BEFORE_READY = 3
"""For each process of the pool: so many workers that never asked for work end the run."""


class Watch:
    """Looks at a RecordingPool's workers; `problem` is the first thing found wrong.

    lost: numbers of the chunks that went down with their worker.
    hopeless: the pool cannot go on.
    """

    def __init__(self, pool: RecordingPool, workers: WorkersTable, chunks: int) -> None:
        self._pool = pool
        self._table = workers
        self._chunks = MappedTable(str(pool._folder), CHUNKS)
        self._tasks = MappedTable(str(pool._folder), TASKS)
        self._chunk_count = chunks
        self._alive: dict[int, Worker] = {}
        self._seen = 0
        self._unready_deaths = 0
        self._frozen_looks = 0
        self.lost: set[int] = set()
        self.hopeless = False
        self.problem: Problem | None = None

    def look(self) -> bool:
        """Note every death since the last look. True when the run cannot get any further."""
        workers = self._pool.workers
        for worker in workers[self._seen :]:
            self._alive[worker.ordinal] = worker
        self._seen = len(workers)
        for worker in list(self._alive.values()):
            self._look_at(worker)
        if self._pool.failures and not self._pool.failures[-1].sending:
            self.hopeless = True
        self._look_at_lock()
        accounted = self._pool.settled() + len(self.lost)
        return self.hopeless or (bool(self.lost) and accounted >= self._chunk_count)

    def all_gone(self) -> bool:
        """Every worker ever born has been seen dead."""
        self.look()
        return not self._alive and self._seen == len(self._pool.workers)

    def alive(self) -> list[Worker]:
        self.look()
        return list(self._alive.values())

    def _look_at(self, worker: Worker) -> None:
        process, ordinal = worker.process, worker.ordinal
        if process.pid is None:
            return  # Pool has not started it yet
        code = process.exitcode
        if code is None:
            return
        del self._alive[ordinal]
        if not self._table.get(ordinal, "pid"):  # it died before it could say so itself
            self._table.set(ordinal, "pid", process.pid)
        self._table.set(ordinal, "exit_code", code)
        self._table.set(ordinal, "died", clock_ns())
        self._judge(worker, code)

    def _judge(self, worker: Worker, code: int) -> None:
        phase = Phase(self._table.get(worker.ordinal, "phase"))
        chunk = self._table.get(worker.ordinal, "chunk")
        debug("worker %d ended with %s while %s", worker.ordinal, code, phase.name)
        if phase is Phase.STARTING:
            self._unready_deaths += 1
            if self._unready_deaths >= DEATHS_BEFORE_READY * self._pool._processes:  # type: ignore[attr-defined]
                self.hopeless = True
                values = {"count": self._unready_deaths, "cause": cause(code)}
                self.problem = self.problem or Problem(Kind.WORKERS_KEEP_DYING, None, values)
        if chunk != NO_CHUNK and chunk not in self._pool.results:
            if self._chunks["outcome"][chunk] != ChunkOutcome.DONE or phase is Phase.SENDING:
                self._lose(worker, code, phase, chunk)
            if phase is Phase.SENDING:
                self.hopeless = True  # half a message is in the pipe
        elif phase is Phase.RECEIVING:
            self.hopeless = True  # it took the queue's lock with it
            self._blame(worker, code, phase, {})

    def _lose(self, worker: Worker, code: int, phase: Phase, chunk: int) -> None:
        self.lost.add(chunk)
        self._chunks["outcome"][chunk] = ChunkOutcome.LOST
        first, size = self._chunks["first"][chunk], self._chunks["size"][chunk]
        state, begun = self._tasks["state"], self._tasks["begun"]
        row = first
        while row < first + size and state[row] == TaskState.DONE:
            row += 1
        values: dict[str, Any] = {"first": row, "last": first + size - 1}
        if row < first + size and begun[row]:
            values = {"task": row, "first": row + 1, "last": first + size - 1}
        self._blame(worker, code, phase, values)

    def _blame(self, worker: Worker, code: int, phase: Phase, tasks: dict[str, Any]) -> None:
        values = {"pid": worker.process.pid, "cause": cause(code), "phase": phase.name.lower()}
        self.problem = self.problem or Problem(Kind.WORKER_DIED, None, values | tasks)

    def _look_at_lock(self) -> None:
        """A worker killed between taking the lock and saying so leaves everybody waiting."""
        lock = self._pool._inqueue._rlock
        held_by_the_living = any(
            self._table.get(ordinal, "phase") in (Phase.RECEIVING, Phase.STARTING)
            for ordinal in self._alive
        )
        if held_by_the_living or not self._alive:
            self._frozen_looks = 0
        elif lock.acquire(block=False):
            lock.release()
            self._frozen_looks = 0
        else:
            self._frozen_looks += 1
        if self._frozen_looks >= FROZEN_LOOKS and self._everybody_waits():
            self.hopeless = True
            self.problem = self.problem or Problem(Kind.POOL_STALLED)

    def _everybody_waits(self) -> bool:
        phases = [self._table.get(ordinal, "phase") for ordinal in self._alive]
        return all(phase == Phase.WAITING for phase in phases)


def cause(code: int) -> str:
    """An exit code as people know it: a signal's name, or `exit status 3`."""
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
