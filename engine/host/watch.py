"""Finds out what a pool will never say itself: which workers died, and what went down with them.

Decided from deaths and from the phase that each worker last wrote, never from silence: a slow
task and a large pickle are silent, too.
"""

from multiprocessing.util import debug
from typing import Any

from ..exits import cause
from ..problem import Kind, Problem
from ..trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Phase, TaskState, clock_ns
from ..trace.mapping import MappedTable
from ..trace.writer import WorkersTable
from .recording_pool import RecordingPool, Worker

FROZEN_NS = 200_000_000
"""So long the queue's lock must be found held by nobody alive, whenever it is looked at."""
DEATHS_BEFORE_READY = 3
"""For each process of the pool: so many workers that never asked for work end the run."""


class Watch:
    """Looks at a RecordingPool's workers; `problem` is the first thing found wrong.

    lost: numbers of the chunks that went down with their worker.
    hopeless: the pool cannot go on.
    """

    def __init__(self, pool: RecordingPool, workers: WorkersTable) -> None:
        self._pool = pool
        self._table = workers
        self._chunks = MappedTable(str(pool._folder), CHUNKS)
        self._tasks = MappedTable(str(pool._folder), TASKS)
        self._alive: dict[int, Worker] = {}
        self._seen = 0
        self._failures_seen = 0
        self._deaths = 0
        self._unready_deaths = 0  # since something came back from a worker
        self._settled = 0
        self._frozen_ns: int | None = None  # since when
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
        self._look_at_births()
        self._look_at_pool()
        self._look_at_locks()
        return self.hopeless or (bool(self.lost) and self.accounted())

    def accounted(self) -> bool:
        """What became of each chunk that the pool has been given is known."""
        return self._pool.settled() + len(self.lost) >= self._pool.expected

    def all_gone(self) -> bool:
        """Every worker ever born has been seen dead."""
        self.look()
        return not self._alive and self._seen == len(self._pool.workers)

    def alive(self) -> list[Worker]:
        self.look()
        return list(self._alive.values())

    def _look_at(self, worker: Worker) -> None:
        process, ordinal = worker.process, worker.ordinal
        if process.pid is None:  # Pool has not started it yet, or failed to
            if not self._pool.replaces_the_dead():
                del self._alive[ordinal]
            return
        code = self._pool.exit_code(worker)
        if code is None:
            return
        del self._alive[ordinal]
        self._deaths += 1
        if not self._table.get(ordinal, "pid"):  # it died before it could say so itself
            self._table.set(ordinal, "pid", process.pid)
        self._table.set(ordinal, "exit_code", code)
        self._table.set(ordinal, "died", self._died_ns(worker))
        self._judge(worker, code)

    def _died_ns(self, worker: Worker) -> int:
        """When `worker` was gone: Pool wakes up at a death, and starts a successor at once.

        Without a successor it is now, up to a look later than the death.
        """
        for later in self._pool.workers[worker.ordinal :]:
            if later.slot == worker.slot:
                return self._table.get(later.ordinal, "born")
        return clock_ns()

    def _judge(self, worker: Worker, code: int) -> None:
        phase = Phase(self._table.get(worker.ordinal, "phase"))
        chunk = self._table.get(worker.ordinal, "chunk")
        debug("worker %d ended with %s while %s", worker.ordinal, code, phase.name)
        if phase in (Phase.STARTING, Phase.INITIALIZING):
            self._unready_deaths += 1
            self._last_code = code
        if chunk != NO_CHUNK:
            if not self._chunks["sent"][chunk] and chunk not in self._pool.results:
                self._lose(worker, code, phase, chunk)
                self.hopeless |= phase is Phase.SENDING  # half a message is in the pipe
        elif phase is Phase.RECEIVING:
            self.hopeless = True  # it took the queue's lock with it
            self._blame(worker, code, phase, {})

    def _look_at_births(self) -> None:
        """Pool goes on starting workers for ever, even if none gets as far as asking for work.

        One that dies now and then is no reason to end the run: nor are they while another works.
        """
        if self._pool.settled() > self._settled:
            self._settled = self._pool.settled()
            self._unready_deaths = 0
        if self._unready_deaths < DEATHS_BEFORE_READY * self._pool._processes:  # type: ignore[attr-defined]
            return
        if not any(self._table.get(ordinal, "ready") for ordinal in self._alive):
            self.hopeless = True
            values = {"count": self._unready_deaths, "cause": cause(self._last_code)}
            self.problem = self.problem or Problem(Kind.WORKERS_KEEP_DYING, None, values)

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

    def _look_at_pool(self) -> None:
        """Pool's own threads die of what they do not expect, and never say so."""
        failures = self._pool.failures[self._failures_seen :]
        self._failures_seen += len(failures)
        for failure in failures:
            if not failure.sending or not isinstance(failure.error, Exception):
                self.hopeless = True
        if not self._alive and not self._pool.replaces_the_dead():
            self._stall()

    def _look_at_locks(self) -> None:
        """A worker killed between taking a lock and saying so leaves the others waiting."""
        if not self._deaths:
            return
        phases = {self._table.get(ordinal, "phase") for ordinal in self._alive}
        tasks, results = self._pool._inqueue._rlock, self._pool._outqueue._wlock
        frozen = (phases == {Phase.WAITING} and _is_held(tasks)) or (
            Phase.WAITING_TO_SEND in phases
            and phases <= {Phase.WAITING, Phase.RECEIVING, Phase.WAITING_TO_SEND}
            and _is_held(results)
        )
        if not frozen:
            self._frozen_ns = None
            return
        self._frozen_ns = self._frozen_ns or clock_ns()
        if clock_ns() > self._frozen_ns + FROZEN_NS:
            self._stall()

    def _stall(self) -> None:
        self.hopeless = True
        self.problem = self.problem or Problem(Kind.POOL_STALLED)


def _is_held(lock: Any) -> bool:
    if lock is None or not lock.acquire(block=False):
        return lock is not None
    lock.release()
    return False
