"""Finds out what a pool will never say itself: which workers died, and what went down with them.

Decided from deaths and from the phase that each worker last wrote, never from silence alone: a slow
task and a large pickle are silent, too.
"""

from collections.abc import Callable, Iterator
from multiprocessing.util import debug
from typing import Any

from ..backends.base import Trouble
from ..exits import cause
from ..problem import Kind, Problem
from ..trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Phase, TaskState, clock_ns
from ..trace.mapping import MappedTable
from ..trace.writer import WorkersTable
from .deaths import Deaths, Notes
from .recording_pool import UNSEEN, RecordingPool, Worker
from .vanished import Vanished

FROZEN_NS = 500_000_000
"""So long a queue's lock must be found held by nobody alive, whenever it is looked at."""
DESERTED_NS = 2_000_000_000
"""So long there must be no worker while Pool's thread that starts them is still there."""
LOOKS = 8
"""And at so many looks: a host that stood still itself has seen nothing in between."""
GRACE_NS = 1_000_000_000
"""What workers get to bring the chunk in hand home, when no other can be taken any more."""
DEATHS_BEFORE_READY = 5
"""So many workers that never asked for work end the run, or one for each process of the pool."""
DEATHS_BETWEEN = 3
"""Times as many, where others have asked for work before: it is a matter of luck then."""
DEATHS_BY_IMPORT = 3
"""So many that could not import the task."""
HANDLING = (Phase.RECEIVING, Phase.UNPICKLING)
"""Phases in which a worker that lives may hold the lock of the task queue, besides WAITING."""


