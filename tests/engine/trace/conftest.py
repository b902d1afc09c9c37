"""Tables of a trace that are written by hand, a step at a time or all at once."""

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, TASKS, ChunkOutcome, TaskState
from poolscope.engine.trace.mapping import MappedTable
from poolscope.engine.trace.reader import mapped
from poolscope.engine.trace.trace import Trace


class TableWriter:
    """Writes a trace as workers and the host do, a step at a time."""

    def __init__(self, folder: Path, tasks: int, chunksize: int, workers: int = 2) -> None:
        self.folder = folder
        self.chunk_count = -(-tasks // chunksize)
        writer.create(folder, TASKS, tasks)
        writer.create(folder, CHUNKS, self.chunk_count)
        self.workers = writer.WorkersTable(folder, workers)
        self.tasks, self.chunks = MappedTable(str(folder), TASKS), MappedTable(str(folder), CHUNKS)
        self.time = 1000
        self.born = workers
        for ordinal in range(1, workers + 1):
            self.workers.add(ordinal, ordinal - 1, self.now())
            self.workers.set(ordinal, "pid", 100 + ordinal)
        for chunk in range(self.chunk_count):
            self.chunks["first"][chunk] = chunk * chunksize
            self.chunks["size"][chunk] = min(chunksize, tasks - chunk * chunksize)

    def now(self) -> int:
        self.time += 1
        return self.time

    def replace(self) -> int:
        """A worker is born for one that has died; returns its ordinal."""
        self.born += 1
        self.workers.add(self.born, 0, self.now())
        self.workers.set(self.born, "pid", 100 + self.born)
        return self.born

    def take(self, ordinal: int, chunk: int) -> None:
        self.chunks["worker"][chunk] = ordinal
        self.chunks["taken"][chunk] = self.now()
        rows = self.rows(chunk)
        self.tasks["worker"][rows.start : rows.stop] = array("q", [ordinal] * len(rows))
        self.tasks["chunk"][rows.start : rows.stop] = array("q", [chunk] * len(rows))

    def rows(self, chunk: int) -> range:
        first = self.chunks["first"][chunk]
        return range(first, first + self.chunks["size"][chunk])

    def begin(self, row: int) -> None:
        self.tasks["begun"][row] = self.now()

    def end(self, row: int, state: TaskState = TaskState.DONE) -> None:
        self.tasks["ended"][row] = self.now()
        self.tasks["state"][row] = state

    def close(self, chunk: int, outcome: ChunkOutcome = ChunkOutcome.DONE) -> None:
        self.chunks["outcome"][chunk] = outcome
        if outcome is ChunkOutcome.DONE:
            self.chunks["received"][chunk] = self.now()

    def run(self, ordinal: int, chunk: int) -> Iterator[None]:
        """The whole of a healthy chunk, with a pause after each step."""
        self.take(ordinal, chunk)
        yield
        for row in self.rows(chunk):
            self.begin(row)
            yield
            self.end(row)
            yield
        self.close(chunk)
        yield

    def run_all(self, owners: npt.NDArray[np.int64], task_ns: int = 10) -> None:
        """All chunks, healthy and at once: by chunk, whose it is; each worker one after another."""
        tasks = _columns(self.folder, TASKS)
        chunks = _columns(self.folder, CHUNKS)
        sizes, rows = chunks["size"], np.arange(len(tasks["begun"]))
        owner = np.repeat(np.arange(len(sizes)), sizes)
        tasks["worker"][:], tasks["chunk"][:] = owners[owner], owner
        tasks["begun"][:] = 2_000 + rows * task_ns
        tasks["ended"][:] = tasks["begun"] + task_ns // 2
        chunks["worker"][:] = owners
        chunks["taken"][:] = tasks["begun"][chunks["first"]] - 1
        for name in ("ran", "sent", "received"):
            chunks[name][:] = tasks["ended"][chunks["first"] + sizes - 1] + 1
        tasks["state"][:], chunks["outcome"][:] = TaskState.DONE, ChunkOutcome.DONE


def _columns(folder: Path, table: Any) -> dict[str, npt.NDArray[np.int64]]:
    data = mapped(folder / table.file_name, table, "r+")
    return {name: data[:, number] for number, name in enumerate(table.columns)}


@pytest.fixture
def tables() -> type[TableWriter]:
    """`tables(folder, tasks, chunksize, workers)` writes a trace as workers and the host do."""
    return TableWriter


class Counting:
    """A table that counts the rows that are asked for."""

    def __init__(self, columns: Any) -> None:
        self._columns, self.rows, self.touched = columns, columns.rows, 0

    def __getitem__(self, name: str) -> "CountingColumn":
        return CountingColumn(self, self._columns[name])


class CountingColumn:
    def __init__(self, table: Counting, values: npt.NDArray[np.int64]) -> None:
        self._table, self._values = table, values

    def __getitem__(self, key: Any) -> Any:
        values = self._values[key]
        self._table.touched += np.size(values)
        return values


@pytest.fixture
def counted() -> Callable[[Trace], SimpleNamespace]:
    """`counted(trace)` counts the rows that `trace` looks at from now on, in `tasks`, `chunks`."""

    def count(trace: Trace) -> SimpleNamespace:
        tasks, chunks = Counting(trace.tasks), Counting(trace.chunks)
        trace.tasks = trace.intake.tasks = trace._last_look._tasks = tasks  # type: ignore[assignment]
        trace.chunks = trace.intake.chunks = trace._last_look._chunks = chunks  # type: ignore[assignment]
        return SimpleNamespace(tasks=tasks, chunks=chunks)

    return count
