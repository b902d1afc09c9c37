"""Runs as Pool would have run them, written by hand: how long each thing took is given, in ms."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain.case import Case
from poolscope.engine.explain.costs import Costs
from poolscope.engine.explain.explain import explain
from poolscope.engine.explain.reason import Cause, Explanation, Reason
from poolscope.engine.machine import Machine
from poolscope.engine.messages import Event, append_line
from poolscope.engine.metrics.measuring import measure_run
from poolscope.engine.names import EVENTS_FILE
from poolscope.engine.recording import Recording, read_whole
from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, TASKS, ChunkOutcome, TaskState
from poolscope.engine.trace.mapping import MappedTable

MS = 1_000_000
POOL_MS = 100
"""When the pool is made."""


@dataclass
class Played:
    """What a run was like. tasks: ms of each, in the order of handing out.

    called: after the pool was made. ready: of each worker after that, or of all. initializer: ends
    when it is `ready`. cpu: the share of the tasks' time that they computed. way_in, way_out: of
    each chunk; first_in: of a worker's first. after: from the last result to the return. respawn:
    until a successor is ready.
    """

    tasks: Sequence[float]
    called: float = 1
    ready: float | Sequence[float] = 1
    initializer: float = 0
    cpu: float = 1.0
    way_in: float = 0.0
    first_in: float | None = None
    way_out: float = 0.0
    after: float = 0.0
    respawn: float = 5.0
    bytes_in: int = 100
    bytes_out: int = 50
    function_bytes: int | None = 40
    cpus: int = 2
    experiment: Experiment = field(default_factory=Experiment)

    def write(self, parent: Path) -> Recording:
        pool = self.experiment.pool
        machine = Machine("Linux-6", "3.13.1", self.cpus, self.cpus, self.cpus, None)
        self.folder = run_folder.create(self.experiment, machine, parent)
        self.size = max(pool.chunksize_for(len(self.tasks)), 1)
        count = -(-len(self.tasks) // self.size)
        writer.create(self.folder, TASKS, len(self.tasks))
        writer.create(self.folder, CHUNKS, count)
        self.workers = writer.WorkersTable(self.folder, pool.processes)
        self.task_table = MappedTable(str(self.folder), TASKS)
        self.chunk_table = MappedTable(str(self.folder), CHUNKS)
        self.born = 0
        self.had: set[int] = set()
        called = POOL_MS + self.called
        free = []
        for slot in range(pool.processes):
            ready = self.ready if isinstance(self.ready, int | float) else self.ready[slot]
            ordinal = self._bear(slot, POOL_MS + 0.5, POOL_MS + ready, self.initializer)
            heapq.heappush(free, (max(called, POOL_MS + ready), slot, ordinal, 0))
        end = called
        for number in range(count):
            at, slot, ordinal, had = heapq.heappop(free)
            at = self._run(number, ordinal, max(at, end) if pool.method == "apply" else at)
            end, had = max(end, at), had + 1
            if had == pool.maxtasksperchild:
                self.workers.set(ordinal, "died", round(at * MS))
                at += self.respawn
                ordinal, had = self._bear(slot, at - self.respawn, at, 0), 0
            heapq.heappush(free, (at, slot, ordinal, had))
        self._tell_all(count, called, end + self.after)
        return read_whole(self.folder)

    def _bear(self, slot: int, born: float, ready: float, initializer: float) -> int:
        self.born += 1
        self.workers.add(self.born, slot, round(born * MS))
        self.workers.set(self.born, "pid", 100 + self.born)
        self.workers.set(self.born, "ready", round(ready * MS))
        if initializer:
            self.workers.set(self.born, "initializing", round((ready - initializer) * MS))
            self.workers.set(self.born, "initialized", round(ready * MS))
        return self.born

    def _run(self, number: int, ordinal: int, at: float) -> float:
        first = number * self.size
        tasks = self.tasks[first : first + self.size]
        later = ordinal in self.had or self.first_in is None
        self.had.add(ordinal)
        taken = at + self.way_in / 2
        time = begun = at + (self.way_in if later or self.first_in is None else self.first_in)
        for row, took in enumerate(tasks, first):
            self.task_table["begun"][row] = round(time * MS)
            self.task_table["ended"][row] = round((time + took) * MS)
            self.task_table["worker"][row], self.task_table["chunk"][row] = ordinal, number
            self.task_table["state"][row] = TaskState.DONE
            time += took
        sent = time + self.way_out
        times = {"pickling": at, "handed": taken, "taken": taken, "unpickled": begun, "ran": time}
        times |= {"pickled": time + self.way_out / 2, "sent": sent, "received": sent}
        values = {name: round(value * MS) for name, value in times.items()}
        values |= {"first": first, "size": len(tasks), "worker": ordinal}
        values |= {"bytes_in": self.bytes_in, "bytes_out": self.bytes_out}
        values |= {"cpu": int(sum(tasks) * self.cpu * MS), "outcome": ChunkOutcome.DONE}
        for name, value in values.items():
            self.chunk_table[name][number] = value
        return sent

    def _tell_all(self, count: int, called: float, returned: float) -> None:
        facts = {"tasks": len(self.tasks), "chunks": count, "chunksize": self.size}
        self._tell(Event.HOST, pid=1, ppid=1, python="3.13.1")
        self._tell(Event.INPUTS, count=len(self.tasks))
        self._tell(Event.TRACE, **facts, function_bytes=self.function_bytes)
        self._tell(Event.POOL, at_ns=POOL_MS * MS)
        self._tell(Event.CALLED, at_ns=round(called * MS))
        self._tell(Event.RETURNED, at_ns=round(returned * MS))
        self._tell(Event.ENDED)

    def _tell(self, event: Event, **facts: Any) -> None:
        append_line(self.folder / EVENTS_FILE, {"event": event.value, **facts})


Play = Callable[..., Recording]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """`play(tasks, chunksize=2, ready=50, …)` writes a run; what is no field of Played is of its
    Pool or, with `experiment`, of that."""

    def made(tasks: Sequence[float], **facts: Any) -> Recording:
        own = {name: facts.pop(name) for name in list(facts) if name in Played.__annotations__}
        experiment = own.pop("experiment", Experiment("mine:work", "range(9)"))
        pool = PoolSettings(**{"chunksize": 1, "start_method": "fork", **facts})
        whole = Experiment(experiment.task, experiment.inputs, pool, order=experiment.order)
        return Played(tasks, experiment=whole, **own).write(tmp_path)

    return made


@pytest.fixture
def why() -> Callable[..., Explanation]:
    """`why(recording)` explains it by its own figures."""

    def explained(recording: Recording, costs: Costs | None = None) -> Explanation:
        return explain(recording, measure_run(recording), costs)

    return explained


@pytest.fixture
def case() -> Callable[..., Case]:
    """`case(recording)` is what the reasons are found in."""
    return lambda recording, costs=None: Case(recording, measure_run(recording), costs)


@pytest.fixture
def reason_of() -> Callable[[Explanation, Cause], Reason]:
    """`reason_of(explanation, cause)`; fails when there is none."""

    def found(explanation: Explanation, cause: Cause) -> Reason:
        reasons = {reason.cause: reason for reason in explanation.reasons}
        assert cause in reasons, f"only {list(reasons)}"
        return reasons[cause]

    return found
