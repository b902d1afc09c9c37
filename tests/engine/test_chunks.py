"""Chunks are those of Pool itself."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poolscope.engine.backends.base import Job
from poolscope.engine.backends.pool import PoolBackend
from poolscope.engine.experiment import PoolSettings, auto_chunksize
from poolscope.engine.run import Run

MakeRun = Callable[..., Run]


class Told(Pool):
    """A plain Pool with no workers to wait for: it tells the chunks that it would hand out."""

    def __init__(self, processes: int) -> None:
        self._pool = [None] * processes
        self._state = "RUN"
        self._cache: dict[int, Any] = {}
        self.batches: list[tuple[Any, ...]] = []
        self._taskqueue = self

    def put(self, item: tuple[Any, None]) -> None:
        self.batches = [message[3][0][1] for message in item[0]]

    def __reduce__(self) -> Any: ...
    def __del__(self) -> None: ...


def sizes_of_pool(tasks: int, processes: int, chunksize: int | None) -> list[int]:
    pool = Told(processes)
    pool.map_async(abs, range(tasks), chunksize)
    return [len(batch) for batch in pool.batches]


CASES = [
    (tasks, processes, chunksize)
    for tasks in (0, 1, 2, 3, 7, 16, 17, 122, 1000)
    for processes in (1, 2, 3, 4, 61)
    for chunksize in (None, 1, 2, 5, 7, 122, 5000)
]


def test_the_files_are_laid_out_for_the_chunks_that_pool_will_make(tmp_path: Path) -> None:
    for number, (tasks, processes, chunksize) in enumerate(CASES):
        folder = tmp_path / str(number)
        folder.mkdir()
        settings = PoolSettings(processes, chunksize)
        size, chunks = PoolBackend(Job(folder, abs, list(range(tasks)), settings)).lay_out()
        expected = sizes_of_pool(tasks, processes, chunksize)
        assert chunks == len(expected), (tasks, processes, chunksize)
        assert not expected or expected[0] == min(size, tasks)
        assert len(np.load(folder / "chunks.npy")) == chunks if chunks else True


def test_auto_chunksize_is_that_of_pool() -> None:
    for tasks in range(1, 300):
        for processes in (1, 2, 3, 4, 7, 61):
            assert sizes_of_pool(tasks, processes, None)[0] == auto_chunksize(tasks, processes)
    assert auto_chunksize(122, 4) == 8


@pytest.mark.parametrize(
    ("tasks", "processes", "chunksize"),
    [(2000, 4, 7), (1, 4, None), (17, 2, None), (122, 4, None), (50, 3, 1), (9, 2, 5000)],
)
def test_recorded_chunks_are_those_of_pool(
    finish: MakeRun, tasks: int, processes: int, chunksize: int | None
) -> None:
    run = finish(":same", f"range({tasks})", processes=processes, chunksize=chunksize)
    expected = sizes_of_pool(tasks, processes, chunksize)
    trace = run.recording.trace
    assert trace is not None
    assert trace.chunks["size"].tolist() == expected
    assert trace.chunks["first"].tolist() == [0, *np.cumsum(expected)[:-1].tolist()]
    column = np.load(run.folder / "tasks.npy", allow_pickle=False)[:, 4]
    assert column.tolist() == np.repeat(np.arange(len(expected)), expected).tolist()
    journal = run.recording.journal
    assert (journal.chunks, journal.inputs) == (len(expected), tasks)
    assert expected[0] == min(journal.chunksize or 0, tasks)


def test_a_plain_pool_gives_the_same_results(finish: MakeRun, start_method: str) -> None:
    pool = multiprocessing.get_context(start_method).Pool(2)
    expected = pool.map(abs, range(-20, 20), 3)
    pool.close()
    pool.join()
    run = finish(":absolute", "range(-20, 20)", chunksize=3, start_method=start_method)
    results = run.recording.results
    assert [results[row] for row in range(40)] == [str(value) for value in expected]
