"""Traces that are written by hand: columns by name, times in ns."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from poolscope.engine.trace import writer
from poolscope.engine.trace.layout import CHUNKS, NO_CHUNK, TASKS, ChunkOutcome, Table, TaskState
from poolscope.engine.trace.reader import mapped
from poolscope.engine.trace.trace import Trace

ORIGIN_NS = 1_000
Cells = Mapping[str, Sequence[int]]


class Hand:
    """A run folder whose cells a test fills; `trace` reads it."""

    def __init__(self, folder: Path, sizes: Sequence[int], workers: int) -> None:
        """sizes: of the chunks."""
        self.folder = folder
        writer.create(folder, TASKS, sum(sizes))
        writer.create(folder, CHUNKS, len(sizes))
        self.workers = writer.WorkersTable(folder, workers)
        for ordinal in range(1, workers + 1):
            self.be_born(ordinal)
        self.fill(CHUNKS, size=sizes, first=[sum(sizes[:n]) for n in range(len(sizes))])
        numbers = [number for number, size in enumerate(sizes) for _ in range(size)]
        self.fill(TASKS, chunk=numbers)
        self.trace = Trace(folder, ORIGIN_NS)

    def be_born(self, ordinal: int, slot: int | None = None, born: int = 1_100) -> None:
        self.workers.add(ordinal, ordinal - 1 if slot is None else slot, born)
        self.tell(ordinal, pid=100 + ordinal, ready=born + 100, chunk=NO_CHUNK)

    def tell(self, ordinal: int, **cells: int) -> None:
        """What a worker, or the host, says of it."""
        for name, value in cells.items():
            self.workers.set(ordinal, name, value)

    def fill(self, table: Table, **columns: Sequence[int]) -> None:
        data = mapped(self.folder / table.file_name, table, "r+")
        for name, values in columns.items():
            data[: len(values), table.columns.index(name)] = values

    def run(self, worker: int, chunk: int, spans: Sequence[tuple[int, int]], **times: int) -> None:
        """A worker has run a whole chunk; spans: of its tasks. times: of the chunk's columns."""
        tasks = mapped(self.folder / TASKS.file_name, TASKS, "r+")
        first = int(self.trace.chunks["first"][chunk])
        for row, (begun, ended) in enumerate(spans, first):
            tasks[row] = begun, ended, worker, TaskState.DONE, chunk
        cells = {"worker": worker, "outcome": ChunkOutcome.DONE, "received": spans[-1][1] + 50}
        chunks = mapped(self.folder / CHUNKS.file_name, CHUNKS, "r+")
        for name, value in (cells | times).items():
            chunks[chunk, CHUNKS.columns.index(name)] = value

    def end(self) -> Trace:
        """Nobody writes any more."""
        self.trace.update(ended=True)
        return self.trace


MakeHand = Callable[..., Hand]


@pytest.fixture
def hand(tmp_path: Path) -> MakeHand:
    """`hand(sizes, workers)`: chunks of these sizes, of which nothing has happened yet."""
    return lambda sizes, workers=2: Hand(tmp_path, sizes, workers)