class Watch:
    """Looks at a RecordingPool's workers.

    lost: numbers of the chunks that went down with their worker. problem: the first trouble that
    makes the run fail. troubles: all that was found, in that order; whoever tells them takes them.
    notes: of the workers. ending: the workers are being ended, so their deaths are none of these.
    function: what the tasks call.
    """

    def __init__(
        self, pool: RecordingPool, workers: WorkersTable, function: Callable[..., Any]
    ) -> None:
        self._pool = pool
        self._table = workers
        self._chunks = MappedTable(str(pool._folder), CHUNKS)
        self._tasks = MappedTable(str(pool._folder), TASKS)
        self.notes = Notes(pool._folder)
        self._deaths = Deaths(self.notes, function)
        self._alive: dict[int, Worker] = {}
        self._seen = 0
        self._failures_seen = 0
        self._suspects = 0  # deaths that may have taken a lock along
        self._unready = self._unread = 0  # deaths since something came back from a worker
        self._last_death = 0, Phase.STARTING
        self._settled = 0
        self._vanished = Vanished(pool)
        self._since: dict[str | int, tuple[int, int]] = {}  # when it began, and at how many looks
        self._stuck_ns: int | None = None  # since when no chunk can be taken
        self._broken = False  # nothing can come back
        self.lost: set[int] = set()
        self.ending = False
        self.problem: Problem | None = None
        self.troubles: list[Trouble] = []

    def look(self) -> bool:
        """Note every death since the last look. True when the run cannot get any further."""
        workers = self._pool.workers
        for worker in workers[self._seen :]:
            self._alive[worker.ordinal] = worker
        self._seen = len(workers)
        for worker in list(self._alive.values()):
            self._look_at(worker)
        if self.ending:
            return True
        self._look_at_progress()
        self._look_at_births()
        self._look_at_pool()
        self._look_at_locks()
        return self._is_over()

    def _is_over(self) -> bool:
        if self._broken:
            return True
        if self._stuck_ns is not None:
            late = clock_ns() > self._stuck_ns + GRACE_NS
            return not self._is_busy() or (late and not self._is_all_taken())
        return bool(self.lost) and self.accounted()

    def _is_all_taken(self) -> bool:
        """Nobody needs the task queue any more: Pool's method returns when these come home."""
        last = self._pool.expected - 1
        return last < 0 or bool(self._chunks["taken"][last])

    def _is_busy(self) -> bool:
        """Somebody has a chunk in hand, or its result is on the way."""
        if any(self._table.get(ordinal, "chunk") != NO_CHUNK for ordinal in self._alive):
            return True
        sent, settled = self._chunks["sent"], self._pool.results.keys() | self.lost
        return any(sent[chunk] and chunk not in settled for chunk in range(self._pool.expected))

    def accounted(self) -> bool:
        """What became of each chunk that the pool has been given is known."""
        settled, expected = self._pool.settled(), self._pool.expected
        if settled + len(self.lost) < expected:
            return False
        # The last word of one that died may have come all the same: not twice.
        return settled + sum(chunk not in self._pool.results for chunk in self.lost) >= expected

    def drained(self) -> bool:
        """Nothing more can come home: all is accounted for, or Pool takes no result in any more.

        It stops early where a task has forked and both run on: one chunk may count twice then.
        """
        reads = self._pool._result_handler.is_alive()  # type: ignore[attr-defined]
        return not reads or self.accounted()

    def all_gone(self) -> bool:
        """Every worker ever born has been seen dead, and no other can be born."""
        if self._pool.replaces_the_dead():
            return False
        return not self._alive and self._seen == len(self._pool.workers)

    def are_forsaken(self) -> bool:
        """Pool has sent its workers off, or never will, and those that live were not among them.

        When a fork server has died it takes its workers for dead, which they are not; and its own
        thread can die of that.
        """
        pool: Any = self._pool
        sent = not (pool._task_handler.is_alive() and pool.replaces_the_dead())
        done = sent and self.drained() and not pool._inqueue._reader.poll(0)
        idle = all(self._phases(Phase.WAITING, Phase.RECEIVING))
        return self._lasts("forsaken", done and idle, FROZEN_NS)

    def alive(self) -> list[Worker]:
        self.look()
        return list(self._alive.values())

    # --- deaths

    def _look_at(self, worker: Worker) -> None:
        process, ordinal = worker.process, worker.ordinal
        if process.pid is None:  # Pool has not started it yet, or failed to
            if not self._pool.replaces_the_dead():
                del self._alive[ordinal]
            return
        code = self._pool.exit_code(worker)
        late = None if code is not None else self._pool.uncollected(worker)
        if self._lasts(ordinal, late is not None, FROZEN_NS):
            code = late
        if code is None:
            return
        del self._alive[ordinal]
        if not self._table.get(ordinal, "pid"):  # it died before it could say so itself
            self._table.set(ordinal, "pid", process.pid)
        self._table.set(ordinal, "exit_code", code)
        died_ns = self._died_ns(worker)
        self._table.set(ordinal, "died", died_ns)
        self._judge(worker, code, died_ns)

    def _died_ns(self, worker: Worker) -> int:
        """When `worker` was gone: Pool wakes up at a death, and starts a successor at once.

        Without a successor it is now, up to a look later than the death.
        """
        for later in self._pool.workers[worker.ordinal :]:
            if later.slot == worker.slot:
                return self._table.get(later.ordinal, "born")
        return clock_ns()

    def _judge(self, worker: Worker, code: int, died_ns: int) -> None:
        phase = Phase(self._table.get(worker.ordinal, "phase"))
        chunk = self._table.get(worker.ordinal, "chunk")
        debug("worker %d ended with %s while %s", worker.ordinal, code, phase.name)
        if chunk != NO_CHUNK and (self._chunks["sent"][chunk] or chunk in self._pool.results):
            chunk = NO_CHUNK
            phase = Phase.WAITING if phase is Phase.SENDING else phase
        elif chunk == NO_CHUNK and phase in (Phase.UNPICKLING, Phase.RUNNING):
            phase = Phase.LEAVING  # with Pool's sentinel
        if phase is Phase.LEAVING and code in (0, UNSEEN):
            return
        lost = self._lose(chunk) if chunk != NO_CHUNK else range(0)
        if self.ending:
            return
        facts = worker.ordinal, worker.process.pid, code, phase, chunk, lost
        problem = self._deaths.problem(*facts)
        self._suspects += 1
        if phase in (Phase.STARTING, Phase.INITIALIZING):
            self._unready += 1
            self._last_death = code, phase
        self._unread += problem.kind is Kind.TASK_NOT_IMPORTED
        self._broken |= phase is Phase.SENDING  # half a message is in the pipe
        if phase is Phase.RECEIVING:
            self._stuck_ns = self._stuck_ns or clock_ns()  # it took the queue's lock with it
        self._note(problem, died_ns, fatal=chunk != NO_CHUNK or phase is Phase.RECEIVING)

    def _lose(self, chunk: int) -> range:
        """Mark it; returns the rows of its tasks that did not end."""
        self.lost.add(chunk)
        self._chunks["outcome"][chunk] = ChunkOutcome.LOST
        row = self._chunks["first"][chunk]
        end = row + self._chunks["size"][chunk]
        state = self._tasks["state"]
        while row < end and state[row] == TaskState.DONE:
            row += 1
        return range(row, end)

    def _note(self, problem: Problem, at_ns: int, *, fatal: bool) -> None:
        self.troubles.append(Trouble(problem, at_ns))
        if fatal:
            self.problem = self.problem or problem

    # --- what follows from them

    def _look_at_progress(self) -> None:
        settled = self._pool.settled()
        if settled > self._settled:
            self._settled = settled
            self._unready = self._unread = 0
        for chunk in self._vanished.look(self.lost):
            self._lose(chunk)
            first, size = self._chunks["first"][chunk], self._chunks["size"][chunk]
            values = {"first": first, "last": first + size - 1}
            self._note(Problem(Kind.RESULT_VANISHED, None, values), clock_ns(), fatal=True)

    def _look_at_births(self) -> None:
        """Pool goes on starting workers for ever, even if none gets as far as running a task.

        One that dies now and then is no reason to end the run: nor are they while another works.
        """
        if self._unread >= DEATHS_BY_IMPORT:
            self._broken |= not any(self._phases(Phase.RUNNING, Phase.PICKLING))
        processes = self._pool._processes  # type: ignore[attr-defined]
        most = max(DEATHS_BEFORE_READY, processes) * (DEATHS_BETWEEN if self._settled else 1)
        if self._unready < most:
            return
        if not any(self._table.get(ordinal, "ready") for ordinal in self._alive):
            self._broken = True
            code, phase = self._last_death
            values = {"count": self._unready, "cause": cause(code), "phase": phase.name.lower()}
            reason = self._deaths.initializer or Problem(Kind.WORKERS_KEEP_DYING, None, values)
            self.problem = self.problem or reason

    def _look_at_pool(self) -> None:
        """Pool's own threads die of what they do not expect, and never say so."""
        failures = self._pool.failures[self._failures_seen :]
        self._failures_seen += len(failures)
        self._broken |= any(not isinstance(failure.error, Exception) for failure in failures)
        if self._pool.broken is not None and not self._broken:
            self._broken = True
            if not any(not failure.sending for failure in self._pool.failures):
                error = f"{type(self._pool.broken).__name__}: {self._pool.broken}".rstrip(": ")
                self._note(
                    Problem(Kind.PIPE_BROKEN, None, {"error": error}), clock_ns(), fatal=True
                )
        deserted = not self._alive and not self.drained()
        if self._lasts("workers", deserted, DESERTED_NS) or (
            deserted and not self._pool.replaces_the_dead()
        ):
            if not self._broken:
                self._stall("workers")
            self._broken = True

    def _look_at_locks(self) -> None:
        """A worker killed between taking a lock and saying so leaves the others waiting."""
        if not self._suspects or self._stuck_ns is not None:
            return
        waiting = any(self._phases(Phase.WAITING)) and not any(self._phases(*HANDLING))
        sending = any(self._phases(Phase.WAITING_TO_SEND)) and not any(self._phases(Phase.SENDING))
        if self._is_frozen("tasks", waiting, self._pool._inqueue._rlock):
            self._stuck_ns = clock_ns()
            self._stall("tasks")
        if self._is_frozen("results", sending, self._pool._outqueue._wlock):
            self._broken = True
            self._stall("results")

    def _is_frozen(self, name: str, suspicious: bool, lock: Any) -> bool:
        return self._lasts(name, suspicious and _is_held(lock), FROZEN_NS)

    def _lasts(self, name: str | int, holds: bool, ns: int) -> bool:
        """It has held at each look, for so long, and at enough of them."""
        if not holds:
            self._since.pop(name, None)
            return False
        since_ns, looks = self._since.get(name, (clock_ns(), 0))
        self._since[name] = since_ns, looks + 1
        return looks >= LOOKS and clock_ns() > since_ns + ns

    def _phases(self, *phases: Phase) -> Iterator[bool]:
        """Of each worker that lives: whether it is in one of these."""
        return (self._table.get(ordinal, "phase") in phases for ordinal in self._alive)

    def _stall(self, what: str) -> None:
        self._note(Problem(Kind.POOL_STALLED, None, {"of": what}), clock_ns(), fatal=True)


def _is_held(lock: Any) -> bool:
    if lock is None or not lock.acquire(block=False):
        return lock is not None
    lock.release()
    return False
