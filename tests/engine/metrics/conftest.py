"""Runs whose tables are written by hand, in whole ms of the run's clock."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.machine import Machine
from poolscope.engine.messages import Event, append_line
from poolscope.engine.names import EVENTS_FILE
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.recording import Recording, read_whole
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, TaskState
from poolscope.engine.trace.mapping import MappedTable

MS = 1_000_000
MACHINE = Machine("Linux", "3.13.1", 4, 8, 8, None)
DONE, RAISED, LOST, NOT_RUN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.NOT_RUN
Span = tuple[int, int] | tuple[int, int, TaskState]


class Tale:
    """A run of the tasks of `chunks`, a list of their sizes; times are ms, 0 for never.

    The pool is made at 1 and its method called at `called`; a worker is told by `worker`, what it
    did by `chunk`, and the end by `recording`.
    """

    def __init__(
        self, parent: Path, sizes: Sequence[int], *, called: int = 10, **settings: Any
    ) -> None:
        self.sizes, self.called = list(sizes), called
        settings = {"processes": 2, "chunksize": max(sizes, default=1)} | settings
        self.experiment = Experiment("sleep", "range(3)", PoolSettings(**settings))
        self.folder = run_folder.create(self.experiment, MACHINE, parent)
        writer.create(self.folder, TASKS, sum(sizes))
        writer.create(self.folder, CHUNKS, len(sizes))
        self._workers = writer.WorkersTable(self.folder, 2)
        self._tasks = MappedTable(str(self.folder), TASKS)
        self._chunks = MappedTable(str(self.folder), CHUNKS)
        first = 0
        for number, size in enumerate(sizes):
            self._chunks["first"][number], self._chunks["size"][number] = first, size
            first += size
        self._born = 0

    def worker(self, slot: int, born: int = 2, ready: int = 5, **times: int) -> int:
        """Another worker; its ordinal. times: initializing, initialized, died."""
        self._born += 1
        self._workers.add(self._born, slot, born * MS)
        self._workers.set(self._born, "pid", 100 + self._born)
        self._workers.set(self._born, "ready", ready * MS)
        self._workers.set(self._born, "chunk", NO_CHUNK)
        for name, time in times.items():
            self._workers.set(self._born, name, time * MS)
        return self._born

    def chunk(
        self,
        number: int,
        worker: int,
        taken: int,
        tasks: Sequence[Span],
        *,
        outcome: ChunkOutcome = ChunkOutcome.DONE,
        **facts: int,
    ) -> None:
        """What a worker did with a chunk: of each task its begin and end, and a state if not DONE.

        facts: columns of the chunk that are not those of a worker without any cost: times in ms,
        cpu in ns, bytes. Tasks that are not named were never run.
        """
        row = self._chunks["first"][number]
        for place in range(self.sizes[number]):
            self._tasks["worker"][row + place], self._tasks["chunk"][row + place] = worker, number
        for place, (begun, ended, *state) in enumerate(tasks):
            self._tasks["begun"][row + place] = begun * MS
            self._tasks["ended"][row + place] = ended * MS
            self._tasks["state"][row + place] = state[0] if state else DONE
        for place in range(len(tasks), self.sizes[number]):
            self._tasks["state"][row + place] = NOT_RUN
        lost = outcome is ChunkOutcome.LOST
        end = 0 if lost or not tasks else tasks[-1][1]
        times = {"pickling": taken, "handed": taken, "taken": taken, "ran": end}
        times["unpickled"] = tasks[0][0] if tasks else 0
        times |= {"pickled": end, "sent": end, "received": end}
        values = {name: time * MS for name, time in times.items()}
        for name, value in facts.items():
            values[name] = value if name in ("cpu", "bytes_in", "bytes_out") else value * MS
        values |= {"worker": worker, "outcome": outcome}
        for name, value in values.items():
            self._chunks[name][number] = value

    def recording(
        self,
        returned: int | None,
        *,
        problem: Problem | None = None,
        stopped: int | None = None,
        **told: int,
    ) -> Recording:
        """The run as it is read by whoever opens it; told: facts of the trace, by the host."""
        chunksize = self.experiment.pool.chunksize
        facts = {"tasks": sum(self.sizes), "chunks": len(self.sizes), "chunksize": chunksize}
        self._tell(Event.HOST, pid=1, ppid=1, python="3.13.1")
        self._tell(Event.INPUTS, count=sum(self.sizes))
        self._tell(Event.TRACE, **facts, **told)
        self._tell(Event.POOL, at_ns=MS)
        self._tell(Event.CALLED, at_ns=self.called * MS)
        if returned is not None:
            self._tell(Event.RETURNED, at_ns=returned * MS)
        if problem is not None:
            at_ns = (returned or 0) * MS or self.called * MS
            self._tell(Event.PROBLEM, problem=problem.to_json(), at_ns=at_ns)
        if stopped is not None:
            self._tell(Event.STOPPED, at_ns=stopped * MS)
        self._tell(Event.ENDED)
        return read_whole(self.folder)

    def _tell(self, event: Event, **facts: Any) -> None:
        append_line(self.folder / EVENTS_FILE, {"event": event.value, **facts})


MakeTale = Callable[..., Tale]


@pytest.fixture
def tale(tmp_path: Path) -> MakeTale:
    """`tale(sizes, **settings)` begins a run by hand."""
    return lambda sizes, **settings: Tale(tmp_path, sizes, **settings)


@pytest.fixture
def problem() -> Problem:
    """What a run can fail of."""
    return Problem(Kind.TASK_RAISED, None, {"task": 1, "error": "ValueError: no"})


@pytest.fixture
def two_workers(tale: MakeTale) -> Recording:
    """Called at 10, returned at 110. Two workers, five tasks in chunks of two.

    worker 1:  chunk 0 (20 30) (30 50), pause, chunk 2 (60 100)
    worker 2:  chunk 1 (24 44) (44 54), and then nothing is left at 56
    """
    run = tale([2, 2, 1])
    one, two = run.worker(0, 2, 6), run.worker(1, 3, 9)
    ways = {"pickling": 12, "handed": 13, "bytes_in": 2_000, "bytes_out": 300}
    run.chunk(0, one, 18, [(20, 30), (30, 50)], cpu=15 * MS, pickled=51, sent=53, **ways)
    run.chunk(1, two, 19, [(24, 44), (44, 54)], cpu=30 * MS, pickled=54, sent=55, **ways)
    run.chunk(
        2, one, 56, [(60, 100)], cpu=20 * MS, pickled=102, sent=105, bytes_in=1_500, bytes_out=200
    )
    return run.recording(110, function_bytes=700)
