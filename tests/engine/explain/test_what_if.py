"""Schedules that are played."""

import numpy as np
import pytest

from poolscope.engine.explain.what_if import (
    MOST_PLAYED,
    Plan,
    best,
    chunksizes,
    is_round,
    round_first,
    shared_out_s,
)


def test_whoever_is_free_takes_the_next_chunk() -> None:
    assert shared_out_s(np.array([3.0, 1.0, 1.0, 1.0]), 2) == 3.0
    assert shared_out_s(np.array([1.0, 1.0, 1.0, 3.0]), 2) == 4.0
    assert shared_out_s(np.array([2.0, 5.0]), 8) == 5.0
    assert shared_out_s(np.array([]), 2) == 0.0


def test_a_chunk_costs_its_tasks_its_way_and_what_they_weigh() -> None:
    plan = Plan(np.ones(10), gap_s=0.5, weight_s=0.1)
    assert plan.makespan_s(5, 2) == pytest.approx(5 + 0.5 + 0.5)
    assert plan.makespan_s(1, 1) == pytest.approx(10 * 1.6)


def test_the_longest_first_is_sorted() -> None:
    plan = Plan(np.array([1.0, 1.0, 1.0, 3.0]), 0.0)
    assert plan.longest_first().makespan_s(1, 2) == 3.0


def test_of_very_many_chunks_only_the_end_is_uneven() -> None:
    chunks = np.ones(MOST_PLAYED + 2)
    assert shared_out_s(chunks, 2) == pytest.approx((MOST_PLAYED + 2) / 2, abs=1)
    chunks[0] = 1e6
    assert shared_out_s(chunks, 2) == 1e6


@pytest.mark.parametrize("tasks", [1, 2, 7, 100, 12345])
@pytest.mark.parametrize("workers", [1, 2, 8, 512])
def test_chunksizes_reach_from_one_task_to_a_chunk_a_worker(tasks: int, workers: int) -> None:
    sizes = chunksizes(tasks, workers)
    assert sizes == sorted(set(sizes))
    assert sizes[0] == 1 and sizes[-1] == -(-tasks // workers)


def test_the_first_that_is_as_good_is_the_best() -> None:
    assert best([(8, 1.05), (4, 1.01), (2, 1.0)], 0.02) == (4, 1.01)


def test_round_chunksizes_come_first() -> None:
    assert round_first([13, 20, 7, 5]) == [20, 5, 13, 7]
    assert [size for size in chunksizes(10_000, 2) if is_round(size)][-3:] == [1000, 2000, 5000]
