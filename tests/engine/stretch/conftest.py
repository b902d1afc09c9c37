"""Runs made up at random, as their tables stand at any time while they go on."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from poolscope.engine.trace.layout import (
    CHUNKS,
    NO_CHUNK,
    TASKS,
    WORKERS,
    ChunkOutcome,
    Phase,
    Table,
    TaskState,
)
from poolscope.engine.trace.reader import mapped
from poolscope.engine.trace.trace import Trace
from poolscope.engine.trace.writer import create

ORIGIN_NS = 1_000
FIRST_PID = 400


@dataclass
class Task:
    """ended: None for one that was lost."""

    begun: int
    ended: int | None
    state: TaskState


@dataclass
class Chunk:
    """Its times; None for what it never came to. never_run: tasks after those that began."""

    worker: int
    handed: int
    taken: int
    unpickled: int | None = None
    ran: int | None = None
    pickled: int | None = None
    sent: int | None = None
    received: int | None = None
    outcome: ChunkOutcome = ChunkOutcome.DONE
    tasks: list[Task] = field(default_factory=list)
    never_run: int = 0


@dataclass
class Worker:
    born: int
    ready: int
    initializing: int | None
    initialized: int | None
    died: int | None = None


class MadeUp:
    """workers, chunks: what happened. `show(now)` writes the tables as they are at that time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self._random = random.Random(seed)
        self.workers: list[Worker] = []
        self.chunks: list[Chunk] = []
        for _ in range(self._some(1, 4)):
            self._live(self._some(0, 30))
        self._put_in_order()
        times = [max(worker.ready, worker.died or 0) for worker in self.workers]
        times += [max(chunk.sent or 0, chunk.received or 0) for chunk in self.chunks]
        self.end = max(times)
        sizes = [len(chunk.tasks) + chunk.never_run for chunk in self.chunks]
        self.firsts = np.concatenate(([0], np.cumsum(sizes))).astype(int)
        folder.mkdir()
        for table, rows in (
            (TASKS, sum(sizes)),
            (CHUNKS, len(sizes)),
            (WORKERS, len(self.workers) + 1),
        ):
            create(folder, table, rows)

    def _some(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def _put_in_order(self) -> None:
        """Workers by their births, chunks as they were taken, and handed out in that order, too."""
        order = sorted(range(len(self.workers)), key=lambda number: self.workers[number].born)
        ordinals = {number + 1: place + 1 for place, number in enumerate(order)}
        self.workers = [self.workers[number] for number in order]
        self.chunks.sort(key=lambda chunk: chunk.taken)
        handed = 0
        for chunk in self.chunks:
            chunk.worker = ordinals[chunk.worker]
            chunk.handed = handed = max(handed, chunk.taken - self._some(1, 30))

    def _live(self, start: int) -> None:
        """A worker's life, and sometimes that of the one which replaces it."""
        time = ORIGIN_NS + start
        worker = Worker(time, 0, None, None)
        if self._some(0, 1):
            worker.initializing = time = time + self._some(1, 9)
            worker.initialized = time = time + self._some(1, 9)
        worker.ready = time = time + self._some(1, 9)
        self.workers.append(worker)
        number = len(self.workers)
        for _ in range(self._some(0, 8)):
            chunk = Chunk(number, 0, time + self._some(2, 20))
            self.chunks.append(chunk)
            time = self._handle(chunk)
            if chunk.outcome is ChunkOutcome.LOST:
                worker.died = time
                if self._some(0, 1):
                    self._live(time - ORIGIN_NS + self._some(1, 9))
                return
        if self._some(0, 1):
            worker.died = time + self._some(1, 30)

    def _handle(self, chunk: Chunk) -> int:
        time = chunk.taken
        tasks, lost = self._some(1, 6), self._some(0, 12)
        chunk.never_run = tasks
        if lost == 1:  # while it unpickles
            chunk.outcome = ChunkOutcome.LOST
            return time + self._some(1, 9)
        chunk.unpickled = time = time + self._some(0, 9)
        for _ in range(tasks):
            time += self._some(0, 1) * self._some(0, 3)
            task = Task(time, None, TaskState.LOST)
            chunk.tasks.append(task)
            chunk.never_run -= 1
            if lost == 2 and self._some(0, 2) == 0:
                chunk.outcome = ChunkOutcome.LOST
                return time + self._some(1, 20)
            time += self._some(0, 1) * self._some(0, 40)
            task.ended, task.state = time, TaskState.DONE
            if self._some(0, 12) == 0:
                task.state, chunk.outcome = TaskState.RAISED, ChunkOutcome.RAISED
                break
        chunk.ran = time = time + self._some(0, 2)
        if lost == 3:  # while it pickles
            chunk.outcome = ChunkOutcome.LOST
            return time + self._some(1, 9)
        chunk.pickled = time = time + self._some(1, 9)
        chunk.sent = time = time + self._some(1, 9)
        if self._some(0, 12):
            chunk.received = time + self._some(1, 40)
            if self._some(0, 12) == 0:
                chunk.outcome = ChunkOutcome.NOT_READ
        return time

    def show(self, now: int) -> None:
        """Write what is known at `now`."""

        def past(time: int | None) -> int:
            return time if time is not None and time <= now else 0

        tasks, chunks, workers = (self._columns(table) for table in (TASKS, CHUNKS, WORKERS))
        for number, chunk in enumerate(self.chunks):
            first, worker = self.firsts[number], self.workers[chunk.worker - 1]
            chunks["first"][number] = first
            chunks["size"][number] = len(chunk.tasks) + chunk.never_run
            chunks["worker"][number] = chunk.worker if past(chunk.taken) else 0
            for name in ("handed", "taken", "unpickled", "ran", "pickled", "sent", "received"):
                chunks[name][number] = past(getattr(chunk, name))
            died = chunk.outcome is ChunkOutcome.LOST and past(worker.died)
            if died or past(chunk.sent):
                chunks["outcome"][number] = chunk.outcome
            if past(chunk.unpickled):
                rows = slice(first, first + len(chunk.tasks) + chunk.never_run)
                tasks["worker"][rows], tasks["chunk"][rows] = chunk.worker, number
            for row, task in enumerate(chunk.tasks, first):
                tasks["begun"][row] = past(task.begun)
                tasks["ended"][row] = past(task.ended)
                tasks["state"][row] = task.state if past(task.ended) else TaskState.OPEN
        for number, worker in enumerate(self.workers):
            for name in ("born", "ready", "initializing", "initialized", "died"):
                workers[name][number] = past(getattr(worker, name))
            workers["pid"][number] = FIRST_PID + number if past(worker.born) else 0
            workers["slot"][number] = number
            workers["chunk"][number], workers["phase"][number] = self._doing(number + 1, now)

    def _doing(self, ordinal: int, now: int) -> tuple[int, Phase]:
        """The chunk in hand at `now`, or when the worker died, and the phase."""
        at = min(now, self.workers[ordinal - 1].died or now)
        for number, chunk in enumerate(self.chunks):
            if chunk.worker != ordinal or chunk.taken > at:
                continue
            if chunk.unpickled is None or at < chunk.unpickled:
                return number, Phase.UNPICKLING
            if chunk.ran is None or at < chunk.ran:
                return number, Phase.RUNNING
            if chunk.pickled is None or at < chunk.pickled:
                return number, Phase.PICKLING
            if chunk.sent is None or at < chunk.sent:
                return number, Phase.SENDING
        return NO_CHUNK, Phase.WAITING

    def _columns(self, table: Table) -> dict[str, np.ndarray]:
        data = mapped(self.folder / table.file_name, table, "r+")
        return {name: data[:, number] for number, name in enumerate(table.columns)}

    def trace(self, now: int | None = None) -> Trace:
        """The trace at `now`, or of the run that is over."""
        self.show(self.end if now is None else now)
        trace = Trace(self.folder, ORIGIN_NS)
        for _ in range(2):
            trace.update()
        if now is None:
            trace.update(ended=True)
        return trace


@pytest.fixture
def make_up(tmp_path: Path):
    """`make_up(seed)`: a run that is made up."""
    made: list[MadeUp] = []

    def make(seed: int) -> MadeUp:
        made.append(MadeUp(tmp_path / f"run{len(made)}", seed))
        return made[-1]

    return make
