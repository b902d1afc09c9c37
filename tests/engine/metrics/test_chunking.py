import pytest

from poolscope.engine.metrics.chunking import chunking
from poolscope.engine.metrics.numbers import Chunking


@pytest.mark.parametrize(
    ("workers", "tasks", "chunksize", "ade", "rde"),
    [
        (4, 37, 3, 92.50, 100.0),
        (4, 39, 3, 81.25, 83.33),
        (4, 500, 32, 97.66, 97.66),
        (8, 100, 4, 78.12, 81.25),
    ],
)
def test_the_check_vectors_of_the_source(
    workers: int, tasks: int, chunksize: int, ade: float, rde: float
) -> None:
    found = chunking(tasks, chunksize, workers)
    assert found is not None
    assert f"{found.ade:.2%}" == f"{ade:.2f}%" and f"{found.rde:.2%}" == f"{rde:.2f}%"


def test_chunks_of_one_are_the_measure_of_the_others() -> None:
    assert all(chunking(n, 1, w).rde == 1.0 for n in range(1, 40) for w in range(1, 9))  # type: ignore[union-attr]


def test_nothing_is_better_than_all_workers_busy_all_the_time() -> None:
    for tasks in range(1, 60):
        for workers in range(1, 9):
            for size in range(1, 70):
                found = chunking(tasks, size, workers)
                assert found is not None and 0 < found.ade <= 1 and found.rde > 0


def test_a_single_worker_waits_for_nobody() -> None:
    assert chunking(7, 5, 1) == Chunking(2, 5, 2, 1.0, 1.0)


def test_more_in_a_chunk_than_there_is_changes_nothing() -> None:
    assert chunking(3, 1000, 4) == Chunking(1, 1000, 3, 0.25, pytest.approx(1 / 3))


def test_without_tasks_there_is_no_cut() -> None:
    assert chunking(0, 5, 4) is None
